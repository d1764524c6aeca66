/** JSON lines, one a request or batch. The platform allows 100 log events in 10 s. */
export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  debug(fields: LogFields): void;
  info(fields: LogFields): void;
  warn(fields: LogFields): void;
  error(fields: LogFields): void;
  /** The same logger with fields that every line has. */
  with(fields: LogFields): Logger;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Ids are kept, even if they are all digits. Every other long run of digits counts as a phone number. */
const ID = String.raw`\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[A-Z]{2}[0-9a-f]{32}\b`;
const SECRET = String.raw`\beyJ[\w-]+(?:\.[\w-]*){2,4}|\bsb_(?:secret|publishable)_[\w-]+|\bsk-[\w-]{8,}|` +
  String.raw`\b(?:Bearer|Basic)\s+[\w.+/=-]{8,}|\b[0-9a-f]{32}\b`;
const NUMBER = String.raw`\+?\(?\d(?:[ ().-]{0,2}\d){6,14}(?!\w)`;
const SENSITIVE = new RegExp(`(${ID})|(${SECRET})|((?<![\\w])${NUMBER})`, "gi");

/** `+15551234567` → `+1******4567`: a person who knows the number recognises it. */
export function maskNumber(number: string): string {
  const digits = number.replace(/\D/g, "");
  return `+${digits.slice(0, 1)}******${digits.slice(-4)}`;
}

/**
 * What a line shows of one value. Its length is often a stranger's choice, and the search for numbers is slow on long rows of
 * digits and blanks, so it is cut first.
 */
const LONGEST_VALUE = 2_000;

/** Cut at the end of a word: half a secret is not recognised as one. */
function cutValue(text: string): string {
  if (text.length <= LONGEST_VALUE) return text;
  const cut = text.slice(0, LONGEST_VALUE);
  return `${cut.slice(0, cut.search(/[^\w.+/=-][\w.+/=-]*$/) + 1)}…`;
}

/** Takes numbers and secrets out of a string; ids stay readable. At most 2,000 characters of it are kept. */
export function scrub(text: string): string {
  return cutValue(text).replace(SENSITIVE, (match, id?: string, secret?: string) => {
    if (id !== undefined) return match;
    return secret === undefined ? maskNumber(match) : "[secret]";
  });
}

/**
 * An error in words that may be logged. Libraries quote what they cannot read, and that may be a message
 * (`Unexpected token 'H', "Hello the"… is not valid JSON`). So everything from the first to the last quotation mark is
 * removed; of a SyntaxError only the name is kept.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${typeof error}`;
  if (error instanceof SyntaxError) return error.name;
  const message = withoutQuotation(error.message).split("\n", 1)[0] ?? "";
  const said = scrub(`${error.name}: ${message}`).slice(0, 300);
  return error.cause instanceof Error ? `${said} ← ${describeError(error.cause)}` : said;
}

/** Not by one pattern for both marks: it would go through a long text again for each mark in it. */
function withoutQuotation(text: string): string {
  const first = text.search(/["'`“‘]/);
  const last = Math.max(...['"', "'", "`", "”", "’"].map((mark) => text.lastIndexOf(mark)));
  return first >= 0 && last > first ? `${text.slice(0, first)}"…"${text.slice(last + 1)}` : text;
}

export interface LoggerOptions {
  level: LogLevel;
  write?: (line: string) => void;
  fields?: LogFields;
}

/** @example createLogger({ level: "info" }).with({ function: "sms-webhook" }).info({ outcome: "stored" }) */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? writeLine;
  const emit = (level: LogLevel) => (fields: LogFields) => {
    if (RANK[level] < RANK[options.level]) return;
    const line = Object.entries({ ...options.fields, ...fields })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === "string" ? scrub(value) : value]);
    write(JSON.stringify({ time: new Date().toISOString(), level, ...Object.fromEntries(line) }));
  };
  return {
    debug: emit("debug"),
    info: emit("info"),
    warn: emit("warn"),
    error: emit("error"),
    with: (fields) => createLogger({ ...options, fields: { ...options.fields, ...fields } }),
  };
}

function writeLine(line: string): void {
  // deno-lint-ignore no-console -- the one place that may
  console.log(line);
}
