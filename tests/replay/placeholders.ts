/** Takes out of an answer what differs between two runs, and keeps which ids in it are the same. */
import type { Answer } from "./play.ts";

/** By the name of the field: how long something took, how much was folded meanwhile, what was sealed. */
const BY_FIELD: readonly [fields: RegExp, placeholder: string][] = [
  [/^(?!reply_delay_ms$).*_(ms|seconds)$/, "<duration>"],
  [/^(folded|remaining|figures_unfolded|accounts)$/, "<count>"],
  [/^next_cursor$/, "<cursor>"],
  [/^(current|previous)_token$/, "<sealed>"],
];

const ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const SID = /\b(AC|AP|ME|MG|MM|PN|SM|TK)[0-9a-f]{32}\b/g;
/** Of the present: the script itself writes years before 2026. */
const TIME = /\b20(?:2[6-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?/g;
/** The script's own ids. */
const IS_FIXED = /^(?:[A-Z]{2})?0000/;

/** Of every run: where it listens, when it answered, and how long the answer is. */
const LEFT_OUT = ["connection", "content-length", "date", "keep-alive", "vary"];

export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @param known what a value is called wherever it appears, for instance the project's URL */
  constructor(private readonly known: ReadonlyMap<string, string>) {}

  /** The answer as it would be in every run. Fields are sorted, so that it does not matter in which order they came. */
  answer({ headers, body, ...rest }: Answer): Answer {
    const kept = Object.entries(headers).filter(([name]) => !LEFT_OUT.includes(name)).sort()
      .map(([name, value]) => [name, this.#header(name, value)]);
    return { ...rest, headers: Object.fromEntries(kept), body: this.#value(body) };
  }

  #header(name: string, value: string): string {
    if (name === "x-request-id") return "<request>";
    return name === "retry-after" ? "<duration>" : this.#text(value);
  }

  #value(value: unknown, field = ""): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#value(one, field));
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
      return Object.fromEntries(entries.map(([name, one]) => [name, this.#value(one, name)]));
    }
    if (value === null) return value;
    const placeholder = BY_FIELD.find(([fields]) => fields.test(field))?.[1];
    if (placeholder !== undefined) return placeholder;
    return typeof value === "string" ? this.#text(value) : value;
  }

  #text(text: string): string {
    for (const [value, name] of this.known) text = text.replaceAll(value, name);
    return text.replaceAll(TIME, "<time>").replaceAll(SID, (sid, kind) => this.#named(sid, kind))
      .replaceAll(ID, (id) => this.#named(id, "id"));
  }

  /** The same value has the same name in all answers. */
  #named(value: string, kind: string): string {
    if (IS_FIXED.test(value)) return value;
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#names.set(value, `<${kind} ${count}>`);
    return `<${kind} ${count}>`;
  }
}
