/**
 * Does a long queue make claims slow? The same claim with 100 and with 50,000 jobs waiting, in one run: the ratio is what
 * counts, the machine is not. Run with `deno task bench claims`.
 */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { createTestDatabase } from "../local/database.ts";
import { startPostgres } from "../local/postgres.ts";
import { print } from "../local/print.ts";
import { addTenant } from "../tests/database/support.ts";
import { type Figures, scaled, tell } from "./figures.ts";

const TENANTS = 20;
const ROUNDS = 40;

/** Contacts, conversations, texts and jobs, `count` of each kind, over all tenants. */
async function fill(sql: Sql, count: number): Promise<void> {
  const run = crypto.randomUUID().slice(0, 8);
  await sql.unsafe(
    `
    create temp table batch on commit drop as
      select n.id as number_id, n.user_id, n.number, n.account_sid, g as i, '+1415' || lpad((g + abs(hashtext($1)) % 1000000)::text, 7, '0') as contact
      from generate_series(1, $2::int / ${TENANTS}) g cross join public.sms_numbers n`.replace(
      "on commit drop ",
      "",
    ),
    [
      run,
      count,
    ],
  );
  await sql`insert into public.sms_contacts (user_id, number) select user_id, contact from batch on conflict do nothing`;
  await sql`insert into public.sms_conversations (user_id, phone_number_id, contact_id)
    select b.user_id, b.number_id, k.id from batch b join public.sms_contacts k on k.user_id = b.user_id and k.number = b.contact
    on conflict do nothing`;
  await sql`insert into public.sms_messages (user_id, conversation_id, account_sid, seq, direction, sender, to_number,
      from_number, body, status, num_segments)
    select c.user_id, c.id, b.account_sid, 1, 'outbound', 'system', b.contact, b.number, 'Hello', 'pending', 1
    from batch b join public.sms_contacts k on k.user_id = b.user_id and k.number = b.contact
    join public.sms_conversations c on c.contact_id = k.id and c.phone_number_id = b.number_id on conflict do nothing`;
  await sql`insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
    select 'deliver', c.user_id, m.id, c.phone_number_id, c.contact_id, 3, now()
    from public.sms_conversations c join public.sms_messages m on m.conversation_id = c.id on conflict do nothing`;
  await sql`insert into sms_private.jobs (kind, user_id, conversation_id, phone_number_id, contact_id, due_at, wanted_seq,
      first_unanswered_at)
    select 'reply', c.user_id, c.id, c.phone_number_id, c.contact_id, now(), 1, now()
    from public.sms_conversations c on conflict do nothing`;
  await sql`drop table batch`;
  await sql`analyze`;
}

/** Milliseconds of the median claim, each rolled back so that the queue stays as long as it was. */
async function medianClaim(sql: Sql, verb: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const connection = await sql.reserve();
    await connection`begin`;
    const started = performance.now();
    await connection.unsafe(`select public.${verb}(20, 90)`);
    times.push(performance.now() - started);
    await connection`rollback`;
    connection.release();
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2] ?? NaN;
}

await using server = await startPostgres({ ephemeral: true });
await using database = await createTestDatabase(server);
const { sql } = database;
for (let i = 0; i < TENANTS; i++) await addTenant(sql);
const results: Record<string, number[]> = { sms_claim_replies: [], sms_claim_deliveries: [] };
for (const jobs of [100, scaled(50_000)]) {
  await fill(sql, jobs);
  const [queued] = await sql`select count(*)::int as jobs from sms_private.jobs`;
  assert(queued);
  for (const [verb, times] of Object.entries(results)) times.push(await medianClaim(sql, verb));
  print(
    `${queued.jobs} jobs waiting: ${
      Object.entries(results).map(([v, t]) => `${v} ${t.at(-1)?.toFixed(1)} ms`).join(", ")
    }`,
  );
}
for (const [verb, [short = NaN, long = NaN]] of Object.entries(results)) {
  print(`${verb}: ${(long / short).toFixed(2)} × with the long queue`);
}
const figures: Figures = {};
const ratios: Figures = {};
for (const [verb, [short = NaN, long = NaN]] of Object.entries(results)) {
  const claim = `claim of ${verb.replace(/^.*claim_/, "")}`;
  Object.assign(figures, { [`${claim}, short queue`]: short, [`${claim}, long queue`]: long });
  ratios[`${claim}, long queue to short`] = long / short;
}
tell(figures, { ratios });
