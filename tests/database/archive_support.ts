/** What the tests of the archive share: messages that are two months old, and all figures to compare. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { age, exchange, phone, type Tenant, text } from "./support.ts";
import { deliver, foldAll } from "./stats_support.ts";

export interface Archived {
  outcome: string;
  archived?: number;
  looked_at?: number;
  done?: boolean;
}

export async function archive(
  sql: Sql,
  batch = 1000,
  olderThan: string | null = "30 days",
): Promise<Archived> {
  const [row] = await sql`select sms_private.archive_messages(${olderThan}::interval, ${batch}) as answer`;
  assert(row);
  return row.answer as Archived;
}

/** A whole pass. Returns how many messages went. */
export async function archiveAll(sql: Sql, batch = 1000): Promise<number> {
  let archived = 0;
  for (;;) {
    const answer = await archive(sql, batch);
    assert.equal(answer.outcome, "archived");
    archived += answer.archived ?? 0;
    if (answer.done) return archived;
  }
}

/** Does what happened two months ago: ids are made as they were then, and times are set back. */
export async function longAgo<T>(sql: Sql, tenants: Tenant[], work: () => Promise<T>): Promise<T> {
  const [made] = await sql`select pg_get_functiondef('sms_private.new_id()'::regprocedure) as source`;
  const source = made?.source as string;
  const then = source.replace("clock_timestamp()", "(clock_timestamp() - interval '60 days')");
  assert.notEqual(source, then);
  await sql.unsafe(then);
  const result = await work();
  await sql.unsafe(source);
  for (const tenant of tenants) {
    await age(sql, tenant, "60 days");
    await sql`update public.sms_messages set date_created = date_created - interval '60 days',
      date_sent = date_sent - interval '60 days', send_at = send_at - interval '60 days'
      where user_id = ${tenant.userId}`;
  }
  return result;
}

export interface Talk {
  tenant: Tenant;
  contact: string;
  conversationId: string;
  /** The contact's text, the answer, and the ids of all messages in their order. */
  question: string;
  answer: string;
  ids: string[];
}

/** So many questions and answers, delivered and paid. */
export async function talk(sql: Sql, tenant: Tenant, exchanges = 1): Promise<Talk> {
  const contact = phone();
  for (let i = 0; i < exchanges; i++) {
    const id = await exchange(sql, tenant, contact, `Question ${i}?`);
    await deliver(sql, id);
    await sql`insert into public.sms_message_events (user_id, message_id, status, source)
      values (${tenant.userId}, ${id}, 'delivered', 'callback')`;
    await sql`update public.sms_messages set status = 'delivered', price = -0.0079, price_unit = 'USD' where id = ${id}`;
  }
  await settled(sql);
  const rows = await sql`select id, conversation_id from public.sms_messages
    where user_id = ${tenant.userId} and ${contact} in (from_number, to_number) order by seq`;
  const ids = rows.map((row) => row.id as string);
  const [question, answer] = ids;
  assert(question && answer);
  return { tenant, contact, conversationId: rows[0]?.conversation_id, question, answer, ids };
}

/** Twilio was asked for everything, and answered. */
export async function settled(sql: Sql): Promise<void> {
  await sql`delete from sms_private.questions where kind = 'settlement'`;
}

export async function end(sql: Sql, { conversationId }: Talk): Promise<void> {
  await sql`update public.sms_conversations set status = 'ended', end_reason = 'idle', ended_at = last_message_at
    where id = ${conversationId}`;
}

/** An old talk of one tenant that ended, all of it folded. */
export async function oldTalk(sql: Sql, tenant: Tenant, exchanges = 1): Promise<Talk> {
  const old = await longAgo(sql, [tenant], () => talk(sql, tenant, exchanges));
  await end(sql, old);
  await foldAll(sql);
  return old;
}

/** Every figure, row by row. */
export async function figures(sql: Sql): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const table of ["public.sms_stats", "sms_private.stat_hours", "sms_private.stat_days"]) {
    const rows = await sql.unsafe(`select (to_jsonb(t) - 'id')::text as figure from ${table} t order by 1`);
    all[table] = rows.map((row) => row.figure);
  }
  return all;
}

/** The ids of the archived messages, in their order. */
export async function archivedIds(sql: Sql): Promise<string[]> {
  return (await sql`select id from sms_private.archived_messages order by id`).map((row) => row.id);
}

export async function staysBecause(sql: Sql, id: string): Promise<string | null> {
  const [row] = await sql`select reason from sms_private.stays_because(array[${id}]::uuid[], '30 days')`;
  assert(row);
  return row.reason;
}

/** A text to a number that nobody has. */
export async function unownedText(sql: Sql, tenant: Tenant): Promise<string> {
  const { message_id } = await text(sql, tenant, phone(), "Anyone?", { to_number: "+14155559999" });
  return message_id as string;
}
