/** A database with many messages of many users, for `growth`, and who of them is measured. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import type { Tenant } from "../../tests/database/support.ts";
import { type FilledTenant, fillTenants, inBulk, readFilled } from "../fill_reads.ts";
import { ranksAcross, type Shape, sizesOf } from "./sizes.ts";

/** Whose verbs are measured: the largest tenant, and smaller ones down to the smallest. */
const MEASURED = 10;

/** Statuses that Twilio reported of each answer. */
const REPORTED = ["sent", "delivered"];

/** A million messages take some minutes. */
export async function fillGrown(sql: Sql, shape: Shape): Promise<void> {
  const sizes = sizesOf(shape);
  await inBulk(sql, async (bulk) => {
    await addTenants(bulk, shape.users);
    const tenants = await tenantsOfRanks(bulk, sizes.map((_, rank) => rank));
    await fillTenants(
      bulk,
      tenants.map((tenant, rank) => {
        const size = sizes[rank];
        assert(size);
        return { tenant, size };
      }),
    );
    await bulk`insert into public.sms_message_events (user_id, message_id, status, message_sid, source, received_at)
      select m.user_id, m.id, s.status, m.message_sid, 'callback', m.created_at
      from public.sms_messages m cross join unnest(${REPORTED}::text[]) s (status)
      where m.direction = 'outbound'`;
  });
}

/** A number by which a tenant is found again: it says the tenant's rank. */
const FIRST_NUMBER = 14_158_000_000;

/** As `addTenant()` of the tests, for many at once. */
async function addTenants(bulk: Sql, users: number): Promise<void> {
  await bulk`create temp table newcomers as
    select '+' || ${FIRST_NUMBER}::bigint + rank as number, sms_private.new_id() as user_id,
      sms_private.new_id() as assistant_id, sms_private.new_id() as number_id
    from generate_series(0, ${users}::int - 1) rank`;
  await bulk`insert into auth.users (id, email) select user_id, user_id || '@example.com' from newcomers`;
  await bulk`insert into public.sms_accounts (user_id, account_sid)
    select user_id, 'AC' || md5(user_id::text) from newcomers`;
  await bulk`insert into sms_private.twilio_credentials (account_id, current_token)
    select a.id, 'jwe' from public.sms_accounts a join newcomers using (user_id)`;
  await bulk`insert into public.sms_assistants (id, user_id, name, prompt, reply_delay_ms)
    select assistant_id, user_id, 'Ada', 'Answer.', 0 from newcomers`;
  await bulk`insert into public.sms_numbers (id, user_id, account_sid, number, assistant_id, segments_per_second)
    select number_id, user_id, 'AC' || md5(user_id::text), number, assistant_id, 1000 from newcomers`;
  await bulk`insert into sms_private.sender_pace (phone_number_id) select number_id from newcomers`;
  await bulk`drop table newcomers`;
}

async function tenantsOfRanks(sql: Sql, ranks: readonly number[]): Promise<Tenant[]> {
  const numbers = ranks.map((rank) => `+${FIRST_NUMBER + rank}`);
  return await sql<Tenant[]>`
    select n.user_id as "userId", n.account_sid as "accountSid", n.assistant_id as "assistantId",
      n.id as "numberId", n.number
    from public.sms_numbers n where n.number = any (${numbers}) order by n.number`;
}

export interface Grown {
  /** A tenth of all messages are this tenant's. */
  readonly largest: FilledTenant;
  /** The largest one first. */
  readonly measured: readonly Tenant[];
}

export async function readGrown(sql: Sql, { users }: Shape): Promise<Grown> {
  const measured = await tenantsOfRanks(sql, ranksAcross(users, MEASURED));
  const [largest] = measured;
  assert(largest);
  return { largest: await readFilled(sql, largest), measured };
}
