/** What changes in tables, functions, policies and so on, by pg-delta (docs/decisions/0024-migrations-from-the-tree.md). */
import {
  type Action,
  buildFactBase,
  type DependencyEdge,
  extract,
  type Fact,
  type FactBase,
  plan,
  type StableId,
} from "@supabase/pg-delta";
import { formatSqlStatements } from "@supabase/pg-delta/sql-format";
import pg from "pg";
import { plainNames } from "./plain_names.ts";

export interface Structure {
  /** In the order in which they apply. */
  statements: string[];
  /** The functions whose definition is another one, for instance `sms_private.new_id`. */
  functions: string[];
  /** Statements that lose rows or values. */
  losses: string[];
}

// Grants are written by grants.ts: pg-delta's depend on the default privileges that it sees.
const NOT_PLANNED = new Set(["acl", "defaultPrivilege", "membership"]);
const SCHEMAS = new Set(["public", "sms_private"]);

/**
 * @param from connection string of the database as it is
 * @param to connection string of the database as it should be
 */
export async function planStructure(from: string, to: string): Promise<Structure> {
  const [before, after] = await Promise.all([readFacts(from), readFacts(to)]);
  const { actions } = plan(ours(before, before), ours(after, before), { renames: "off" });
  const changes = actions.filter(isOurs).map((action) => ({
    ...action,
    text: plainNames(format(action.sql)),
  }));
  return {
    statements: changes.map(({ text }) => text),
    functions: changes.flatMap(functionsOf),
    losses: changes.filter(({ dataLoss }) => dataLoss === "destructive").map(({ text }) => text),
  };
}

async function readFacts(url: string): Promise<FactBase> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    return (await extract(pool)).factBase;
  } finally {
    // `end()` does not wait for the connection to be closed. If the database were dropped first, that would be an error.
    const closed = pool.totalCount > 0 ? new Promise((resolve) => pool.once("remove", resolve)) : null;
    await pool.end();
    await closed;
  }
}

/** The facts without those that we leave alone. `before`: what exists already. */
function ours(base: FactBase, before: FactBase): FactBase {
  const kept = base.facts().filter(({ id }: Fact) => !NOT_PLANNED.has(id.kind));
  const edges = base.edges.filter((edge: DependencyEdge) =>
    edge.kind !== "owner" && !needlesslyLate(edge, before)
  );
  return buildFactBase(kept, edges);
}

/**
 * A default of a new table that calls a function which exists already. pg-delta would add the column after all others, so
 * that the function is there: it is, and an empty table calls nothing.
 */
function needlesslyLate({ from, to }: DependencyEdge, before: FactBase): boolean {
  if (from.kind !== "default" || !before.has(to)) return false;
  return !before.has({ kind: "table", schema: from.schema, name: from.table });
}

/** Extensions, roles and other schemas are the project's own. */
function isOurs({ produces, destroys, consumes }: Action): boolean {
  const subject = produces[0] ?? destroys[0] ?? consumes[0];
  return subject !== undefined && SCHEMAS.has(schemaOf(subject) ?? "");
}

/** @returns null if it is in no schema */
function schemaOf(id: StableId): string | null {
  if ("target" in id) return schemaOf(id.target);
  if ("schema" in id) return id.schema;
  return id.kind === "schema" ? id.name : null;
}

function functionsOf({ verb, produces, consumes }: Action): string[] {
  const subjects = verb === "alter" ? [...produces, ...consumes] : produces;
  return subjects.flatMap((id) => id.kind === "function" ? [`${id.schema}.${id.name}`] : []);
}

/** Bodies and expressions as they are; only the outer words are laid out. */
function format(sql: string): string {
  const [only, ...more] = formatSqlStatements([sql], { keywordCase: "lower", maxWidth: 110, indent: 2 });
  return only === undefined || more.length > 0 ? sql : only;
}
