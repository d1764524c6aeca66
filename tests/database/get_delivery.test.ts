import { strict as assert } from "node:assert";
import { dbTest } from "./db_test.ts";
import { broadcastTo, messageOf, phones, send, textsOf } from "./sending.ts";
import {
  as,
  call,
  callAs,
  claimDeliveries,
  exchange,
  message,
  messageSid,
  phone,
  record,
  text,
} from "./support.ts";
import type { Sql } from "postgres";

async function delivery(sql: Sql, message_id: unknown): Promise<{ state: unknown; status: unknown }> {
  const answer = await as(
    sql,
    { role: "service_role" },
    (secret) => call(secret, "sms_get_delivery", { message_id }),
  );
  assert.equal(answer.outcome, "found");
  const found = answer.message as { id: string; status: string };
  assert.equal(found.id, message_id);
  return { state: answer.state, status: found.status };
}

const WAYS: [what: string, steps: [string, Record<string, unknown>?][], state: string, status: string][] = [
  ["accepted", [["accepted", { message_sid: messageSid(), status: "queued" }]], "settled", "queued"],
  ["refused", [["refused", { error_code: "21211" }]], "settled", "failed"],
  ["to be tried again", [["retry", { error_code: "429" }]], "waiting", "pending"],
  ["given back", [["not_started"]], "waiting", "pending"],
  ["of unknown outcome", [["unknown"]], "waiting", "unconfirmed"],
  [
    "of an outcome that became known",
    [["unknown"], ["accepted", { message_sid: messageSid(), status: "sent" }]],
    "settled",
    "sent",
  ],
];

dbTest("sms_get_delivery() says where the delivery of a text stands", async ({ sql, tenant }, t) => {
  for (const [what, steps, state, status] of WAYS) {
    await t.step(what, async () => {
      const id = messageOf(await send(sql, tenant));
      assert.deepEqual(await delivery(sql, id), { state: "waiting", status: "pending" });
      const [job] = await claimDeliveries(sql, { message_ids: [id] });
      assert(job);
      assert.deepEqual(await delivery(sql, id), { state: "in_hand", status: "pending" });
      for (const [outcome, more] of steps) await record(sql, job, outcome, more);
      assert.deepEqual(await delivery(sql, id), { state, status });
    });
  }
});

dbTest("sms_get_delivery() knows scheduled, held, canceled and given up", async ({ sql, tenant }) => {
  const scheduled = messageOf(await send(sql, tenant, { send_at: new Date(Date.now() + 60_000) }));
  assert.deepEqual(await delivery(sql, scheduled), { state: "waiting", status: "scheduled" });
  await callAs(sql, tenant, "sms_cancel_message", { message_id: scheduled });
  assert.deepEqual(await delivery(sql, scheduled), { state: "settled", status: "canceled" });

  const broadcast_id = await broadcastTo(sql, tenant, phones(1));
  await callAs(sql, tenant, "sms_pause_broadcast", { broadcast_id });
  const [held] = await textsOf(sql, broadcast_id);
  assert.deepEqual(await delivery(sql, held?.id), { state: "waiting", status: "pending" });

  const id = messageOf(await send(sql, tenant));
  const [job] = await claimDeliveries(sql);
  assert(job);
  await sql`update sms_private.jobs set attempts = 8 where message_id = ${id}`;
  assert.equal(await record(sql, job, "retry", { error_code: "20429" }), "set_aside");
  assert.deepEqual(await delivery(sql, id), { state: "settled", status: "failed" });
});

dbTest(
  "sms_get_delivery() says when a text has its turn, if it waits for nothing else",
  async ({ sql, tenant }) => {
    await sql`update public.sms_numbers set segments_per_second = 1`;
    const turn = async (message_id: unknown) =>
      (await call(sql, "sms_get_delivery", { message_id })).turn_in_ms as number | null;
    const to = phone();
    const [first, second] = [
      messageOf(await send(sql, tenant)),
      messageOf(await send(sql, tenant, { to_number: to })),
    ];
    assert.equal(await turn(first), 0);
    const [job] = await claimDeliveries(sql, { message_ids: [first] });
    assert(job);
    assert.equal(await turn(first), null, "it is in hand");
    const wait = await turn(second);
    assert(wait !== null && wait > 0 && wait <= 1_000, String(wait));
    const reply = await exchange(sql, tenant, phone());
    assert.equal(await turn(second), null, "an answer of the assistant goes first");
    await sql`delete from sms_private.jobs where message_id = ${reply}`;
    assert(await turn(second) !== null);
    const third = messageOf(await send(sql, tenant));
    assert.equal(await turn(third), null, "the second was there before");
    const behind = messageOf(await send(sql, tenant, { to_number: job.to_number }));
    assert.equal(await turn(behind), null, "it waits for the text before it, not for the pace");
    await record(sql, job, "retry", { error_code: "429" });
    assert.equal(await turn(first), null, "it is to be tried again later");
    const later = messageOf(await send(sql, tenant, { send_at: new Date(Date.now() + 60_000) }));
    assert.equal(await turn(later), null, "it is scheduled");
  },
);

dbTest("sms_get_delivery() answers the whole row of outbound messages only", async ({ sql, tenant }) => {
  const id = messageOf(await send(sql, tenant));
  const answer = await call(sql, "sms_get_delivery", { message_id: id });
  const [row] = await sql`select to_jsonb(m) as row from public.sms_messages m where id = ${id}`;
  assert.deepEqual(answer.message, row?.row);
  const inbound = await text(sql, tenant, phone(), "Hi");
  for (const message_id of [inbound.message_id, crypto.randomUUID(), null]) {
    assert.deepEqual(await call(sql, "sms_get_delivery", { message_id }), { outcome: "MESSAGE_NOT_FOUND" });
  }
  assert.equal((await message(sql, inbound.message_id)).direction, "inbound");
});
