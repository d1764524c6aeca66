import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { broadcast, messageOf, phones, send, sendFor, whileOpen } from "./sending.ts";
import {
  addTemplate,
  addTenant,
  age,
  type Answer,
  as,
  call,
  callAs,
  claimDeliveries,
  message,
  phone,
  record,
} from "./support.ts";

async function outbound(sql: Sql): Promise<number> {
  return (await sql`select from public.sms_messages where direction = 'outbound'`).length;
}

async function keys(sql: Sql): Promise<string[]> {
  return (await sql`select key from sms_private.idempotency_keys order by key`).map((row) => row.key);
}

dbTest("a repeated sms_create_message() answers with the message as it is now", async ({ sql, tenant }) => {
  const args = { to_number: phone(), body: "Hello", idempotency_key: "one" };
  const first = await send(sql, tenant, args);
  assert.equal(first.outcome, "created");
  const [delivery] = await claimDeliveries(sql);
  assert(delivery);
  await record(sql, delivery, "accepted", { message_sid: "SM1", status: "queued", num_segments: 1 });
  const { outcome, message: now } = await send(sql, tenant, args) as Answer & {
    message: Record<string, unknown>;
  };
  assert.deepEqual(
    [outcome, now.id, now.status, now.message_sid],
    ["repeated", messageOf(first), "queued", "SM1"],
  );
  assert.equal(await outbound(sql), 1);
});

dbTest("a repeated sms_create_broadcast() sends none again", async ({ sql, tenant }) => {
  const to = [...phones(2), "nobody"];
  const first = await broadcast(sql, tenant, to, { idempotency_key: "one" });
  const { id } = first.broadcast as { id: string };
  const paused = await callAs(sql, tenant, "sms_pause_broadcast", { broadcast_id: id });
  const again = await broadcast(sql, tenant, to, { idempotency_key: "one" });
  assert.deepEqual(again, { ...first, outcome: "repeated", broadcast: paused.broadcast });
  assert.equal(await outbound(sql), 2);
});

dbTest("a broadcast that reached nobody is repeated like any other", async ({ sql, tenant }) => {
  const first = await broadcast(sql, tenant, ["nobody"], { idempotency_key: "one" });
  const again = await broadcast(sql, tenant, ["nobody"], { idempotency_key: "one" });
  assert.deepEqual(again, { ...first, outcome: "repeated" });
});

dbTest("a key serves one request: any other is refused", async ({ sql, tenant }, t) => {
  const [to, idempotency_key] = [phone(), "one"];
  const later = new Date(Date.now() + 3_600_000);
  const template_id = await addTemplate(sql, tenant, "Hello");
  const first = await send(sql, tenant, { to_number: to, idempotency_key });
  const conversation_id = (first.message as { conversation_id: string }).conversation_id;
  const others: [string, Record<string, unknown>][] = [
    ["another recipient", { to_number: phone() }],
    ["no recipient", { to_number: null }],
    ["another body", { body: "Hello!" }],
    ["a sender", { from_number: tenant.number }],
    ["media", { media_urls: ["https://example.com/a.png"] }],
    ["a schedule", { send_at: later }],
    ["a conversation", { conversation_id }],
    ["a template", { body: null, template_id }],
    ["variables", { variables: { a: "b" } }],
  ];
  for (const [what, args] of others) {
    await t.step(what, async () => {
      const answer = await send(sql, tenant, { to_number: to, idempotency_key, ...args });
      assert.deepEqual(answer, { outcome: "IDEMPOTENCY_KEY_REUSED" });
    });
  }
  await t.step("the same from an app instead of a person", async () => {
    const answer = await sendFor(sql, tenant, { to_number: to, idempotency_key });
    assert.deepEqual(answer, { outcome: "IDEMPOTENCY_KEY_REUSED" });
  });
  await t.step("the same as a broadcast", async () => {
    const answer = await broadcast(sql, tenant, [to], { body: "Hello", idempotency_key });
    assert.deepEqual(answer, { outcome: "IDEMPOTENCY_KEY_REUSED" });
  });
  assert.equal((await send(sql, tenant, { to_number: to, idempotency_key })).outcome, "repeated");
  assert.equal(await outbound(sql), 1);
});

dbTest("a broadcast's key is refused for other recipients, order or name", async ({ sql, tenant }) => {
  const [a, b] = phones(2) as [string, string];
  const again = (to: string[], more = {}) => broadcast(sql, tenant, to, { idempotency_key: "one", ...more });
  assert.equal((await again([a, b])).outcome, "created");
  for (const answer of [await again([a]), await again([b, a]), await again([a, b], { name: "May" })]) {
    assert.deepEqual(answer, { outcome: "IDEMPOTENCY_KEY_REUSED" });
  }
});

dbTest("the same request is the same however it is written", async ({ sql, tenant }) => {
  const template_id = await addTemplate(sql, tenant, "{{a}} {{b}}");
  const args = {
    to_number: phone(),
    body: null,
    template_id,
    idempotency_key: "one",
    pauses_assistant: true,
  };
  const first = await as(sql, { role: "authenticated", userId: tenant.userId }, async (elsewhere) => {
    await elsewhere`set local time zone 'Asia/Kathmandu'`;
    const written = { variables: { b: "2", a: "1" }, send_at: "2026-12-24T19:00:00+01:00", media_urls: null };
    return await call(elsewhere, "sms_create_message", { ...args, ...written });
  });
  assert.equal(first.outcome, "created");
  const again = await send(sql, tenant, {
    ...args,
    variables: { a: "1", b: "2" },
    send_at: "2026-12-24T18:00:00Z",
    media_urls: [],
  });
  assert.deepEqual([again.outcome, messageOf(again)], ["repeated", messageOf(first)]);
  const { send_at } = await message(sql, messageOf(first));
  assert.deepEqual(send_at, new Date("2026-12-24T18:00:00Z"), "and it is the moment that was asked for");
});

dbTest("a key in use is refused at once, and repeated when that is done", async ({ sql, tenant }) => {
  const args = { to_number: phone(), body: "Hello", idempotency_key: "one" };
  const running = (open: Sql) => call(open, "sms_create_message_for", { owner_id: tenant.userId, ...args });
  const meanwhile = await whileOpen(sql, running, () => sendFor(sql, tenant, args));
  assert.deepEqual(meanwhile, { outcome: "IDEMPOTENCY_KEY_IN_USE", retry_after_ms: 1000 });
  assert.equal((await sendFor(sql, tenant, args)).outcome, "repeated");
  assert.equal(await outbound(sql), 1);
});

dbTest("a key whose request was taken back is new again", async ({ sql, tenant }) => {
  const args = { to_number: phone(), body: "Hello", idempotency_key: "one" };
  const running = (open: Sql) => call(open, "sms_create_message_for", { owner_id: tenant.userId, ...args });
  await whileOpen(sql, running, () => sendFor(sql, tenant, args), "rollback");
  assert.equal(await outbound(sql), 0);
  assert.equal((await sendFor(sql, tenant, args)).outcome, "created");
});

dbTest("one key at the same moment makes one message and one broadcast", async ({ sql, tenant }) => {
  const to = phones(3);
  for (
    const create of [
      () => send(sql, tenant, { to_number: to[0], idempotency_key: "text" }),
      () => broadcast(sql, tenant, to, { idempotency_key: "broadcast" }),
    ]
  ) {
    const outcomes = (await Promise.all(Array.from({ length: 8 }, create))).map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((outcome) => outcome === "created").length, 1, outcomes.join());
    const allowed = ["created", "repeated", "IDEMPOTENCY_KEY_IN_USE"];
    assert.deepEqual(outcomes.filter((outcome) => !allowed.includes(outcome)), []);
  }
  assert.equal(await outbound(sql), 4);
  assert.equal((await sql`select from public.sms_broadcasts`).length, 1);
});

dbTest("a key counts for 24 hours, and then it is new", async ({ sql, tenant }) => {
  const args = { to_number: phone(), idempotency_key: "one" };
  const first = messageOf(await send(sql, tenant, args));
  await age(sql, tenant, "23 hours 59 minutes");
  assert.equal((await send(sql, tenant, args)).outcome, "repeated");
  await age(sql, tenant, "1 minute");
  const second = await send(sql, tenant, { ...args, body: "Another request" });
  assert.equal(second.outcome, "created");
  assert.notEqual(messageOf(second), first);
  assert.deepEqual(await keys(sql), ["one"]);
  const repeat = await send(sql, tenant, { ...args, body: "Another request" });
  assert.deepEqual([repeat.outcome, messageOf(repeat)], ["repeated", messageOf(second)]);
});

dbTest("a refused request stores no key: it may be asked again", async ({ sql, tenant }) => {
  await sql`insert into public.sms_limits (user_id, sends_per_minute) values (${tenant.userId}, 0)`;
  const args = { to_number: phone(), idempotency_key: "one" };
  assert.equal((await send(sql, tenant, args)).outcome, "RATE_LIMITED");
  assert.equal((await broadcast(sql, tenant, phones(1), { idempotency_key: "two" })).outcome, "RATE_LIMITED");
  assert.equal((await broadcast(sql, tenant, [], { idempotency_key: "two" })).outcome, "NO_RECIPIENTS");
  assert.deepEqual(await keys(sql), []);
  await sql`update public.sms_limits set sends_per_minute = null`;
  assert.equal((await send(sql, tenant, args)).outcome, "created");
  assert.equal((await broadcast(sql, tenant, phones(1), { idempotency_key: "two" })).outcome, "created");
});

emptyDbTest("two tenants' keys have nothing to do with each other", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const args = { to_number: phone(), idempotency_key: "one" };
  assert.equal((await send(sql, tenant, args)).outcome, "created");
  const theirs = await send(sql, other, args);
  assert.deepEqual([theirs.outcome, (await message(sql, messageOf(theirs))).user_id], [
    "created",
    other.userId,
  ]);
  assert.equal((await send(sql, other, { ...args, body: "Else" })).outcome, "IDEMPOTENCY_KEY_REUSED");
});

dbTest("a key is 1 to 255 printable ASCII characters", async ({ sql, tenant }) => {
  for (const key of ["", "a".repeat(256), "a\n", "a\tb", "\u007F", "é", "a\u200Bb", "😀"]) {
    const answer = await send(sql, tenant, { idempotency_key: key });
    assert.deepEqual(answer, { outcome: "INVALID_IDEMPOTENCY_KEY" }, JSON.stringify(key));
  }
  assert.equal(
    (await broadcast(sql, tenant, phones(1), { idempotency_key: "" })).outcome,
    "INVALID_IDEMPOTENCY_KEY",
  );
  for (const key of ["a", "~".repeat(255), "a b", `"6e2c\\'$1"`]) {
    const args = { to_number: phone(), idempotency_key: key };
    assert.equal((await send(sql, tenant, args)).outcome, "created", key);
    assert.equal((await send(sql, tenant, args)).outcome, "repeated", key);
  }
});

dbTest("a repeat of what is deleted since says so, and sends nothing", async ({ sql, tenant }) => {
  const args = { to_number: phone(), idempotency_key: "text" };
  await send(sql, tenant, args);
  await broadcast(sql, tenant, ["nobody"], { idempotency_key: "broadcast" });
  await sql`delete from public.sms_conversations`;
  await sql`delete from public.sms_broadcasts`;
  assert.deepEqual(await send(sql, tenant, args), { outcome: "MESSAGE_NOT_FOUND" });
  const again = await broadcast(sql, tenant, ["nobody"], { idempotency_key: "broadcast" });
  assert.deepEqual(again, { outcome: "BROADCAST_NOT_FOUND" });
  assert.equal(await outbound(sql), 0);
});

emptyDbTest("each use of a key purges the hundred oldest expired, and never waits", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await sql`insert into sms_private.idempotency_keys (user_id, key, request_hash, result, created_at)
    select ${other.userId}, 'old ' || i, '', sms_private.new_id(), now() - interval '30 days' + i * interval '1 hour'
    from generate_series(1, 250) i`;
  const old = async () =>
    (await sql`select count(*)::int, min(substr(key, 5)::int) as first from sms_private.idempotency_keys
      where key like 'old %'`)[0];
  await whileOpen(
    sql,
    (open) => open`select from sms_private.idempotency_keys where key = 'old 1' for update`,
    () => send(sql, tenant, { idempotency_key: "new" }),
  );
  assert.deepEqual({ ...await old() }, { count: 150, first: 1 });
  await send(sql, tenant, { idempotency_key: "newer" });
  assert.deepEqual({ ...await old() }, { count: 50, first: 201 });
  await send(sql, tenant, {});
  assert.equal((await old())?.count, 50, "a request without a key leaves them alone");
});
