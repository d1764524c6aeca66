/** The text of a migration, as people read it. */
import { codeStart, type TreeStatement } from "../schemas.ts";

export interface Parts {
  name: string;
  structure: string[];
  comments: string[];
  rows: string[];
  grants: string[];
  tree: TreeStatement[];
}

/**
 * A name in the schema `extensions`, or a string, or a body. Supabase installs extensions there; a project may have them
 * elsewhere, so a migration names them without a schema, as the tree does.
 */
const EXTENSION_NAME = /'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1|\b(extensions\.)(?=\w)/g;

export function migrationText({ name, structure, comments, rows, grants, tree }: Parts): string {
  const usesExtensions = structure.some((statement) => withoutExtensions(statement) !== statement);
  const path = tree.find(({ text }) => /^select set_config\('search_path'/.test(text.slice(codeStart(text))));
  const statements = structure.map((statement) => asInTheTree(statement, tree));
  return [
    `-- ${name}: made by \`deno task migration\` from what was changed in supabase/schemas. Read the rules there.`,
    "set check_function_bodies = off;",
    ...(usesExtensions && path
      ? [`-- Where this project has its extensions.\n${path.text.slice(codeStart(path.text))};`]
      : []),
    ...statements.map((statement) => `${statement};`),
    ...part("Comments of what was made anew.", comments),
    ...part("Rows. What an operator has set stays.", rows),
    ...part("Who may do what.", grants),
    ...(usesExtensions ? ["reset search_path;"] : []),
    "reset check_function_bodies;",
  ].join("\n\n") + "\n";
}

function part(title: string, statements: string[]): string[] {
  return statements.length === 0 ? [] : [[`-- ${title}`, ...statements.map((text) => `${text};`)].join("\n")];
}

/** A function as its author wrote it, comments included; anything else by the names that the search path finds. */
function asInTheTree(statement: string, tree: TreeStatement[]): string {
  const [, name] = /^create or replace function ([\w.]+)/i.exec(statement) ?? [];
  const written = tree.find(({ creates }) => name !== undefined && creates === `function ${name}`);
  if (written) return written.text.replace(/^create (or replace )?function /m, "create or replace function ");
  return withoutExtensions(statement);
}

function withoutExtensions(statement: string): string {
  return statement.replaceAll(EXTENSION_NAME, (token, _body, schema) => schema === undefined ? token : "");
}
