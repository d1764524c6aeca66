/** Verbs called at random, as contacts, people, workers and Twilio would: what the figures have to follow. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import {
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  finish,
  messageSid,
  record,
  type Tenant,
  text,
} from "./support.ts";

/** mulberry32: small, and the same everywhere. */
export function randomFrom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    one<T>(choices: readonly T[]): T {
      const chosen = choices[below(choices.length)];
      assert(chosen !== undefined);
      return chosen;
    },
  };
}
type Random = ReturnType<typeof randomFrom>;

const STATUSES = ["queued", "sent", "delivered", "undelivered", "failed", "read", "sending"];
const WORDS = ["STOP", "HELP"];
const INTENTS = ["question", "booking", "complaint", null];

export interface World {
  sql: Sql;
  random: Random;
  tenants: Tenant[];
  contacts: string[];
}

const STEP: Record<string, (world: World) => Promise<unknown>> = {
  receive: ({ sql, random, tenants, contacts }) =>
    text(
      sql,
      random.one(tenants),
      random.one(contacts),
      random.one(["Hello?", "And?", "Now?", "START", WORDS[random.below(20)] ?? "Yes"]),
      {
        num_segments: random.one([1, 2, null]),
      },
    ),
  "receive for nobody": ({ sql, random, tenants, contacts }) =>
    text(sql, random.one(tenants), random.one(contacts), "Anyone?", { to_number: "+14155559999" }),
  reply: async ({ sql, random }) => {
    for (const job of await claimReplies(sql, 1 + random.below(3))) {
      await finish(sql, job, {
        ...(job.greeting ? {} : { intent: random.one(INTENTS) }),
        end_conversation: random.below(5) === 0,
        opt_out: random.below(25) === 0,
        failure: random.below(7) === 0
          ? { code: "X", message: "x", permanent: true, retry_after_ms: null }
          : null,
      });
    }
  },
  write: ({ sql, random, tenants, contacts }) =>
    callAs(sql, random.one(tenants), "sms_create_message", {
      to_number: random.one(contacts),
      body: "A person.",
      pauses_assistant: random.below(2) === 0,
    }),
  cancel: async ({ sql, random, tenants }) => {
    const tenant = random.one(tenants);
    const [queued] = await sql`select id from public.sms_messages
      where user_id = ${tenant.userId} and status = 'pending' order by id limit 1`;
    if (queued) await callAs(sql, tenant, "sms_cancel_message", { message_id: queued.id });
  },
  deliver: async ({ sql, random }) => {
    for (const job of await claimDeliveries(sql, { batch_size: 1 + random.below(5) })) {
      await record(
        sql,
        job,
        random.one(["accepted", "accepted", "accepted", "refused", "retry", "unknown", "not_started"]),
        {
          message_sid: messageSid(),
          status: "queued",
          num_segments: random.one([1, 2, 3, 0]),
          error_code: "30003",
        },
      );
    }
    await sql`update sms_private.jobs set due_at = now()`;
  },
  report: async ({ sql, random }) => {
    const texts =
      await sql`select * from public.sms_messages where direction = 'outbound' and message_sid is not null
      order by id`;
    if (texts.length === 0) return;
    const sent = random.one(texts);
    await call(sql, "sms_record_status", {
      account_sid: sent.account_sid,
      message_sid: sent.message_sid,
      from_number: sent.from_number,
      to_number: sent.to_number,
      status: random.one(STATUSES),
      error_code: null,
      error_message: null,
      message_id: sent.id,
    });
  },
  price: async ({ sql, random }) => {
    const price = random.one(["-0.0079", "-0.0158", null]);
    await sql`update public.sms_messages set price = ${price}, price_unit = ${random.one(["USD", "EUR"])},
      num_segments = ${random.one([1, 2, null])} where direction = 'outbound' and id in (
        select id from public.sms_messages where message_sid is not null order by id desc limit 3)`;
  },
  "opt out": async ({ sql, random, tenants }) => {
    if (random.below(5) > 0) return;
    const tenant = random.one(tenants);
    const [contact] =
      await sql`select id from public.sms_contacts where user_id = ${tenant.userId} order by id limit 1`;
    if (contact) await callAs(sql, tenant, "sms_opt_out_contact", { contact_id: contact.id });
  },
  "delete the assistant": async ({ sql, random, tenants }) => {
    if (random.below(6) === 0) {
      await sql`delete from public.sms_assistants where user_id = ${random.one(tenants).userId}`;
    }
  },
  "delete a conversation": async ({ sql, random }) => {
    if (random.below(6) > 0) return;
    await sql`delete from public.sms_conversations where id = (select id from public.sms_conversations order by id limit 1)`;
  },
  "delete a user": async ({ sql, random, tenants }) => {
    if (random.below(25) > 0 || tenants.length < 3) return;
    const [gone] = tenants.splice(0, 1);
    await sql`delete from auth.users where id = ${gone?.userId ?? null}`;
  },
  fold: ({ sql, random }) => call(sql, "sms_fold_stats", { max_rows: random.below(40) }),
};

const OFTEN = ["receive", "receive", "reply", "reply", "deliver", "report", "report"];

/** What happened so far becomes older, by a time that no bucket divides, and is counted there. */
async function timePasses({ sql, random }: World): Promise<void> {
  await sql`update public.sms_messages set created_at = created_at - make_interval(mins => ${
    1 + random.below(3000)
  }),
    answer_ms = case when answer_ms is null then null else answer_ms + ${random.below(5_000_000)} end`;
  await sql`update sms_private.jobs set due_at = now() - interval '1 minute', lease_expires_at = null, lease_token = null,
    in_flight = false where kind = 'reply' or not unconfirmed`;
}

/** Does something at random, as often as it happens in life; now and then time passes. */
export async function step(world: World, number: number): Promise<void> {
  await STEP[world.random.one([...Object.keys(STEP), ...OFTEN])]?.(world);
  if (number % 12 === 11) await timePasses(world);
}
