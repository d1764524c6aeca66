/** CSV as spreadsheets write it (RFC 4180): fields in quotes or not, with commas or semicolons. */

export interface CsvRecord {
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Null: it cannot be read. Reading goes on with the next line. */
  readonly fields: readonly string[] | null;
}

/** A quote that nobody closes must not swallow the rest of the file. */
const LONGEST_RECORD = 16_000;

/** The records of a text, one after the other, without those that are empty. */
export function* csvRecords(text: string): Generator<CsvRecord> {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  const separator = separatorOf(text.slice(start, lineEnd(text, start)));
  let line = 1;
  for (let at = start; at < text.length;) {
    const read = readRecord(text, at, separator);
    const end = read?.end ?? lineEnd(text, at);
    const next = afterBreak(text, end);
    const isEmpty = read?.fields.every((field) => field.trim() === "") ?? text.slice(at, end).trim() === "";
    if (!isEmpty) yield { line, fields: read?.fields ?? null };
    line += breaksIn(text, at, next);
    at = next;
  }
}

function readRecord(
  text: string,
  from: number,
  separator: string,
): { readonly fields: string[]; readonly end: number } | null {
  const fields: string[] = [];
  for (let at = from;;) {
    const field = text[at] === '"' ? quoted(text, at, from) : plain(text, at, separator);
    if (field === null) return null;
    fields.push(field.value);
    at = field.end;
    if (text[at] === separator) at += 1;
    else if (at >= text.length || text[at] === "\n" || text[at] === "\r") return { fields, end: at };
    else return null;
  }
}

function quoted(
  text: string,
  from: number,
  record: number,
): { readonly value: string; readonly end: number } | null {
  const parts: string[] = [];
  for (let at = from + 1;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || quote - record > LONGEST_RECORD) return null;
    parts.push(text.slice(at, quote));
    if (text[quote + 1] !== '"') return { value: parts.join('"'), end: quote + 1 };
    at = quote + 2;
  }
}

function plain(
  text: string,
  from: number,
  separator: string,
): { readonly value: string; readonly end: number } {
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { value: text.slice(from, end), end };
}

const separatorOf = (header: string): string =>
  [";", "\t"].find((one) => header.split(one).length > header.split(",").length) ?? ",";

function lineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}

const afterBreak = (text: string, at: number): number =>
  text[at] === "\r" && text[at + 1] === "\n" ? at + 2 : Math.min(at + 1, text.length);

function breaksIn(text: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = from; at < to; at = afterBreak(text, lineEnd(text, at))) {
    if (lineEnd(text, at) < to) breaks += 1;
  }
  return breaks;
}
