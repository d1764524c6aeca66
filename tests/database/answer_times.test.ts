import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { messageOf, sendFor } from "./sending.ts";
import { deliver } from "./stats_support.ts";
import { addTenant, callAs, claimReply, finish, message, phone, type Tenant, text } from "./support.ts";

/** A contact's text that came some seconds ago. */
async function asked(
  sql: Sql,
  tenant: Tenant,
  contact: string,
  secondsAgo: number,
  body = "Hello?",
): Promise<void> {
  await text(sql, tenant, contact, body, { sent_at: new Date(Date.now() - secondsAgo * 1000) });
}

async function write(sql: Sql, tenant: Tenant, contact: string): Promise<string> {
  const answer = await callAs(sql, tenant, "sms_create_message", {
    to_number: contact,
    body: "A person here.",
    pauses_assistant: true,
  });
  assert.equal(answer.outcome, "created");
  return (answer.message as { id: string }).id;
}

async function waited(sql: Sql, id: unknown): Promise<number | null> {
  const { answer_ms } = await message(sql, id);
  return answer_ms === null ? null : Number(answer_ms) / 1000;
}

function assertAbout(seconds: number | null, expected: number): void {
  assert(seconds !== null && seconds >= expected && seconds < expected + 60, `${seconds} s, not ${expected}`);
}

dbTest("an answer's time runs from the first unanswered text to Twilio's yes", async ({ sql, tenant }) => {
  const contact = phone();
  await asked(sql, tenant, contact, 300);
  await asked(sql, tenant, contact, 200, "Are you there?");
  const reply = (await finish(sql, await claimReply(sql))).message_id;
  assert.equal(await waited(sql, reply), null, "not before Twilio has it");
  await deliver(sql, reply);
  assertAbout(await waited(sql, reply), 300);
  const more = await write(sql, tenant, contact);
  await deliver(sql, more);
  assert.equal(await waited(sql, more), null, "nothing was asked since");
});

dbTest("a person's answer counts as well; a keyword asks nothing", async ({ sql, tenant }) => {
  const contact = phone();
  await asked(sql, tenant, contact, 120);
  await asked(sql, tenant, contact, 100, "HELP");
  const answer = await write(sql, tenant, contact);
  await deliver(sql, answer);
  assertAbout(await waited(sql, answer), 120);
  await asked(sql, tenant, contact, 50, "HELP");
  const unasked = await write(sql, tenant, contact);
  await deliver(sql, unasked);
  assert.equal(await waited(sql, unasked), null);
});

emptyDbTest("unsent, apologies, broadcasts and programs' messages answer nobody", async ({ sql }) => {
  const tenant = await addTenant(sql, { error_message: "Sorry." });
  const contact = phone();
  await asked(sql, tenant, contact, 500);
  const failure = { code: "MODEL_REFUSED", message: "No.", permanent: true };
  const apology = (await finish(sql, await claimReply(sql), { failure })).message_id;
  await deliver(sql, apology);
  assert.equal(await waited(sql, apology), null);
  const system = messageOf(await sendFor(sql, tenant, { to_number: contact, body: "News!" }));
  await deliver(sql, system);
  assert.equal(await waited(sql, system), null);
  const broadcast = await callAs(sql, tenant, "sms_create_broadcast", {
    to_numbers: [contact],
    body: "Sale!",
  });
  const { id } = broadcast.broadcast as { id: string };
  const [sale] = await sql`select id from public.sms_messages where broadcast_id = ${id}`;
  await deliver(sql, sale?.id);
  assert.equal(await waited(sql, sale?.id), null);
  const canceled = await write(sql, tenant, contact);
  assert.equal(
    (await callAs(sql, tenant, "sms_cancel_message", { message_id: canceled })).outcome,
    "canceled",
  );
  const answer = await write(sql, tenant, contact);
  await deliver(sql, answer);
  assertAbout(await waited(sql, answer), 500);
});

emptyDbTest("the bins of answer times are exact within 5 %", async ({ sql }) => {
  const rows = await sql`select ms::float8, round(1.1 ^ (bin + 0.5), 2)::float8 as middle, bin
    from (select ms, sms_private.answer_bin(ms) as bin from (
      select generate_series(1, 3000)::bigint union all
      select floor(exp(s / 50.0))::bigint from generate_series(400, 1083) s) m (ms)) b`;
  for (const { ms, middle } of rows) {
    assert.ok(Math.abs(middle - ms) <= 0.0501 * ms, `${ms} ms is taken for ${middle}`);
  }
  const [ends] =
    await sql`select sms_private.answer_bin(0) as least, sms_private.answer_bin(2592000000) as most,
    sms_private.answer_bin(9000000000000) as more, sms_private.answer_bin(null) as nothing`;
  assert.deepEqual({ ...ends }, { least: 0, most: 227, more: 227, nothing: null });
});
