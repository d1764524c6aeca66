import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import type { Tenant } from "./support.ts";

/** A text from the tenant's app or a bulk run, with a priority. Returns its id. */
export async function outbound(
  sql: Sql,
  tenant: Tenant,
  to: string,
  body: string,
  priority = 1,
): Promise<string> {
  const answer =
    (await sql`select sms_private.create_message(${tenant.userId}, 'system', ${to}, ${body}, null, '{}', null,
    null) as answer`)[0]?.answer;
  assert.equal(answer.outcome, "created", JSON.stringify(answer));
  await sql`update sms_private.jobs set priority = ${priority} where message_id = ${answer.message.id}`;
  return answer.message.id;
}

export async function noSendLimit(sql: Sql, tenant: Tenant): Promise<void> {
  await sql`insert into public.sms_limits (user_id, sends_per_minute) values (${tenant.userId}, null)`;
}

export async function pace(sql: Sql, tenant: Tenant, segmentsPerSecond: number): Promise<void> {
  await sql`update public.sms_numbers set segments_per_second = ${segmentsPerSecond} where id = ${tenant.numberId}`;
}
