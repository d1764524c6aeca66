/**
 * The floor of `sql`: the same rows, inserted, updated and deleted as often, in tables of the same columns, indexes and
 * checks, without triggers, references and rules. One call and one transaction for each text.
 */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import type { Writes, WritesByTable } from "./writes.ts";

interface Table {
  /** With its schema, and without. */
  readonly from: string;
  readonly name: string;
  readonly writes: Writes;
  /** What may be inserted: all that is not generated. */
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

/** Keeps the rows that are inserted from now on, until `endCapture()`: many of them are deleted again. */
export async function capture(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema captured;
    create table captured.rows (n bigint generated always as identity, relation regclass, content jsonb);
    create function captured.keep() returns trigger language plpgsql security definer as $$
    begin
      insert into captured.rows (relation, content) values (tg_relid, to_jsonb(new));
      return null;
    end $$`);
  for (const table of await tables(sql)) {
    await sql.unsafe(
      `create trigger captured after insert on ${table} for each row execute function captured.keep()`,
    );
  }
}

export async function endCapture(sql: Sql): Promise<void> {
  for (const table of await tables(sql)) await sql.unsafe(`drop trigger captured on ${table}`);
}

async function tables(sql: Sql): Promise<string[]> {
  const rows = await sql`select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
    where schemaname = 'sms_private' or (schemaname = 'public' and relname like 'sms\\_%')`;
  return rows.map(({ name }) => name);
}

export interface Bare {
  /** Empties the tables, but for the rows that are only updated. */
  reset(): Promise<void>;
  /** Writes as much as so many texts do. */
  write(): Promise<void>;
}

/** Makes the tables and the call. @param written by so many texts */
export async function prepareBare(sql: Sql, written: WritesByTable, texts: number): Promise<Bare> {
  await sql`create schema bare`;
  const reset: string[] = [];
  const write: string[] = [];
  for (const [from, writes] of Object.entries(written)) {
    const table = await describe(sql, from, writes);
    const count = await copyTable(sql, table);
    reset.push(`truncate bare.${table.name};`);
    if (writes.inserts === 0) reset.push(insert(table, "true"));
    write.push(...statementsFor({ ...table, texts, count }));
  }
  await sql.unsafe(`
    create function bare.write(text_number int) returns void language plpgsql as $$
    begin
      ${write.join("\n")}
    end $$`);
  return {
    async reset() {
      await sql.unsafe(reset.join("\n"));
    },
    async write() {
      for (let n = 1; n <= texts; n++) await sql.unsafe("select bare.write($1)", [n]);
    },
  };
}

async function describe(sql: Sql, from: string, writes: Writes): Promise<Table> {
  const columns = await sql`select quote_ident(attname) as name from pg_attribute
    where attrelid = ${from}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`;
  const key = await sql`select quote_ident(a.attname) as name from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
    where i.indrelid = ${from}::regclass and i.indisprimary`;
  assert(key.length > 0, `${from} has a primary key`);
  const names = (rows: Iterable<Record<string, unknown>>) => [...rows].map(({ name }) => String(name));
  return { from, name: from.replaceAll(".", "_"), writes, columns: names(columns), key: names(key) };
}

/** @returns how many rows there are to write: those that were inserted, else those that are there to be updated */
async function copyTable(sql: Sql, table: Table): Promise<number> {
  const { from, name, writes } = table;
  await sql.unsafe(`create table bare.${name} (like ${from} including all)`);
  const rows = writes.inserts > 0
    ? `select row_number() over (order by kept.n)::int as row_number, (jsonb_populate_record(null::${from}, kept.content)).*
        from captured.rows kept where kept.relation = '${from}'::regclass order by kept.n limit ${writes.inserts}`
    : `select row_number() over ()::int as row_number, present.* from ${from} present`;
  await sql.unsafe(`create table captured.${name} as ${rows}`);
  await sql.unsafe(`create unique index on captured.${name} (row_number)`);
  await sql.unsafe(`analyze captured.${name}`);
  const [counted] = await sql.unsafe(`select count(*)::int as rows from captured.${name}`);
  return counted?.rows ?? 0;
}

function insert({ name, columns }: Table, which: string): string {
  const list = columns.join(", ");
  return `insert into bare.${name} (${list}) overriding system value
    select ${list} from captured.${name} c where ${which};`;
}

/** A text's share of all writes: the fifth text inserts what lies between four and five shares. */
function statementsFor({ texts, count, ...table }: Table & { texts: number; count: number }): string[] {
  const { name, writes } = table;
  // Not the first: an id that is always generated takes no other value.
  const touched = table.columns.at(-1);
  const same = table.key.map((column) => `b.${column} = c.${column}`).join(" and ");
  const shareUpTo = (text: string) => `(${text})::bigint * ${count} / ${texts}`;
  const share = `c.row_number > ${shareUpTo("text_number - 1")} and c.row_number <= ${
    shareUpTo("text_number")
  }`;
  // Evenly so many of these.
  const deletedUpTo = (row: string) => `(${row})::bigint * ${writes.deletes} / ${count}`;
  const deleted = `${deletedUpTo("c.row_number")} > ${deletedUpTo("c.row_number - 1")}`;
  const update = (chance: number) => `
    update bare.${name} b set ${touched} = b.${touched} from captured.${name} c
    where c.row_number = 1 + (text_number - 1) % ${count} and ${same} and text_number % 100 < ${
    chance * 100
  };`;
  const each = writes.updates / texts;
  return [
    ...writes.inserts > 0 ? [insert(table, share)] : [],
    ...writes.updates > 0
      ? Array.from({ length: Math.ceil(each) }, (_, n) => update(Math.min(1, each - n)))
      : [],
    ...writes.deletes > 0
      ? [`delete from bare.${name} b using captured.${name} c where ${share} and ${deleted} and ${same};`]
      : [],
  ];
}
