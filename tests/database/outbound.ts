import type { Sql } from "postgres";
import { messageOf } from "./sending.ts";
import { call, type Tenant } from "./support.ts";

/** A message of the tenant's app, with a priority of its own. Returns its id. */
export async function outbound(
  sql: Sql,
  tenant: Tenant,
  to: string,
  body: string,
  priority = 1,
): Promise<string> {
  const args = { owner_id: tenant.userId, to_number: to, body };
  const id = messageOf(await call(sql, "sms_create_message_for", args));
  await sql`update sms_private.jobs set priority = ${priority} where message_id = ${id}`;
  return id;
}

export async function noSendLimit(sql: Sql, tenant: Tenant): Promise<void> {
  await sql`insert into public.sms_limits (user_id, sends_per_minute) values (${tenant.userId}, null)`;
}

export async function pace(sql: Sql, tenant: Tenant, segmentsPerSecond: number): Promise<void> {
  await sql`update public.sms_numbers set segments_per_second = ${segmentsPerSecond} where id = ${tenant.numberId}`;
}
