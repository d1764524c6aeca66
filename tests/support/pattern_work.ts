/**
 * How much work a regular expression is, counted and not timed: a matcher that goes back as V8's does, and counts each look at a
 * character. It knows the syntax that this project writes.
 */
type Node =
  | { kind: "character"; fits: (character: string) => boolean; source: string }
  | { kind: "sequence"; parts: Node[] }
  | { kind: "either"; ways: Node[] }
  | { kind: "group"; inner: Node; index: number }
  | { kind: "look"; inner: Node; ahead: boolean; wanted: boolean }
  | { kind: "repeat"; inner: Node; least: number; most: number; lazy: boolean }
  | { kind: "edge"; source: string }
  | { kind: "back"; index: number };

type Go = (at: number) => boolean;

/** More than any pattern may need for the texts that it is tried with. */
const MOST_LOOKS = 3_000_000;

/** Stands for every higher bound of a repetition: a bound is a constant, and growth shows with a small one as well. */
const LARGEST_BOUND = 8;

export class Pattern {
  readonly #root: Node;
  readonly #isAnchored: boolean;
  readonly characters: { source: string; fits: (character: string) => boolean }[] = [];

  constructor(readonly regExp: RegExp) {
    this.#root = new Parser(regExp, (node) => this.characters.push(node)).parse();
    this.#isAnchored = !regExp.multiline && beginsWithEdge(this.#root);
  }

  /** A text that fits, each repetition gone through once. */
  sample(alphabet: readonly string[]): string {
    return sampleOf(this.#root, alphabet);
  }

  finds(text: string): boolean {
    const matcher = new Matcher(this.regExp, this.regExp.unicode ? [...text] : text.split(""));
    for (let at = 0; at <= matcher.length; at++) if (matcher.matchAt(this.#root, at) !== null) return true;
    return false;
  }

  /** Looks at a character until the pattern is through with the text: with its matches one after the other if it is global. */
  work(text: string): number {
    const matcher = new Matcher(this.regExp, this.regExp.unicode ? [...text] : text.split(""));
    let at = 0;
    do {
      const end = matcher.matchAt(this.#root, at);
      if (end === null) at += 1;
      else if (this.regExp.global) at = Math.max(end, at + 1);
      else break;
    } while (at <= matcher.length && !this.#isAnchored);
    return matcher.looks;
  }
}

class Matcher {
  #looks = 0;
  #captures: ([number, number] | undefined)[] = [];
  #forward = true;
  constructor(private readonly regExp: RegExp, private readonly text: readonly string[]) {}

  get looks(): number {
    return this.#looks;
  }

  set looks(count: number) {
    if (count > MOST_LOOKS) throw new Error(`more than ${MOST_LOOKS} looks: ${this.regExp}`);
    this.#looks = count;
  }

  get length(): number {
    return this.text.length;
  }

  matchAt(root: Node, at: number): number | null {
    this.#captures = [];
    let end: number | null = null;
    this.#match(root, at, (reached) => {
      end = reached;
      return true;
    });
    return end;
  }

  #match(node: Node, at: number, go: Go): boolean {
    switch (node.kind) {
      case "character":
        return this.#fits(node, at) && go(at + this.#step);
      case "sequence":
        return this.#sequence(this.#forward ? node.parts : node.parts.toReversed(), 0, at, go);
      case "either":
        return node.ways.some((way) => this.#match(way, at, go));
      case "group": {
        const before = this.#captures[node.index];
        const matched = this.#match(node.inner, at, (end) => {
          const outer = this.#captures[node.index];
          this.#captures[node.index] = at <= end ? [at, end] : [end, at];
          if (go(end)) return true;
          this.#captures[node.index] = outer;
          return false;
        });
        if (!matched) this.#captures[node.index] = before;
        return matched;
      }
      case "look": {
        const direction = this.#forward;
        this.#forward = node.ahead;
        const found = this.#match(node.inner, at, () => true);
        this.#forward = direction;
        return found === node.wanted && go(at);
      }
      case "repeat":
        return node.inner.kind === "character"
          ? this.#row(node.inner, node, at, go)
          : this.#repeat(node, 0, at, go);
      case "edge":
        return this.#isEdge(node.source, at) && go(at);
      case "back": {
        const [start, end] = this.#captures[node.index] ?? [0, 0];
        const size = end - start;
        const from = this.#forward ? at : at - size;
        this.looks += Math.max(1, size);
        const same = this.text.slice(start, end).every((one, offset) => one === this.text[from + offset]);
        return same && go(at + this.#step * size);
      }
    }
  }

  get #step(): number {
    return this.#forward ? 1 : -1;
  }

  #fits({ fits }: Node & { kind: "character" }, at: number): boolean {
    this.looks += 1;
    const character = this.text[this.#forward ? at : at - 1];
    return character !== undefined && fits(character);
  }

  #sequence(parts: Node[], index: number, at: number, go: Go): boolean {
    const part = parts[index];
    if (part === undefined) return go(at);
    return this.#match(part, at, (end) => this.#sequence(parts, index + 1, end, go));
  }

  /** A row of single characters, which needs no recursion. */
  #row(
    inner: Node & { kind: "character" },
    { least, most, lazy }: Node & { kind: "repeat" },
    at: number,
    go: Go,
  ) {
    let count = 0;
    if (lazy) {
      for (;; count++) {
        if (count >= least && go(at + count * this.#step)) return true;
        if (count >= most || !this.#fits(inner, at + count * this.#step)) return false;
      }
    }
    while (count < most && this.#fits(inner, at + count * this.#step)) count++;
    for (; count >= least; count--) {
      this.looks += 1;
      if (go(at + count * this.#step)) return true;
    }
    return false;
  }

  #repeat(node: Node & { kind: "repeat" }, count: number, at: number, go: Go): boolean {
    const again = () =>
      count < node.most &&
      this.#match(node.inner, at, (end) =>
        (end !== at || count < node.least) && this.#repeat(node, count + 1, end, go));
    const on = () => count >= node.least && go(at);
    return node.lazy ? on() || again() : again() || on();
  }

  #isEdge(source: string, at: number): boolean {
    this.looks += 1;
    const [before, after] = [this.text[at - 1], this.text[at]];
    const isLineEnd = (character: string | undefined) =>
      character === undefined || this.regExp.multiline && /[\n\r\u2028\u2029]/.test(character);
    if (source === "^") return isLineEnd(before);
    if (source === "$") return isLineEnd(after);
    const isBoundary = /\w/.test(before ?? "") !== /\w/.test(after ?? "");
    return isBoundary === (source === "\\b");
  }
}

class Parser {
  #at = 0;
  #groups = 0;
  readonly #source: string;
  constructor(
    private readonly regExp: RegExp,
    private readonly onCharacter: (node: Node & { kind: "character" }) => void,
  ) {
    this.#source = regExp.source;
  }

  parse(): Node {
    const root = this.#either();
    if (this.#at < this.#source.length) throw new Error(`not understood: ${this.#source.slice(this.#at)}`);
    return root;
  }

  #either(): Node {
    const ways = [this.#sequence()];
    while (this.#take("|")) ways.push(this.#sequence());
    return ways.length === 1 && ways[0] ? ways[0] : { kind: "either", ways };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at] ?? "")) {
      parts.push(this.#repeated());
    }
    return { kind: "sequence", parts };
  }

  #repeated(): Node {
    const inner = this.#atom();
    const [all = "", sign, low, comma, high] =
      /^(?:([*+?])|\{(\d+)(,?)(\d*)\})/.exec(this.#source.slice(this.#at)) ??
        [];
    if (all === "") return inner;
    this.#at += all.length;
    const lazy = this.#take("?");
    const [least, most] = sign === "*"
      ? [0, Infinity]
      : sign === "+"
      ? [1, Infinity]
      : sign === "?"
      ? [0, 1]
      : [Number(low), comma ? high ? Number(high) : Infinity : Number(low)];
    const bound = (count: number) => count === Infinity ? count : Math.min(count, LARGEST_BOUND);
    return { kind: "repeat", inner, least: bound(least), most: bound(most), lazy };
  }

  #atom(): Node {
    const rest = this.#source.slice(this.#at);
    const [opening] = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(rest) ?? [];
    if (opening !== undefined) {
      this.#at += opening.length;
      const look = /^\(\?(<?)([=!])$/.exec(opening);
      const index = look === null && opening !== "(?:" ? ++this.#groups : null;
      const inner = this.#either();
      if (!this.#take(")")) throw new Error(`a group without an end: ${this.#source}`);
      if (look) return { kind: "look", inner, ahead: look[1] === "", wanted: look[2] === "=" };
      return index === null ? inner : { kind: "group", inner, index };
    }
    const [edge] = /^(?:[\^$]|\\[bB])/.exec(rest) ?? [];
    if (edge !== undefined) {
      this.#at += edge.length;
      return { kind: "edge", source: edge };
    }
    const [back, index] = /^\\([1-9])/.exec(rest) ?? [];
    if (back !== undefined) {
      this.#at += back.length;
      return { kind: "back", index: Number(index) };
    }
    const [source] =
      /^(?:\[(?:\\[^]|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\c[A-Za-z]|\\[^]|[\ud800-\udbff][\udc00-\udfff]|[^])/
        .exec(rest) ?? [];
    if (source === undefined) throw new Error(`not understood: ${rest}`);
    this.#at += source.length;
    const single = new RegExp(`^${source}$`, this.regExp.flags.replace(/[gym]/g, ""));
    const known = new Map<string, boolean>();
    const fits = (character: string) => {
      const before = known.get(character);
      if (before !== undefined) return before;
      known.set(character, single.test(character));
      return single.test(character);
    };
    const node = { kind: "character" as const, fits, source };
    this.onCharacter(node);
    return node;
  }

  #take(sign: string): boolean {
    if (!this.#source.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }
}

function beginsWithEdge(node: Node): boolean {
  if (node.kind === "edge") return node.source === "^";
  if (node.kind === "sequence") return node.parts[0] !== undefined && beginsWithEdge(node.parts[0]);
  if (node.kind === "either") return node.ways.every(beginsWithEdge);
  return node.kind === "group" && beginsWithEdge(node.inner);
}

function sampleOf(node: Node, alphabet: readonly string[]): string {
  switch (node.kind) {
    case "character":
      return alphabet.find(node.fits) ?? "";
    case "sequence":
      return node.parts.map((part) => sampleOf(part, alphabet)).join("");
    case "either":
      return node.ways[0] ? sampleOf(node.ways[0], alphabet) : "";
    case "group":
      return sampleOf(node.inner, alphabet);
    case "repeat":
      return sampleOf(node.inner, alphabet).repeat(Math.max(1, node.least));
    default:
      return "";
  }
}
