/** Rows written, as Postgres counts them: https://www.postgresql.org/docs/17/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW */
import type { Sql } from "postgres";

export interface Writes {
  readonly inserts: number;
  readonly updates: number;
  /** Of the updates: those that touched no index. */
  readonly hot: number;
  readonly deletes: number;
}

/** By table, with its schema. */
export type WritesByTable = Readonly<Record<string, Writes>>;

/** Since the database was made. The session reports what it has done first; only then does Postgres know. */
export async function writesNow(sql: Sql): Promise<WritesByTable> {
  await sql`select pg_stat_force_next_flush()`;
  const rows = await sql<(Writes & { table: string })[]>`
    select schemaname || '.' || relname as "table", n_tup_ins::int as inserts, n_tup_upd::int as updates,
      n_tup_hot_upd::int as hot, n_tup_del::int as deletes
    from pg_stat_user_tables order by 1`;
  return Object.fromEntries(rows.map(({ table, ...writes }) => [table, writes]));
}

/** What was written between two looks; tables without any are left out. */
export function writesBetween(before: WritesByTable, after: WritesByTable): WritesByTable {
  const all = Object.entries(after).map(([table, now]) => {
    const then = before[table] ?? { inserts: 0, updates: 0, hot: 0, deletes: 0 };
    const writes = {
      inserts: now.inserts - then.inserts,
      updates: now.updates - then.updates,
      hot: now.hot - then.hot,
      deletes: now.deletes - then.deletes,
    };
    return [table, writes] as const;
  });
  return Object.fromEntries(all.filter(([, writes]) => rowsOf(writes) > 0));
}

export const rowsOf = ({ inserts, updates, deletes }: Writes): number => inserts + updates + deletes;

export function total(all: WritesByTable): Writes {
  const sum = (of: (writes: Writes) => number) =>
    Object.values(all).reduce((before, one) => before + of(one), 0);
  return {
    inserts: sum(({ inserts }) => inserts),
    updates: sum(({ updates }) => updates),
    hot: sum(({ hot }) => hot),
    deletes: sum(({ deletes }) => deletes),
  };
}
