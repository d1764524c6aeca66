/** The assistant says that it is a machine, and never that it is a person (docs/decisions/0052). */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  addTenant,
  age,
  call,
  callAs,
  claimDeliveries,
  claimReply,
  conversation,
  finish,
  message,
  messages,
  phone,
  text,
} from "./support.ts";
import { CLAIMS, NO_CLAIMS, NO_QUESTIONS, QUESTIONS } from "../support/identity_texts.ts";

const OPENING = "This is the automated assistant of Bella's (AI, not a person).";
const TRUTH =
  "I am the automated assistant of Bella's: an AI, not a person. If you want to reach a person, say so here.";

async function addBella(sql: Sql, assistant: Record<string, unknown> = {}) {
  const tenant = await addTenant(sql, { discloses_machine: true, ...assistant });
  await callAs(sql, tenant, "sms_save_profile", { profile: { brand: "Bella's" } });
  return tenant;
}

async function answer(sql: Sql, said: Record<string, unknown> = {}) {
  const job = await claimReply(sql);
  const finished = await finish(sql, job, said);
  return { job, finished, body: finished.message_id ? (await message(sql, finished.message_id)).body : null };
}

const eventsOf = async (sql: Sql, id: unknown) =>
  (await sql`select flags from public.sms_message_events where message_id = ${id as string}`)
    .flatMap(({ flags }) => flags as string[]);

emptyDbTest("the first text of a conversation says whose machine it is, once", async ({ sql }) => {
  await addBella(sql);
  const tenant = await addBella(sql);
  const from = phone();
  await text(sql, tenant, from, "When do you open?");
  const first = await answer(sql, { reply: "At nine." });
  assert.equal((first.job as unknown as { opening: string }).opening, OPENING);
  assert.equal(first.body, `${OPENING}\nAt nine.`);
  await text(sql, tenant, from, "And on Sunday?");
  const second = await answer(sql, { reply: "Closed." });
  assert.equal((second.job as unknown as { opening: string | null }).opening, null);
  assert.equal(second.body, "Closed.");
});

emptyDbTest("without a brand the number stands in, and off is off", async ({ sql }) => {
  const tenant = await addTenant(sql, { discloses_machine: true });
  await text(sql, tenant, phone(), "Hi");
  const spaced = tenant.number.replace(/^\+1(...)(...)(....)$/, "+1 $1 $2 $3");
  assert.equal(
    (await answer(sql, { reply: "Hello." })).body,
    `This is the automated assistant of ${spaced} (AI, not a person).\nHello.`,
  );
  const quiet = await addTenant(sql);
  await text(sql, quiet, phone(), "Hi");
  assert.equal((await answer(sql, { reply: "Hello." })).body, "Hello.");
});

emptyDbTest("a text that never left has said nothing: the next one says it", async ({ sql }) => {
  const tenant = await addBella(sql);
  const from = phone();
  const { conversation_id } = await text(sql, tenant, from, "Hi");
  const first = await answer(sql, { reply: "Hello." });
  await sql`update public.sms_messages set status = 'canceled' where id = ${first.finished
    .message_id as string}`;
  await text(sql, tenant, from, "Hello?");
  assert.equal((await answer(sql, { reply: "Yes?" })).body, `${OPENING}\nYes?`);
  await callAs(sql, tenant, "sms_update_conversation", { conversation_id, status: "ended" });
  await text(sql, tenant, from, "One more question");
  assert.equal((await answer(sql, { reply: "Please." })).body, `${OPENING}\nPlease.`, "it began anew");
});

emptyDbTest("the sentence is in the assistant's language, else in English", async ({ sql }) => {
  for (
    const [language, begins] of [["de-AT", "Hier schreibt"], ["es", "Le escribe"], ["ja", "Bella's"], [
      "xx",
      "This is",
    ]]
  ) {
    const tenant = await addBella(sql, { language });
    await text(sql, tenant, phone(), "Hi");
    assert((await answer(sql, { reply: "x" })).body?.startsWith(begins ?? ""), language);
  }
});

emptyDbTest("a greeting that says it itself stays as it is, another gets the sentence", async ({ sql }) => {
  const own = "Hi, I'm the AI assistant of Bella's. How can I help?";
  for (const [first_message, sent] of [[own, own], ["Welcome!", `${OPENING}\nWelcome!`]] as const) {
    const tenant = await addBella(sql, { first_message });
    await text(sql, tenant, phone(), "Hi");
    assert.equal((await answer(sql)).body, sent);
  }
});

emptyDbTest("a claim to be a person is replaced by the truth, and the tenant sees it", async ({ sql }) => {
  const tenant = await addBella(sql, { discloses_machine: false });
  await text(sql, tenant, phone(), "When do you open?");
  const { body, finished } = await answer(sql, { reply: "At nine. And yes, I'm a real person!" });
  assert.equal(body, TRUTH);
  assert((await eventsOf(sql, finished.message_id)).includes("corrected"));
  await text(sql, tenant, phone(), "When do you open?");
  const honest = await answer(sql, { reply: "At nine. Our staff are real people." });
  assert.equal(honest.body, "At nine. Our staff are real people.");
  assert.deepEqual(await eventsOf(sql, honest.finished.message_id), []);
});

emptyDbTest("who asks gets the truth, though the model dodges", async ({ sql }) => {
  const tenant = await addBella(sql, { discloses_machine: false });
  const from = phone();
  for (const reply of ["Yes.", "I'm Anna! How can I help?", "100%"]) {
    await text(sql, tenant, from, "wait, are you a bot?");
    assert.equal((await answer(sql, { reply })).body, TRUTH, reply);
  }
  await text(sql, tenant, from, "are you a bot? And when do you open?");
  const said = "I'm an automated assistant. We open at nine.";
  assert.equal((await answer(sql, { reply: said })).body, said, "an honest answer stays whole");
  await text(sql, tenant, from, "ok, and on Sunday?");
  assert.equal((await answer(sql, { reply: "Closed." })).body, "Closed.", "the next answer is its own");
});

dbTest("claims of twenty languages are seen, near misses are none", async ({ sql }) => {
  const claim = async (body: string) =>
    (await sql`select sms_private.language_of_claim(${body}) as found`)[0]?.found;
  for (const body of CLAIMS) assert.notEqual(await claim(body), null, body);
  for (const body of NO_CLAIMS) assert.equal(await claim(body), null, body);
});

dbTest("questions who writes are seen, wishes for a person are none", async ({ sql }) => {
  const asks = async (body: string) =>
    (await sql`select p.language from sms_private.identity_patterns p, sms_private.plain_letters(${body}) words
      where words like any (p.triggers) and words ~ p.questions limit 1`).length;
  for (const body of QUESTIONS) assert.equal(await asks(body), 1, body);
  for (const body of NO_QUESTIONS) assert.equal(await asks(body), 0, body);
});

dbTest("none of our own sentences is a claim, and each trigger passes the gate", async ({ sql }) => {
  const ours = await sql`select s.name, w.key, w.value from sms_private.settings s, jsonb_each_text(s.value) w
    where s.name in ('identity_words', 'truth_words', 'help_words', 'handoff_words')
      and sms_private.language_of_claim(w.value) is not null`;
  assert.deepEqual([...ours], []);
  const shut = await sql`select p.language, t from sms_private.identity_patterns p, unnest(p.triggers) t
    where t ~ '^[\x01-\x7f]+$' and p.language not in ('ja', 'ko', 'zh')
      and sms_private.says_nothing_of_identity(btrim(t, '%'))`;
  assert.deepEqual([...shut], []);
});

emptyDbTest(
  "an opt-out in free words is confirmed once, with the brand, for five minutes",
  async ({ sql }) => {
    const tenant = await addBella(sql, { language: "de" });
    const from = phone();
    await text(sql, tenant, from, "Guten Tag zusammen");
    const { body, finished } = await answer(sql, { reply: null, opt_out: true });
    assert.match(body ?? "", /^Bella's: Sie sind abgemeldet/);
    const [sent] = await sql`select m.not_after - i.date_created = interval '5 minutes' as in_time
    from public.sms_messages m, public.sms_messages i
    where m.id = ${finished.message_id as string} and i.user_id = m.user_id and i.direction = 'inbound'`;
    assert.equal(sent?.in_time, true);
    await text(sql, tenant, from, "STOP");
    const sentTo = await messages(sql, tenant);
    assert.equal(sentTo.filter(({ kind }) => kind === "opt_out_confirmation").length, 1);
  },
);

emptyDbTest(
  "a confirmation that cannot leave in five minutes is dropped, and calls nobody",
  async ({ sql }) => {
    const tenant = await addBella(sql);
    const { conversation_id } = await text(sql, tenant, phone(), "no more of this please");
    const { finished } = await answer(sql, { reply: null, opt_out: true });
    await sql`update public.sms_messages set not_after = now() - interval '1 second'
    where id = ${finished.message_id as string}`;
    assert.deepEqual(await claimDeliveries(sql), []);
    assert.equal((await message(sql, finished.message_id)).status, "canceled");
    assert.equal((await conversation(sql, conversation_id)).waiting_for_person, false);
  },
);

emptyDbTest("after an outage an opt-out counts, and nobody confirms it late", async ({ sql }) => {
  const tenant = await addBella(sql);
  await text(sql, tenant, phone(), "no more of this please");
  await age(sql, tenant, "6 minutes");
  const { finished } = await answer(sql, { reply: null, opt_out: true });
  assert.deepEqual([finished.outcome, finished.message_id], ["nothing_to_send", null]);
  const [contact] = await sql`select opted_out_at is not null as out from public.sms_contacts`;
  assert.equal(contact?.out, true);
});

emptyDbTest('Twilio\'s own STOP is not confirmed twice; "STOP!" is ours to confirm', async ({ sql }) => {
  for (
    const [word, type, carrier_answers, ours] of [
      ["STOP", null, true, 0],
      ["STOP", "STOP", false, 0],
      ["STOP!", null, true, 1],
      ["STOP", null, false, 1],
    ] as const
  ) {
    const tenant = await addBella(sql);
    await callAs(sql, tenant, "sms_save_profile", { profile: { carrier_answers } });
    const from = phone();
    await text(sql, tenant, from, "Hi");
    for (let time = 0; time < 2; time++) await text(sql, tenant, from, word, { opt_out_type: type });
    const sent = (await messages(sql, tenant)).filter(({ kind }) => kind === "opt_out_confirmation");
    assert.equal(sent.length, ours, `${word} ${type} ${carrier_answers}`);
  }
});

emptyDbTest("HELP is answered where Twilio does not answer it, with brand and person", async ({ sql }) => {
  for (
    const [word, carrier_answers, help_message, body] of [
      ["HELP", true, null, null],
      [
        "Help!",
        true,
        null,
        "Bella's: To reach a person: bella@example.com. Reply STOP to get no more messages.",
      ],
      [
        "HELP",
        false,
        null,
        "Bella's: To reach a person: bella@example.com. Reply STOP to get no more messages.",
      ],
      ["Info?", true, "Bella's help", "Bella's help"],
    ] as const
  ) {
    const tenant = await addBella(sql, { help_message });
    await callAs(sql, tenant, "sms_save_profile", {
      profile: { carrier_answers, help_contact: "bella@example.com" },
    });
    await text(sql, tenant, phone(), word);
    const sent = (await messages(sql, tenant)).filter(({ kind }) => kind === "help");
    assert.deepEqual(sent.map((help) => help.body), body === null ? [] : [body], word);
    assert.deepEqual(
      (await call(sql, "sms_claim_replies", { batch_size: 9, lease_seconds: 9 })).jobs,
      [],
      word,
    );
  }
});
