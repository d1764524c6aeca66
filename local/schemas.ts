/** `supabase/schemas`, the source of the database: read, joined, and looked at without a database. */
import { join, relative } from "node:path";
import { type Migration, MigrationError, migrationsFolder } from "./migrations.ts";
import { projectRoot } from "./project.ts";
import { lineAt, splitStatements } from "./sql_statements.ts";

export const schemasFolder = join(projectRoot, "supabase/schemas");
export const baselineFile = join(migrationsFolder, "20261130000000_sms_baseline.sql");

const MAX_LINES = 250;

/** One file of the tree. */
export interface SchemaFile {
  /** Relative to the tree, with `/`. */
  path: string;
  text: string;
}

/** The tree's SQL files in the order in which they are applied: by the bytes of their paths. */
export async function readTree(folder: string = schemasFolder): Promise<SchemaFile[]> {
  const paths = await sqlFiles(folder);
  const files = paths.map(async (path) => ({
    path: relative(folder, path).replaceAll("\\", "/"),
    text: await Deno.readTextFile(path),
  }));
  return (await Promise.all(files)).sort((a, b) => a.path < b.path ? -1 : 1);
}

async function sqlFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await sqlFiles(path));
    else if (entry.name.endsWith(".sql")) found.push(path);
  }
  return found;
}

/** The whole tree as one script. Function bodies are checked when they run: they name what a later file creates. */
export function joinTree(files: SchemaFile[]): string {
  const parts = files.map(({ path, text }) => `\n-- ── ${path}\n\n${text.replace(/\n+$/, "")}\n`);
  return [
    "-- Made by joining supabase/schemas, one file after the other. Read the rules there.\n",
    "\nset check_function_bodies = off;\n",
    ...parts,
    "\nreset check_function_bodies;\n",
  ].join("");
}

/** The tree as something that can be applied like a migration. */
export function treeMigration(files: SchemaFile[]): Migration {
  return { version: "0", name: "tree", path: JOINED, text: joinTree(files) };
}

const JOINED = "schemas.sql";

/** What Postgres said about the joined tree, with the file and line where it stands. */
export function atTreeFile(files: SchemaFile[], error: unknown): unknown {
  if (!(error instanceof MigrationError) || !error.message.startsWith(`${JOINED}:`)) return error;
  const line = Number(error.message.slice(JOINED.length + 1).split(":", 1)[0]);
  const joined = joinTree(files).split("\n");
  const head = joined.slice(0, line).findLastIndex((text) => text.startsWith("-- ── "));
  if (head < 0) return error;
  const place = `supabase/schemas/${joined[head]?.slice("-- ── ".length)}:${line - head - 2}`;
  const message = error.message.replace(`${JOINED}:${line}`, place);
  return new MigrationError(message, { cause: error });
}

/** One statement of the tree, comments before it included. */
export interface TreeStatement {
  text: string;
  /** `file:line` of the tree. */
  place: string;
  /** What it creates, for instance `function sms_private.new_id`; null if it creates no object with a name. */
  creates: string | null;
}

export function treeStatements(files: SchemaFile[]): TreeStatement[] {
  return files.flatMap(({ path, text }) =>
    splitStatements(text).map((statement) => ({
      text: statement.text,
      place: `${path}:${statement.line + lineAt(statement.text, codeStart(statement.text)) - 1}`,
      creates: createdObject(statement.text),
    }))
  );
}

/** Where the code of a statement begins, after comments. */
export function codeStart(text: string): number {
  return /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0].length ?? 0;
}

const CREATES = new RegExp(
  "^create (?:or replace )?(?:unique )?(?:constraint )?" +
    "(table|function|view|materialized view|type|domain|sequence|index|trigger|policy|schema) " +
    "(?:if not exists |concurrently )*([\\w.]+)([^;]*)",
  "i",
);

function createdObject(statement: string): string | null {
  const code = statement.slice(codeStart(statement)).replaceAll(/\s+/g, " ");
  const [, kind, name, rest] = CREATES.exec(code) ?? [];
  if (kind === undefined || name === undefined) return null;
  // Triggers and policies have their names in a table.
  const of = /^(trigger|policy)$/i.test(kind) ? / on ([\w.]+)/i.exec(rest ?? "")?.[1] : undefined;
  return `${kind.toLowerCase()} ${name}${of === undefined ? "" : ` on ${of}`}`;
}

/** Sentences about files that are too long and objects that are defined twice; none if all is well. */
export function treeProblems(files: SchemaFile[]): string[] {
  const long = files.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `supabase/schemas/${path} has ${lines} lines. Split it: ${MAX_LINES} at most.`);
  const places = new Map<string, string[]>();
  for (const { creates, place } of treeStatements(files)) {
    if (creates !== null) places.set(creates, [...places.get(creates) ?? [], place]);
  }
  const twice = [...places].filter(([, where]) => where.length > 1)
    .map(([name, where]) => `The ${name} is defined ${where.length} times: ${where.join(", ")}.`);
  return [...long, ...twice];
}
