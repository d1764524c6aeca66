import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { noSendLimit, pace } from "./outbound.ts";
import {
  agreed,
  broadcast,
  broadcastTo,
  phones,
  send,
  sendFor,
  settledOrWaiting,
  textsOf,
  whileOpen,
} from "./sending.ts";
import {
  addTemplate,
  addTenant,
  age,
  as,
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  claimReply,
  conversation,
  finish,
  phone,
  record,
  text,
} from "./support.ts";

dbTest("sms_create_broadcast() stores a delivery of low priority for each", async ({ sql, tenant }) => {
  const to = phones(3);
  const media_urls = ["https://example.com/a.png"];
  const answer = await broadcast(sql, tenant, to, { body: "We open at nine.", media_urls, name: "Opening" });
  assert.deepEqual([answer.outcome, answer.accepted, answer.rejected], ["created", 3, []]);
  const stored = answer.broadcast as Record<string, unknown> & { id: string };
  assert.deepEqual(
    [stored.user_id, stored.name, stored.phone_number_id, stored.from_number, stored.body, stored.media],
    [tenant.userId, "Opening", tenant.numberId, tenant.number, "We open at nine.", [{ url: media_urls[0] }]],
  );
  assert.deepEqual(
    [stored.accepted, stored.rejected, stored.paused_at, stored.canceled_at, stored.send_at],
    [3, [], null, null, null],
  );
  const texts = await textsOf(sql, stored.id);
  assert.deepEqual(texts.map((m) => m.to_number), to, "in the order given");
  for (const m of texts) {
    assert.deepEqual(
      [m.body, m.media, m.sender, m.status, m.kind, m.from_number, m.num_segments],
      ["We open at nine.", [{ url: media_urls[0] }], "system", "pending", "text", tenant.number, 1],
    );
  }
  const jobs = await sql`select priority from sms_private.jobs where kind = 'deliver'`;
  assert.deepEqual(jobs.map((job) => job.priority), [3, 3, 3]);
});

dbTest("sms_create_broadcast() says whom it refuses and texts the others", async ({ sql, tenant }) => {
  const [good, stopped, blocked] = phones(3) as [string, string, string];
  await text(sql, tenant, stopped, "STOP");
  await send(sql, tenant, { to_number: blocked });
  const [delivery] = await claimDeliveries(sql);
  assert(delivery);
  await record(sql, delivery, "refused", { error_code: "21610", error_message: "Opted out." });
  const [before] = await sql`select count(*)::int from public.sms_contacts`;
  const to = [null, "", "555", good, "+4915112345678", good, `${good}\n`, stopped, blocked, "x".repeat(5000)];
  const answer = await broadcast(sql, tenant, to);
  assert.deepEqual([answer.outcome, answer.accepted], ["created", 1]);
  assert.deepEqual(answer.rejected, [
    { to: null, code: "INVALID_RECIPIENT" },
    { to: "", code: "INVALID_RECIPIENT" },
    { to: "555", code: "INVALID_RECIPIENT" },
    { to: "+4915112345678", code: "COUNTRY_NOT_ALLOWED" },
    { to: good, code: "DUPLICATE_RECIPIENT" },
    { to: `${good}\n`, code: "INVALID_RECIPIENT" },
    { to: stopped, code: "RECIPIENT_OPTED_OUT" },
    { to: blocked, code: "RECIPIENT_OPTED_OUT" },
    { to: "x".repeat(64), code: "INVALID_RECIPIENT" },
  ]);
  const { id, rejected } = answer.broadcast as { id: string; rejected: unknown };
  assert.deepEqual(rejected, answer.rejected);
  assert.deepEqual((await textsOf(sql, id)).map((m) => m.to_number), [good]);
  const [after] = await sql`select count(*)::int from public.sms_contacts`;
  assert.equal(after?.count, before?.count + 1, "who is refused becomes no contact");
});

dbTest("sms_create_broadcast() that reaches nobody is stored and says why", async ({ sql, tenant }) => {
  const answer = await broadcast(sql, tenant, ["nobody"]);
  assert.deepEqual(
    [answer.outcome, answer.accepted, answer.rejected],
    ["created", 0, [{ to: "nobody", code: "INVALID_RECIPIENT" }]],
  );
});

dbTest("sms_create_broadcast() takes a thousand recipients and a template", async ({ sql, tenant }) => {
  const template_id = await addTemplate(sql, tenant, "Hello {{to}}");
  const args = { body: null, template_id, variables: { to: "all" } };
  const answer = await broadcast(sql, tenant, phones(1000), args);
  assert.deepEqual([answer.outcome, answer.accepted, answer.rejected], ["created", 1000, []]);
  const { id, body } = answer.broadcast as { id: string; body: string };
  assert.equal(body, "Hello all");
  const texts = await textsOf(sql, id);
  assert.equal(texts.length, 1000);
  assert(texts.every((m) => m.body === "Hello all" && m.template_id === template_id));
});

dbTest("a scheduled broadcast waits and keeps the lowest priority", async ({ sql, tenant }) => {
  const send_at = new Date(Date.now() + 3_600_000);
  const id = await broadcastTo(sql, tenant, phones(2), { send_at });
  assert.deepEqual(
    (await textsOf(sql, id)).map((m) => [m.status, m.send_at]),
    Array(2).fill(["scheduled", send_at]),
  );
  const jobs = await sql`select priority, due_at from sms_private.jobs`;
  assert.deepEqual(jobs.map((job) => [job.priority, job.due_at]), Array(2).fill([3, send_at]));
  assert.deepEqual(await claimDeliveries(sql), []);
  await age(sql, tenant, "1 hour");
  assert.equal((await claimDeliveries(sql)).length, 2);
});

emptyDbTest("a broadcast uses open conversations and opens the others", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome!" });
  const [active, ended, taken, fresh] = phones(4) as [string, string, string, string];
  const open = await text(sql, tenant, active, "Hi");
  const over = await text(sql, tenant, ended, "Hi");
  await callAs(sql, tenant, "sms_update_conversation", {
    conversation_id: over.conversation_id,
    status: "ended",
  });
  const takenOver = await text(sql, tenant, taken, "Hi");
  await callAs(sql, tenant, "sms_take_over", { conversation_id: takenOver.conversation_id });
  await callAs(sql, tenant, "sms_update_conversation", {
    conversation_id: takenOver.conversation_id,
    status: "ended",
  });
  const texts = await textsOf(sql, await broadcastTo(sql, tenant, [active, ended, taken, fresh]));
  const byNumber = new Map(texts.map((m) => [m.to_number, m]));
  assert.deepEqual([byNumber.get(active)?.conversation_id, byNumber.get(active)?.seq], [
    open.conversation_id,
    "2",
  ]);
  for (
    const [to, before, pause] of [[ended, over, null], [taken, takenOver, "taken_over"], [
      fresh,
      null,
      null,
    ]] as const
  ) {
    const sent = byNumber.get(to);
    assert.notEqual(sent?.conversation_id, before?.conversation_id);
    const opened = await conversation(sql, sent?.conversation_id);
    assert.deepEqual(
      [
        opened.status,
        opened.last_seq,
        opened.greeting_pending,
        opened.ai_paused_reason,
        opened.last_message_preview,
      ],
      ["active", "1", false, pause, "Hello all"],
    );
  }
});

dbTest("a broadcast pauses no assistant: a waiting question is answered", async ({ sql, tenant }) => {
  const contact = phone();
  const { conversation_id } = await text(sql, tenant, contact, "When do you open?");
  await broadcastTo(sql, tenant, [contact]);
  assert.equal((await conversation(sql, conversation_id)).ai_paused_until, null);
  assert.equal((await claimReplies(sql)).length, 1);
});

dbTest("an answer and a person's message leave before an older broadcast", async ({ sql, tenant }) => {
  await pace(sql, tenant, 1);
  const [asker, friend] = phones(2) as [string, string];
  const bulk = await broadcastTo(sql, tenant, phones(20));
  await text(sql, tenant, asker, "When do you open?");
  assert.equal((await finish(sql, await claimReply(sql))).outcome, "stored");
  await send(sql, tenant, { to_number: friend });
  const left: string[] = [];
  for (let second = 0; second < 4; second++) {
    left.push(...(await claimDeliveries(sql)).map((job) => job.to_number));
    assert.deepEqual(await claimDeliveries(sql), [], "one segment a second");
    await sql`update sms_private.sender_pace set next_at = next_at - interval '1 second'`;
  }
  assert.deepEqual(left, [asker, friend, ...(await textsOf(sql, bulk)).slice(0, 2).map((m) => m.to_number)]);
});

dbTest("a broadcast counts as one towards the limit of a minute", async ({ sql, tenant }) => {
  await sql`insert into public.sms_limits (user_id, sends_per_minute) values (${tenant.userId}, 3)`;
  await broadcastTo(sql, tenant, phones(5));
  await age(sql, tenant, "20 seconds");
  const args = {
    owner_id: tenant.userId,
    to_numbers: await Promise.all(phones(5).map(() => agreed(sql, tenant))),
    body: "Hi",
  };
  const fromApp = await as(
    sql,
    { role: "service_role" },
    (secret) => call(secret, "sms_create_broadcast_for", args),
  );
  assert.equal(fromApp.outcome, "created");
  assert.equal((await send(sql, tenant)).outcome, "created");
  for (const refused of [await send(sql, tenant), await broadcast(sql, tenant, phones(1))]) {
    assert.equal(refused.outcome, "RATE_LIMITED");
    const wait = refused.retry_after_ms as number;
    assert(wait > 0 && wait <= 40_000, "until the first broadcast is a minute old");
  }
  await age(sql, tenant, "40 seconds");
  assert.equal((await send(sql, tenant)).outcome, "created");
});

emptyDbTest("broadcasts reach so many recipients a day, and say when there is room", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await sql`insert into public.sms_limits (user_id, broadcast_recipients_per_day) values (${tenant.userId}, 5)`;
  await broadcastTo(sql, other, phones(5));
  await broadcastTo(sql, tenant, [...phones(2), "nobody"]);
  await age(sql, tenant, "10 hours");
  await broadcastTo(sql, tenant, phones(1));
  await age(sql, tenant, "4 hours");
  await broadcastTo(sql, tenant, phones(2));

  /** Hours until so many recipients fit, rounded up. */
  const hours = async (recipients: number) => {
    const refused = await broadcast(sql, tenant, phones(recipients));
    assert.equal(refused.outcome, "RATE_LIMITED");
    return Math.ceil(refused.retry_after_ms as number / 3_600_000);
  };
  assert.deepEqual(
    [await hours(1), await hours(2), await hours(3), await hours(4), await hours(5)],
    [10, 10, 20, 24, 24],
    "as the first, the second and the third broadcast grow a day old",
  );
  assert.equal(await hours(6), 24, "what never fits is told to wait a day");
  assert.equal((await broadcast(sql, tenant, ["nobody"])).outcome, "created", "nobody is within any limit");
  assert.equal((await send(sql, tenant)).outcome, "created", "single texts have a limit of their own");
  const [stored] = await sql`select count(*)::int from public.sms_messages
    where user_id = ${tenant.userId} and broadcast_id is not null`;
  assert.equal(stored?.count, 5);
  await age(sql, tenant, "10 hours");
  await broadcastTo(sql, tenant, phones(2));
  await sql`update public.sms_limits set broadcast_recipients_per_day = null where user_id = ${tenant.userId}`;
  await broadcastTo(sql, tenant, phones(10));
});

dbTest("two broadcasts at once are not both the last one that a day allows", async ({ sql, tenant }) => {
  await sql`insert into public.sms_limits (user_id, broadcast_recipients_per_day) values (${tenant.userId}, 1)`;
  const first = { owner_id: tenant.userId, to_numbers: [await agreed(sql, tenant)], body: "Hi" };
  const second = await whileOpen(
    sql,
    (open) => call(open, "sms_create_broadcast_for", first),
    () => broadcast(sql, tenant, phones(1)),
  );
  assert.equal(second.outcome, "RATE_LIMITED");
});

dbTest("an app sends for a tenant without pausing the assistant", async ({ sql, tenant }) => {
  const contact = phone();
  await text(sql, tenant, contact, "When do you open?");
  const single = await sendFor(sql, tenant, { to_number: contact });
  assert.deepEqual([single.outcome, (single.message as { sender: string }).sender], ["created", "system"]);
  const args = { owner_id: tenant.userId, to_numbers: [contact], body: "Hi" };
  const bulk = await as(
    sql,
    { role: "service_role" },
    (secret) => call(secret, "sms_create_broadcast_for", args),
  );
  const texts = await textsOf(sql, (bulk.broadcast as { id: string }).id);
  assert.deepEqual(texts.map((m) => [m.sender, m.user_id]), [["system", tenant.userId]]);
  assert.equal((await claimReplies(sql)).length, 1, "the question is still answered");
});

dbTest("a broadcast locks its conversations by id, in whatever order it lists", async ({ sql, tenant }) => {
  const [a, b] = phones(2) as [string, string];
  const first = await text(sql, tenant, a, "Hi");
  const second = await text(sql, tenant, b, "Hi");
  const batch = await sql.reserve();
  try {
    await batch`begin`;
    const lock = (id: unknown) =>
      batch`select from public.sms_conversations where id = ${id as string} for no key update nowait`;
    await lock(first.conversation_id);
    const bulk = broadcastTo(sql, tenant, [b, a]);
    await settledOrWaiting(sql, batch as unknown as Sql, bulk);
    // It waits for the first without holding the second, so that this batch can go on.
    await lock(second.conversation_id);
    await batch`commit`;
    assert.equal((await textsOf(sql, await bulk)).length, 2);
  } finally {
    batch.release();
  }
});

dbTest("a broadcast joins a conversation that its contact opens meanwhile", async ({ sql, tenant }) => {
  const contact = phone();
  await sql`insert into public.sms_contacts (user_id, number) values (${tenant.userId}, ${contact})`;
  let opened: unknown;
  const id = await whileOpen(
    sql,
    async (open) => opened = (await text(open, tenant, contact, "Hi")).conversation_id,
    () => broadcastTo(sql, tenant, [contact]),
  );
  assert.deepEqual((await textsOf(sql, id)).map((m) => [m.conversation_id, m.seq]), [[opened, "2"]]);
});

dbTest("broadcasts, replies, opt-outs, pauses and claims do not deadlock", async ({ sql, tenant }) => {
  await noSendLimit(sql, tenant);
  const contacts = phones(30);
  for (const contact of contacts) await text(sql, tenant, contact, "Hi");
  const bulk = await broadcastTo(sql, tenant, contacts);
  const [a, b] = [contacts, contacts.toReversed()];
  const change = (verb: string) => callAs(sql, tenant, verb, { broadcast_id: bulk });
  const answers = async () => {
    const jobs = await claimReplies(sql);
    await Promise.all(jobs.map((job) => finish(sql, job)));
  };
  // A lock that two wait for in a circle is ended by Postgres with an error, which would be thrown here.
  for (let round = 0; round < 3; round++) {
    await Promise.all([
      broadcastTo(sql, tenant, a),
      broadcastTo(sql, tenant, b),
      ...a.slice(0, 10).map((from) => text(sql, tenant, from, "One more thing")),
      ...b.slice(0, 10).map((to_number) => send(sql, tenant, { to_number })),
      answers(),
      change("sms_pause_broadcast"),
      claimDeliveries(sql),
      change("sms_resume_broadcast"),
      sql`select sms_private.opt_out(id, 'person', null, null) from public.sms_contacts where number = ${
        a[29 - round] ?? ""
      }`,
      ...(round === 2 ? [change("sms_cancel_broadcast")] : []),
    ]);
  }
  const [{ texts } = {}] = await sql`select count(*)::int as texts from public.sms_messages
    where broadcast_id is not null`;
  const [{ accepted } = {}] = await sql`select sum(accepted)::int as accepted from public.sms_broadcasts`;
  assert.equal(texts, accepted);
});
