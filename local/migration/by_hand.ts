/** What nobody can read from a catalogue, so that a person has to write it. */
import type { Migration } from "../migrations.ts";
import { codeStart, type TreeStatement } from "../schemas.ts";
import { splitStatements } from "../sql_statements.ts";

// It looks at a project before the baseline, and refuses every project that has ours already.
const BEFORE_THE_BASELINE = "10_foundation/10_check.sql:";

/** Statements of the tree that run code and stand in no migration: what they do to a project is not known. */
export function blocksInNoMigration(tree: TreeStatement[], migrations: Migration[]): TreeStatement[] {
  const known = new Set(
    migrations.flatMap(({ text }) => splitStatements(text).map(({ text }) => code(text))),
  );
  return blocks(tree).filter(({ text, place }) =>
    !known.has(code(text)) && !place.startsWith(BEFORE_THE_BASELINE)
  );
}

/** Statements of the tree that call a function which is now another one: it may have to be called again. */
export function callsOfChanged(tree: TreeStatement[], functions: string[]): TreeStatement[] {
  return blocks(tree).filter(({ text }) => functions.some((name) => code(text).includes(`${name}(`)));
}

function blocks(tree: TreeStatement[]): TreeStatement[] {
  return tree.filter(({ text }) => /^(do|select|with|call)\b/i.test(code(text)));
}

function code(text: string): string {
  return text.slice(codeStart(text));
}
