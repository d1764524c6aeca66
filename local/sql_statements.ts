/** One statement of a script, and the line of the script on which it starts (from 1). */
export interface Statement {
  text: string;
  line: number;
}

// What may hold a semicolon without ending a statement. `E'…'` knows backslashes, others only doubled quotes.
const TOKEN = new RegExp(
  [
    "--[^\\n]*",
    "\\b[eE]'(?:[^'\\\\]|\\\\[\\s\\S]|'')*'",
    "'(?:[^']|'')*'",
    '"(?:[^"]|"")*"',
    "(?<![A-Za-z0-9_$])(\\$(?:[A-Za-z_][A-Za-z0-9_]*)?\\$)[\\s\\S]*?\\1",
    "/\\*",
    ";",
    "\\b[A-Za-z_][A-Za-z0-9_]*",
  ].join("|"),
  "g",
);

/**
 * Splits an SQL script at the semicolons that end statements, as the Supabase CLI does for its history table:
 * not inside quotes, dollar quotes, comments (which nest) or `begin atomic … end`. Comments before a statement
 * stay with it; what has only comments is no statement.
 */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = [];
  let start = 0;
  let hasCode = false;
  let words: string[] = [];
  const depth = { atomic: 0 };
  TOKEN.lastIndex = 0;
  const finish = (end: number) => {
    const raw = script.slice(start, end);
    const lead = raw.length - raw.trimStart().length;
    if (hasCode) statements.push({ text: raw.trim(), line: lineAt(script, start + lead) });
    [start, hasCode, words] = [end + 1, false, []];
  };
  for (let match = TOKEN.exec(script); match; match = TOKEN.exec(script)) {
    const token = match[0];
    if (token === "/*") TOKEN.lastIndex = endOfComment(script, match.index);
    else if (token === ";" && depth.atomic === 0) finish(match.index);
    else if (!token.startsWith("--")) hasCode = true;
    if (/^[A-Za-z_]/.test(token) && !token.includes("'")) countBlocks(token.toLowerCase(), words, depth);
  }
  finish(script.length);
  return statements;
}

/** Only the body of an SQL-standard function (`begin atomic`) has semicolons of its own; `case` also ends with `end`. */
function countBlocks(word: string, words: string[], depth: { atomic: number }): void {
  if (word === "atomic" && words.at(-1) === "begin") depth.atomic = 1;
  else if (depth.atomic > 0 && word === "case") depth.atomic++;
  else if (depth.atomic > 0 && word === "end") depth.atomic--;
  words.push(word);
}

function endOfComment(script: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(script); match; match = edge.exec(script)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return script.length;
}

/** The line of a character, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
