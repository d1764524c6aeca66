import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { openTexts } from "../support/opt_out_texts.ts";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { outbound } from "./outbound.ts";
import { broadcast, broadcastTo, textsOf } from "./sending.ts";
import {
  addTenant,
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  conversation,
  exchange,
  message,
  messages,
  phone,
  type Tenant,
  text,
} from "./support.ts";

const read = async (sql: Sql, body: string): Promise<string> =>
  (await sql`select sms_private.read_opt_out(${body}) as heard`)[0]?.heard;

export async function contactOf(sql: Sql, { userId }: Pick<Tenant, "userId">, number: string) {
  const [row] = await sql`select * from public.sms_contacts where user_id = ${userId} and number = ${number}`;
  assert(row);
  return row;
}

const events = (sql: Sql, contactId: string) =>
  sql`select change, source, evidence from public.sms_consent_events
    where contact_id = ${contactId} and change <> 'consent' order by at, id`;

emptyDbTest(
  "the lexicon is sure of most opt-outs of the open half, and wrong about none",
  async ({ sql }) => {
    const found: Record<string, string[]> = {};
    for (const one of await openTexts()) {
      const heard = await read(sql, one.text);
      (found[`${one.opt_out ? "opt-out" : "other"}: ${heard}`] ??= []).push(`${one.id} ${one.text}`);
    }
    const counts = Object.fromEntries(Object.entries(found).map(([what, texts]) => [what, texts.length]));
    // The figures of docs/rules/opt-out.md.
    assert.deepEqual(counts, FIGURES, JSON.stringify(found["opt-out: none"] ?? found["other: sure"] ?? []));
  },
);

const FIGURES = { "opt-out: sure": 150, "opt-out: doubt": 13, "other: none": 119, "other: doubt": 18 };

emptyDbTest("what no human writes is read in time that grows with its length", async ({ sql }) => {
  const hostile = [
    "stop no dont text never list ",
    "no me manden ",
    "a",
    " stop",
    "не ",
    "不要",
    "\"'.",
    "o",
  ];
  for (const part of hostile) {
    const [one] = await sql`select count(sms_private.read_opt_out(${
      part.repeat(20_000 / part.length)
    })) as n`;
    assert.equal(Number(one?.n), 1);
  }
  assert.equal(await read(sql, ""), "none");
  assert.equal(await read(sql, "x ".repeat(600) + "stop texting me"), "none", "it is cut first");
});

emptyDbTest("marks, capitals, apostrophes and curly quotes change nothing", async ({ sql }) => {
  for (
    const same of [
      "stop texting me",
      "STOP TEXTING ME!!!",
      "Stop — texting me",
      "ＳＴＯＰ texting me",
      "stoooop texting me",
    ]
  ) {
    assert.equal(await read(sql, same), "sure", same);
  }
  assert.equal(await read(sql, "Don’t text me"), await read(sql, "dont text me"));
  assert.equal(await read(sql, "My mom said “stop texting me” lol"), "doubt");
});

dbTest("words that are sure opt the contact out at once, with evidence", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const from = phone();
  const waiting = await outbound(sql, tenant, from, "Your table is ready");
  const stored = await text(sql, tenant, from, "Please take me off your texting list");
  assert.deepEqual([stored.outcome, stored.keyword, stored.reply_due_in_ms], ["stored", null, null]);
  const contact = await contactOf(sql, tenant, from);
  assert(contact.opted_out_at !== null);
  assert.equal(contact.opt_out_source, "free_text");
  assert.deepEqual([...await events(sql, contact.id)], [
    { change: "opt_out", source: "free_text", evidence: "Please take me off your texting list" },
  ]);
  assert.equal((await message(sql, waiting)).error_code, "RECIPIENT_OPTED_OUT");
  assert.deepEqual(await claimReplies(sql), [], "the model is not asked");
  const sent = (await messages(sql, tenant)).filter(({ direction, status }) =>
    direction === "outbound" && status !== "canceled"
  );
  assert.deepEqual(sent.map(({ kind }) => kind), ["opt_out_confirmation"]);
  assert.equal((await conversation(sql, stored.conversation_id)).ai_paused_reason, "opted_out");
  // Said again, it is not confirmed again. The other tenant's contact of that number is another one.
  await text(sql, tenant, from, "stop texting me");
  assert.equal((await claimDeliveries(sql)).length, 1);
  await text(sql, other, from, "What are your hours?");
  assert.equal((await contactOf(sql, other, from)).opted_out_at, null);
});

/** What a conversation may be like when the words come. */
const STATES: Record<string, (sql: Sql, tenant: Tenant, from: string) => Promise<void>> = {
  "answered": async () => {},
  "taken over": async (sql, tenant, from) => {
    const { conversation_id } = await text(sql, tenant, from, "Hello");
    await callAs(sql, tenant, "sms_take_over", { conversation_id });
  },
  "paused by a person": async (sql, tenant, from) => {
    await callAs(sql, tenant, "sms_create_message", { to_number: from, body: "Hi", pauses_assistant: true });
  },
  "switched off": async (sql, tenant, from) => {
    const { conversation_id } = await text(sql, tenant, from, "Hello");
    await callAs(sql, tenant, "sms_update_conversation", { conversation_id, ai_enabled: false });
  },
  "capped": async (sql, tenant, from) => {
    await sql`insert into public.sms_limits (user_id, conversation_replies_per_hour) values (${tenant.userId}, 1)`;
    await exchange(sql, tenant, from);
  },
  "without an assistant": async (sql, tenant) => {
    await sql`update public.sms_numbers set assistant_id = null where id = ${tenant.numberId}`;
  },
  "with an inactive assistant": async (sql, tenant) => {
    await sql`update public.sms_assistants set active = false where id = ${tenant.assistantId}`;
  },
  "answering stopped": async (sql) => {
    await call(sql, "sms_switch_off", { what: "answering" });
  },
};

for (const [state, prepare] of Object.entries(STATES)) {
  dbTest(`words opt out and doubts stop a broadcast where it is: ${state}`, async ({ sql, tenant }) => {
    const [sure, doubted, neither] = [phone(), phone(), phone()];
    await prepare(sql, tenant, sure);
    await text(sql, tenant, sure, "Stop. Thank you");
    await text(sql, tenant, doubted, "How do I make these messages stop?");
    await text(sql, tenant, neither, "when do you stop serving?");
    const { rejected, accepted } = await broadcast(sql, tenant, [sure, doubted, neither]);
    assert.deepEqual(rejected, [
      { to: sure, code: "RECIPIENT_OPTED_OUT" },
      { to: doubted, code: "OPT_OUT_IN_DOUBT" },
    ]);
    assert.equal(accepted, 1);
  });
}

dbTest(
  "a text that Twilio's list brings late is read too, and confirmed only while it is fresh",
  async ({ sql, tenant }) => {
    const [fresh, old, back] = [phone(), phone(), phone()];
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    await text(sql, tenant, back, "Hi");
    await text(sql, tenant, back, "STOP");
    await text(sql, tenant, back, "START");
    await text(sql, tenant, fresh, "stop texting me", { sent_at: ago(2) });
    await text(sql, tenant, old, "stop texting me", { sent_at: ago(60) });
    await text(sql, tenant, back, "stop texting me", { sent_at: ago(30) });
    assert((await contactOf(sql, tenant, fresh)).opted_out_at !== null);
    assert((await contactOf(sql, tenant, old)).opted_out_at !== null);
    assert.equal((await contactOf(sql, tenant, back)).opted_out_at, null, "START is the later word");
    const confirmed = (await messages(sql, tenant)).filter(({ kind }) => kind === "opt_out_confirmation");
    assert.deepEqual(confirmed.map(({ to_number }) => to_number), [fresh]);
  },
);

dbTest(
  "a doubt that comes after the broadcast is stored stops its text at the claim",
  async ({ sql, tenant }) => {
    const [doubted, other] = [phone(), phone()];
    const id = await broadcastTo(sql, tenant, [doubted, other]);
    await text(sql, tenant, doubted, "who is this? stop texting");
    assert.deepEqual((await claimDeliveries(sql)).map(({ to_number }) => to_number), [other]);
    const canceled = (await textsOf(sql, id)).find(({ to_number }) => to_number === doubted);
    assert.deepEqual([canceled?.status, canceled?.error_code], ["canceled", "OPT_OUT_IN_DOUBT"]);
  },
);

dbTest("a reaction that quotes an opt-out is none", async ({ sql, tenant }) => {
  const from = phone();
  await exchange(sql, tenant, from);
  const [said] = (await messages(sql, tenant)).filter(({ direction }) => direction === "outbound");
  await sql`update public.sms_messages set body = 'Text STOP to stop texting.' where id = ${said?.id}`;
  await text(sql, tenant, from, "Liked “Text STOP to stop texting.”");
  const contact = await contactOf(sql, tenant, from);
  assert.deepEqual([contact.opted_out_at, contact.opt_out_doubt], [null, null]);
});
