/**
 * A model's words as a telephone shows them. Models write Markdown although they are told not to, and a telephone shows its
 * marks. Not by a Markdown library: those take "*123#" for a mark or escape what they do not know (findings/
 * chat-adapter-twilio-texts-markdown-escapes.sh), and building a tree costs more than the rest of a reply.
 */
export function plainWords(words: string): string {
  const text = words.slice(0, LONGEST);
  if (isNothing(text)) return "";
  if (!MAY_BE_MARKED.test(text)) return text;
  const plain = withoutMarks(withoutEscapes(text)).trim();
  return isNothing(plain) ? "" : plain;
}

/** Several times the longest message. What is behind it is cut off in any case. */
const LONGEST = 4_000;

/** What programs write for nothing. Alone, it is no answer to anybody. With a full stop it is a person's word: "None." */
const NOTHING = new Set([
  "null",
  "undefined",
  "none",
  "nan",
  "n/a",
  "empty",
  "empty message",
  "empty reply",
  "empty string",
  "no reply",
  "no response",
  "[object object]",
  "{}",
  "[]",
]);

function isNothing(text: string): boolean {
  const bare = text.trim().toLowerCase();
  if (!/[^"'`([<{)\]>}*_.\s]/.test(bare)) return true;
  if (bare.length > LONGEST_NOTHING) return false;
  const inner = bare.replace(/^["'`([<{*_\s]+|["'`)\]>}*_\s]+$/g, "");
  return NOTHING.has(bare) || NOTHING.has(inner);
}

/** With marks around it. */
const LONGEST_NOTHING = 40;

// A return begins a line as well, so it is no blank before one.
const MAY_BE_MARKED = /[*_`#[<>~|\\&]|^[^\S\n\r\u2028\u2029]*(?:[-+•] |---)/m;

const CHARACTERS: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#39": "'",
  "#x27": "'",
  nbsp: " ",
  amp: "&",
};

/**
 * What is written for a web page or for JSON, and was escaped once too often: "&amp;" and a backslash with an n. Such an n begins
 * a line after a full stop, a space or another one, and before a capital, a digit or a list: "C:\\news" has none of them.
 */
function withoutEscapes(text: string): string {
  return text
    .replace(
      /&(lt|gt|quot|apos|#39|#x27|nbsp|amp);/gi,
      (all, name: string) => CHARACTERS[name.toLowerCase()] ?? all,
    )
    .replace(
      /(?:\\r)?\\n(?=(?:\\r)?\\n)|(?<=[.!?,;)\s]|\\n)(?:\\r)?\\n|(?<!\b[A-Za-z]:)(?:\\r)?\\n(?=[\p{Lu}\d•*-]|$)/gu,
      "\n",
    );
}

/** An address is taken as it is: it may have any of the marks. It is looked for where a word begins, not at each letter. */
const ADDRESS = /(https?:\/\/[^\s<>]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/;

function withoutMarks(text: string): string {
  const linked = text
    .replace(/^[ \t]*(```|~~~)[^\n]*\n?/gm, "")
    .replace(
      /!?\[([^\]\n]{0,300})\]\(\s{0,9}<?((?:[^\s()<>[\]]|\([^\s()]{0,100}\)){1,500})>?(?:\s{1,9}["'][^"'\n]{0,300}["'])?\s{0,9}\)/g,
      link,
    )
    .replace(/<(https?:\/\/[^\s<>]+|mailto:[^\s<>]+)>/g, (_all, url: string) => url.replace(/^mailto:/, ""))
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(
      /<\/?(?:b|i|u|s|p|em|strong|span|div|ul|ol|li|code|pre|h[1-6]|a|reply|answer|response|message|text|sms|output)(?:\s[^<>]{0,300})?>/gi,
      "",
    );
  return linked.split("\n").map(plainLine).filter((line) => line !== null).join("\n")
    .replace(/\n{3,}/g, "\n\n");
}

/** `[our page](https://x.test)` says both, unless they are the same. */
function link(_all: string, label: string, url: string): string {
  const target = url.replace(/^(mailto|tel|sms):/, "");
  const bare = (words: string) => words.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
  const words = label.trim();
  return words === "" || bare(words) === bare(target) ? target : `${words}: ${target}`;
}

/** @returns null for a line that is only a mark: a rule, or the rule of a table's head */
function plainLine(line: string): string | null {
  const marks = line.trim();
  if (/^([-*_])(\s*\1){2,}$/.test(marks) || /^(\|\s*)?(:?-{3,}:?\s*\|\s*)+(:?-{3,}:?)?$/.test(marks)) {
    return null;
  }
  // "+ 5 EUR" and "> 10 people" are words, though Markdown has lists and quotations that begin like them.
  const begun = withoutHeading(line)
    .replace(/^\s{0,3}(?:>\s?)+(?!\s*\d)/, "")
    .replace(/^(\s*)[*•]\s+/, "$1- ");
  const row = /^\s*\|(.*)\|\s*$/.exec(begun)?.[1];
  const whole = row === undefined ? begun : row.split("|").map((cell) => cell.trim()).join(", ");
  return whole.split(ADDRESS).map((part, at) => at % 2 === 1 ? part : withoutEmphasis(part)).join("");
}

/** A row of closing marks has a space before it: "C#" has none. */
function withoutHeading(line: string): string {
  const head = /^\s{0,3}#{1,6}\s+(?=\S)/.exec(line);
  if (head === null) return line;
  const words = line.slice(head[0].length).trimEnd();
  return words.replace(/(?<=\s)#+$/, "").trimEnd();
}

/** By CommonMark's rule a mark opens before a word and closes after one: "*123#" and "2 * 3" are none. Spans are bounded for time. */
function withoutEmphasis(text: string): string {
  return text
    .replace(/(`{1,9})(?=\S)([^`\n]{0,200}?[^`\s])\1/g, "$2")
    .replace(/(?<!\\)(\*\*\*|\*\*)(?=\S)([^\n]{0,200}?[^\s\\])\1/g, "$2")
    .replace(/(?<![\w*\\])\*(?=[^\s*])([^*\n]{0,200}?[^\s*\\])\*(?![\w*])/g, "$1")
    .replace(/(?<![\w\\])__(?=\S)([^\n]{0,200}?[^\s\\])__(?!\w|\.\w)/g, "$1")
    .replace(/(?<![\w\\])_(?=[^\s_])([^_\n]{0,200}?[^\s_\\])_(?!\w)/g, "$1")
    .replace(/~~(?=\S)([^\n]{0,200}?\S)~~/g, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!~|>])/g, "$1");
}
