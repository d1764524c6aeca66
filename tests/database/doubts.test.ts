import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest } from "./db_test.ts";
import { broadcast } from "./sending.ts";
import {
  addTenant,
  type Answer,
  call,
  callAs,
  claimReply,
  conversation,
  finish,
  messages,
  phone,
  recordOne,
  stateOf,
  type Tenant,
  text,
  theOnly,
} from "./support.ts";

const DOUBTED = "How do I make these messages stop?";

interface Doubt {
  contact_id: string;
  user_id: string;
  lease_token: string;
  through: string;
  texts: { direction: string; body: string }[];
}

const claim = async (sql: Sql, more: Record<string, unknown> = {}) =>
  (await call(sql, "sms_claim_doubts", { batch_size: 50, lease_seconds: 90, ...more })).jobs as Doubt[];

const answered = async (sql: Sql, { texts: _, ...doubt }: Doubt, more: Record<string, unknown>) =>
  (await recordOne(sql, "sms_record_doubts", { ...doubt, calls: 1, answer: null, failure: null, ...more }))
    .outcome;

async function contactOf(sql: Sql, { userId }: Pick<Tenant, "userId">, number: string) {
  const [row] = await sql`select * from public.sms_contacts where user_id = ${userId} and number = ${number}`;
  assert(row);
  return row;
}

const changes = async (sql: Sql, contactId: string) =>
  (await sql`select change, source from public.sms_consent_events
    where contact_id = ${contactId} and change <> 'consent' order by at, id`).map((row) =>
    `${row.change} ${row.source}`
  );

/** A tenant whose assistant does not answer, so that a doubt is asked about at once. */
async function silent(sql: Sql, { userId }: Tenant): Promise<void> {
  await sql`update public.sms_numbers set assistant_id = null where user_id = ${userId}`;
}

const pass = (sql: Sql, by: string) =>
  sql`update sms_private.doubts set due_at = due_at - ${by}::interval, raised_at = raised_at - ${by}::interval,
    lease_expires_at = lease_expires_at - ${by}::interval`;

const settle = (sql: Sql, tenant: Tenant, contact_id: string, opted_out: boolean | null) =>
  callAs(sql, tenant, "sms_settle_opt_out", { contact_id, opted_out });

const callsOf = async (sql: Sql, { userId }: Tenant): Promise<number> =>
  Number(
    (await sql`select coalesce(sum(calls), 0) as n from sms_private.unsent_calls where user_id = ${userId}`)[
      0
    ]?.n,
  );

dbTest("a doubt is asked about once, and yes opts the contact out", async ({ sql, tenant }) => {
  await silent(sql, tenant);
  const from = phone();
  await callAs(sql, tenant, "sms_create_message", { to_number: from, body: "20 % off today" });
  const { conversation_id } = await text(sql, tenant, from, DOUBTED);
  const doubt = theOnly(await claim(sql));
  assert.deepEqual(doubt.texts, [{ direction: "outbound", body: "20 % off today" }, {
    direction: "inbound",
    body: DOUBTED,
  }]);
  assert.deepEqual(await claim(sql), [], "nobody else asks meanwhile");
  assert.equal(await answered(sql, doubt, { answer: "yes" }), "opted_out");
  const contact = await contactOf(sql, tenant, from);
  assert.deepEqual([contact.opt_out_source, contact.opt_out_doubt], ["model", null]);
  assert.deepEqual(await changes(sql, contact.id), ["doubt free_text", "opt_out model"]);
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "opted_out");
  assert.equal((await messages(sql, tenant)).filter(({ kind }) => kind === "opt_out_confirmation").length, 1);
  assert.equal(await callsOf(sql, tenant), 1, "the call counts");
  assert.equal(await answered(sql, doubt, { answer: "no" }), "stale");
  assert.deepEqual(await claim(sql), []);
});

dbTest("no ends the doubt, and the next broadcast has the contact again", async ({ sql, tenant }) => {
  await silent(sql, tenant);
  const from = phone();
  await text(sql, tenant, from, DOUBTED);
  const { id } = await contactOf(sql, tenant, from);
  assert.equal((await broadcast(sql, tenant, [from])).accepted, 0);
  assert.equal(await answered(sql, theOnly(await claim(sql)), { answer: "no" }), "no_opt_out");
  assert.deepEqual(await changes(sql, id), ["doubt free_text", "no_opt_out model"]);
  assert.equal((await broadcast(sql, tenant, [from])).accepted, 1);
});

dbTest("unsure is left to a person, who says what it was", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  await silent(sql, tenant);
  const [one, two] = [phone(), phone()];
  await text(sql, tenant, one, DOUBTED);
  await text(sql, tenant, two, DOUBTED);
  for (const doubt of await claim(sql)) {
    assert.equal(await answered(sql, doubt, { answer: "unsure" }), "left_to_person");
  }
  const [first, second] = [await contactOf(sql, tenant, one), await contactOf(sql, tenant, two)];
  assert.deepEqual([first.opt_out_doubt, second.opt_out_doubt], ["person", "person"]);
  await text(sql, tenant, one, "who is this? stop texting");
  assert.deepEqual(await claim(sql), [], "the model is not asked again");
  assert.equal((await broadcast(sql, tenant, [one, two])).accepted, 0);
  assert.equal((await settle(sql, other, first.id, false)).outcome, "CONTACT_NOT_FOUND");
  assert.equal((await settle(sql, tenant, first.id, null)).outcome, "OPTED_OUT_OR_NOT");
  assert.equal((await contactOf(sql, tenant, one)).opt_out_doubt, "person", "neither changed anything");
  assert.equal((await settle(sql, tenant, first.id, false)).outcome, "settled");
  assert.equal((await settle(sql, tenant, first.id, false)).outcome, "settled", "again changes nothing");
  assert.equal((await settle(sql, tenant, second.id, true)).outcome, "opted_out");
  assert.deepEqual(await changes(sql, first.id), ["doubt free_text", "no_opt_out person"]);
  assert.deepEqual(await changes(sql, second.id), ["doubt free_text", "opt_out person"]);
  const { rejected } = await broadcast(sql, tenant, [one, two]);
  assert.deepEqual(rejected, [{ to: two, code: "RECIPIENT_OPTED_OUT" }]);
});

dbTest("a person takes back what was misread, and never a keyword", async ({ sql, tenant }) => {
  const [misread, also, stopped] = [phone(), phone(), phone()];
  for (const from of [misread, also]) await text(sql, tenant, from, "Please take me off your texting list");
  await text(sql, tenant, also, "STOP");
  await text(sql, tenant, stopped, "STOP");
  const ids = new Map<string, string>();
  for (const from of [misread, also, stopped]) ids.set(from, (await contactOf(sql, tenant, from)).id);
  const back = (from: string) => settle(sql, tenant, ids.get(from) ?? "", false);
  assert.equal((await back(misread)).outcome, "settled");
  assert.equal((await back(also)).outcome, "ONLY_START_OPTS_IN");
  // Nobody opened a conversation by a keyword, but there is a contact.
  assert.equal((await back(stopped)).outcome, "ONLY_START_OPTS_IN");
  assert.equal((await contactOf(sql, tenant, misread)).opted_out_at, null);
  assert.deepEqual(await changes(sql, ids.get(misread) ?? ""), ["opt_out free_text", "taken_back person"]);
  const next = await text(sql, tenant, misread, "So when are you open?");
  assert.notEqual(next.reply_due_in_ms, null, "the assistant answers again");
  await text(sql, tenant, also, "START");
  assert.equal((await contactOf(sql, tenant, also)).opted_out_at, null);
});

dbTest("START ends a doubt, and so does STOP", async ({ sql, tenant }) => {
  await silent(sql, tenant);
  for (const [word, optedOut] of [["START", false], ["STOP", true]] as const) {
    const from = phone();
    await text(sql, tenant, from, DOUBTED);
    const doubt = theOnly(await claim(sql));
    await text(sql, tenant, from, word);
    const contact = await contactOf(sql, tenant, from);
    assert.deepEqual([contact.opt_out_doubt, contact.opted_out_at !== null], [null, optedOut], word);
    assert.equal(await answered(sql, doubt, { answer: "yes" }), "stale");
  }
});

dbTest("where the assistant answers, its own call tells and nobody asks twice", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, DOUBTED);
  assert.deepEqual(await claim(sql), [], "the answer comes first");
  assert.equal((await finish(sql, await claimReply(sql), { intent: "question" })).outcome, "stored");
  await pass(sql, "3 minutes");
  assert.deepEqual(await claim(sql), []);
  const contact = await contactOf(sql, tenant, from);
  assert.equal(contact.opt_out_doubt, null);
  assert.deepEqual(await changes(sql, contact.id), ["doubt free_text", "no_opt_out model"]);
  assert.equal(await callsOf(sql, tenant), 0);
  // And where that call finds one, there is no doubt any more.
  const second = phone();
  await text(sql, tenant, second, DOUBTED);
  await finish(sql, await claimReply(sql), { opt_out: true });
  await pass(sql, "3 minutes");
  assert.deepEqual(await claim(sql), []);
  assert.equal((await contactOf(sql, tenant, second)).opt_out_source, "model");
});

dbTest("an answer that never comes does not hold up the doubt", async ({ sql, tenant }) => {
  const from = phone();
  const { conversation_id } = await text(sql, tenant, from, DOUBTED);
  await pass(sql, "3 minutes");
  assert.deepEqual(await claim(sql), [], "it may still come");
  await callAs(sql, tenant, "sms_take_over", { conversation_id });
  await pass(sql, "3 minutes");
  assert.equal((await claim(sql)).length, 1);
});

dbTest(
  "a worker that dies costs a call, and the fifth leaves the doubt to a person",
  async ({ sql, tenant }) => {
    await silent(sql, tenant);
    const from = phone();
    await text(sql, tenant, from, DOUBTED);
    for (let time = 1; time <= 5; time++) {
      theOnly(await claim(sql));
      await pass(sql, "2 minutes");
    }
    assert.deepEqual(await claim(sql), []);
    assert.equal((await contactOf(sql, tenant, from)).opt_out_doubt, "person");
    assert.equal(await callsOf(sql, tenant), 5);
  },
);

dbTest(
  "a model that is away is asked again later, five times, then a person decides",
  async ({ sql, tenant }) => {
    await silent(sql, tenant);
    const from = phone();
    await text(sql, tenant, from, DOUBTED);
    const failure = { code: "MODEL_UNAVAILABLE", message: "503", permanent: false, retry_after_ms: 120_000 };
    const outcomes: string[] = [];
    for (let time = 1; time <= 5; time++) {
      outcomes.push(await answered(sql, theOnly(await claim(sql)), { failure }));
      assert.deepEqual(await claim(sql), [], "not before the provider's own pause is over");
      await pass(sql, "10 minutes");
    }
    assert.deepEqual(outcomes, ["retry", "retry", "retry", "retry", "left_to_person"]);
    const second = phone();
    await text(sql, tenant, second, DOUBTED);
    const permanent = {
      code: "MODEL_NOT_CONFIGURED",
      message: "no key",
      permanent: true,
      retry_after_ms: null,
    };
    assert.equal(
      await answered(sql, theOnly(await claim(sql)), { failure: permanent, calls: 0 }),
      "left_to_person",
    );
  },
);

dbTest("a text that comes while the model is asked is asked about next", async ({ sql, tenant }) => {
  await silent(sql, tenant);
  const from = phone();
  await text(sql, tenant, from, DOUBTED);
  const doubt = theOnly(await claim(sql));
  await text(sql, tenant, from, "who is this? stop texting");
  assert.equal(await answered(sql, doubt, { answer: "no" }), "asked_again");
  const next = theOnly(await claim(sql));
  assert.deepEqual(next.texts.map(({ body }) => body), ["who is this? stop texting"]);
});

dbTest(
  "a bot that raises doubts without end is bounded, row by row and call by call",
  async ({ sql, tenant }) => {
    await silent(sql, tenant);
    const from = phone();
    for (let time = 1; time <= 12; time++) await text(sql, tenant, from, `${DOUBTED} ${time}`);
    const { id } = await contactOf(sql, tenant, from);
    const doubt = theOnly(await claim(sql));
    assert.deepEqual(doubt.texts.length, 5, "the newest five");
    assert.deepEqual(await changes(sql, id), ["doubt free_text"]);
    await answered(sql, doubt, { answer: "no", calls: 40 });
    await text(sql, tenant, from, DOUBTED);
    assert.deepEqual(await claim(sql), [], "the limit of an hour is used up");
    assert.equal((await contactOf(sql, tenant, from)).opt_out_doubt, "person");
    await text(sql, tenant, from, DOUBTED);
    const [rows] = await sql`select count(*)::int as n from sms_private.doubts`;
    assert.equal(rows?.n, 0, "and nothing more is written for it");
  },
);

dbTest("tenants take turns, and one has five out at most", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  for (const one of [tenant, other]) await silent(sql, one);
  for (let time = 0; time < 9; time++) await text(sql, tenant, phone(), DOUBTED);
  await text(sql, other, phone(), DOUBTED);
  const first = await claim(sql, { batch_size: 2 });
  assert.deepEqual(new Set(first.map(({ user_id }) => user_id)), new Set([tenant.userId, other.userId]));
  assert.equal((await claim(sql)).length, 4);
  assert.equal((await claim(sql)).length, 0);
});

dbTest("while answering is switched off nobody asks about doubts", async ({ sql, tenant }) => {
  await silent(sql, tenant);
  await text(sql, tenant, phone(), DOUBTED);
  await call(sql, "sms_switch_off", { what: "answering" });
  assert.deepEqual(await claim(sql), []);
  await call(sql, "sms_switch_on", {});
  assert.equal((await claim(sql)).length, 1);
});

dbTest("a doubt goes with its contact, and stays when two contacts become one", async ({ sql, tenant }) => {
  await silent(sql, tenant);
  const from = phone();
  await text(sql, tenant, from, DOUBTED);
  const { id } = await contactOf(sql, tenant, from);
  const [kept] =
    await sql`insert into public.sms_contacts (user_id, number) values (${tenant.userId}, ${phone()})
    returning id`;
  await sql`select sms_private.merge_contact(${kept?.id}, ${id})`;
  const [merged] = await sql`select opt_out_doubt from public.sms_contacts where id = ${kept?.id}`;
  assert.equal(merged?.opt_out_doubt, "person");
  const gone = phone();
  await text(sql, tenant, gone, DOUBTED);
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: (await contactOf(sql, tenant, gone)).id });
  assert.deepEqual(await claim(sql), []);
});

dbTest("a tenant reads doubts and cannot write them", async ({ sql, tenant }) => {
  await silent(sql, tenant);
  const from = phone();
  await text(sql, tenant, from, DOUBTED);
  const { id } = await contactOf(sql, tenant, from);
  const write = sql.begin(async (mine) => {
    await mine`select set_config('request.jwt.claims', ${JSON.stringify({ sub: tenant.userId })}, true)`;
    await mine`set local role authenticated`;
    const [row] = await mine`select opt_out_doubt from public.sms_contacts where id = ${id}`;
    assert.equal(row?.opt_out_doubt, "asking");
    await mine`update public.sms_contacts set opt_out_doubt = null, opt_out_doubted_at = null where id = ${id}`;
  });
  assert.equal(await stateOf(write), "42501");
});

/** As if these texts had been stored before words were read. */
async function storedBefore(sql: Sql): Promise<void> {
  await sql`update public.sms_contacts set opted_out_at = null, opt_out_source = null, opt_out_doubt = null,
    opt_out_doubted_at = null`;
  await sql`delete from public.sms_consent_events`;
  await sql`delete from sms_private.doubts`;
  await sql`insert into sms_private.old_words (read_down_to) values (sms_private.new_id())`;
}

const purge = async (sql: Sql, batch: number): Promise<Answer> => {
  await sql`delete from sms_private.purges`;
  return (await sql`select sms_private.purge(${batch}) as done`)[0]?.done;
};

dbTest("texts of before are read once, in batches: flags, and no silent opt-out", async ({ sql, tenant }) => {
  await silent(sql, tenant);
  const [sure, doubted, neither, back] = [phone(), phone(), phone(), phone()];
  await text(sql, tenant, sure, "Please take me off your texting list");
  await text(sql, tenant, doubted, DOUBTED);
  await text(sql, tenant, neither, "when do you stop serving?");
  await text(sql, tenant, back, "stop texting me");
  await storedBefore(sql);
  await text(sql, tenant, back, "START");
  const more: unknown[] = [];
  for (let time = 1; time <= 4; time++) more.push((await purge(sql, 2))?.more);
  // Four texts and two confirmations.
  assert.deepEqual(more, [true, true, true, false]);
  const state = async (from: string) => {
    const { opted_out_at, opt_out_doubt } = await contactOf(sql, tenant, from);
    return [opted_out_at, opt_out_doubt];
  };
  assert.deepEqual(await state(sure), [null, "person"]);
  assert.deepEqual(await state(doubted), [null, "asking"]);
  assert.deepEqual(await state(neither), [null, null]);
  assert.deepEqual(await state(back), [null, null]);
  // What the model says of a text of long ago is a person's to decide.
  assert.equal(await answered(sql, theOnly(await claim(sql)), { answer: "yes" }), "left_to_person");
  await settle(sql, tenant, (await contactOf(sql, tenant, sure)).id, false);
  await purge(sql, 100);
  assert.deepEqual(await state(sure), [null, null], "nothing is read twice");
});
