import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { type Answer, as, call, callAs, phone, type Tenant } from "./support.ts";

type Arguments = Record<string, unknown>;
type Owner = Pick<Tenant, "userId">;

/** A person's text; to a phone of its own unless the arguments name one. */
export async function send(sql: Sql, tenant: Owner, args: Arguments = {}): Promise<Answer> {
  const text = { to_number: phone(), body: "Hello", pauses_assistant: true, ...args };
  return await callAs(sql, tenant, "sms_create_message", text);
}

/** An app's text, with the secret key. */
export async function sendFor(sql: Sql, tenant: Owner, args: Arguments = {}): Promise<Answer> {
  const all = { owner_id: tenant.userId, to_number: phone(), body: "Hello", ...args };
  return await as(sql, { role: "service_role" }, (secret) => call(secret, "sms_create_message_for", all));
}

/** These numbers become contacts of the tenant who agreed to be texted yesterday, on a form. */
export async function agree(sql: Sql, { userId }: Owner, numbers: readonly string[]): Promise<void> {
  const all = sql.array([...numbers], 1009);
  await sql`insert into public.sms_contacts (user_id, number) select ${userId}, number from unnest(${all}::text[]) number
    order by sms_private.canonical_number(number) on conflict do nothing`;
  await sql`insert into public.sms_consent_events (user_id, contact_id, change, source, basis, given_at, page)
    select ${userId}, contact, 'consent', 'app', 'form', now() - interval '1 day', 'https://example.com/news'
    from (select distinct sms_private.contact_named(${userId}, number) as contact from unnest(${all}::text[]) number) agreed
    order by contact`;
}

/** A phone that agreed. */
export async function agreed(sql: Sql, tenant: Owner): Promise<string> {
  const number = phone();
  await agree(sql, tenant, [number]);
  return number;
}

/** Who can be texted at all has agreed before. */
export async function broadcast(
  sql: Sql,
  tenant: Owner,
  to_numbers: unknown,
  args: Arguments = {},
): Promise<Answer> {
  const to: unknown[] = Array.isArray(to_numbers) ? to_numbers : [];
  await agree(
    sql,
    tenant,
    to.filter((one) => typeof one === "string" && /^\+1\d{10}$/.test(one)) as string[],
  );
  return await callAs(sql, tenant, "sms_create_broadcast", { to_numbers, body: "Hello all", ...args });
}

/** A broadcast that is stored. Returns its id. */
export async function broadcastTo(
  sql: Sql,
  tenant: Owner,
  to: string[],
  args: Arguments = {},
): Promise<string> {
  const answer = await broadcast(sql, tenant, to, args);
  assert.equal(answer.outcome, "created", JSON.stringify(answer));
  return (answer.broadcast as { id: string }).id;
}

export function phones(count: number): string[] {
  return Array.from({ length: count }, phone);
}

/** The id of the message that a verb answered with. */
export function messageOf(answer: Answer): string {
  const { id } = answer.message as { id?: string } ?? {};
  assert(id, JSON.stringify(answer));
  return id;
}

export async function textsOf(sql: Sql, broadcastId: string) {
  return await sql`select * from public.sms_messages where broadcast_id = ${broadcastId}
    order by created_at, id`;
}

/**
 * Returns when some work is done, or when a session waits for the transaction that `holder` has open. Other waits do not
 * count: `pg_locks` shows the whole server, and on it the tests of other files wait for their own locks.
 */
export async function settledOrWaiting(sql: Sql, holder: Sql, work: Promise<unknown>): Promise<void> {
  const [held] = await holder`select pg_backend_pid() as pid`;
  assert(held);
  let settled = false;
  const done = () => settled = true;
  work.then(done, done);
  const deadline = Date.now() + 10_000;
  const waiting = () =>
    sql`select from pg_stat_activity a
      where a.datname = current_database() and ${held.pid} = any (pg_blocking_pids(a.pid))`;
  while (!settled && (await waiting()).length === 0) {
    assert(Date.now() < deadline, "neither done nor waiting");
  }
}

/** Does `first` and keeps its transaction open until `second` waits for it or is done; then lets both go on. */
export async function whileOpen<T>(
  sql: Sql,
  first: (sql: Sql) => Promise<unknown>,
  second: () => Promise<T>,
  end: "commit" | "rollback" = "commit",
): Promise<T> {
  const connection = await sql.reserve();
  try {
    await connection`begin`;
    const holder = connection as unknown as Sql;
    await first(holder);
    const work = second();
    await settledOrWaiting(sql, holder, work);
    await connection.unsafe(end);
    return await work;
  } finally {
    connection.release();
  }
}
