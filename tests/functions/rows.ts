/** What the database says, read as the superuser. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";

/**
 * How many rows every table of ours has, but for the sums of them, which the worker folds when it likes, and for the counts of
 * refused webhooks.
 */
export async function rowCounts(sql: Sql): Promise<Record<string, number>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'sms_private') and c.relkind in ('r', 'p')
      -- Figures follow from the texts, and a fold moves them about at any moment.
      and c.relname not in ('sms_stats', 'stat_changes', 'stat_hours', 'stat_days', 'refused_webhooks') order by 1`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await sql.unsafe(`select count(*)::int as count from ${name}`);
    counts[name] = row?.count;
  }
  return counts;
}

// Rows are read as they are: a test compares single columns of them.
// deno-lint-ignore no-explicit-any
export type Row = Record<string, any>;

export async function storedText(sql: Sql, sid: string): Promise<Row> {
  const [row, ...others] = await sql`select * from public.sms_messages where message_sid = ${sid}`;
  assert(row, `${sid} is stored`);
  assert.equal(others.length, 0, `${sid} is stored once`);
  return row;
}

export async function messageTo(sql: Sql, contact: string): Promise<Row> {
  const [row, ...others] = await sql`
    select * from public.sms_messages where to_number = ${contact} and direction = 'outbound'`;
  assert(row, `there is a text to ${contact}`);
  assert.equal(others.length, 0, `there is one text to ${contact}`);
  return row;
}

/** A text's events as `source status`, in the order they came. */
export async function eventsOf(sql: Sql, messageId: string): Promise<string[]> {
  const rows = await sql`select source, status from public.sms_message_events
    where message_id = ${messageId} order by received_at, id`;
  return rows.map(({ source, status }) => `${source} ${status}`);
}

export async function conversationWith(sql: Sql, contact: string): Promise<Row> {
  const [row] =
    await sql`select c.* from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
    where k.number = ${contact} order by c.id desc limit 1`;
  assert(row, `there is a conversation with ${contact}`);
  return row;
}

export async function jobsOf(sql: Sql, contact: string): Promise<Row[]> {
  const rows = await sql`select j.* from sms_private.jobs j join public.sms_contacts k on k.id = j.contact_id
    where k.number = ${contact} order by j.id`;
  return [...rows];
}
