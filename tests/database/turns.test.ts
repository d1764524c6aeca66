import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { addUser, type Answer, call } from "./support.ts";

async function take(sql: Sql, userId: string, more: Record<string, unknown> = {}): Promise<Answer> {
  return await call(sql, "sms_take_turn", { owner_id: userId, action: "connect", per_minute: 3, ...more });
}

async function outcomes(sql: Sql, userId: string, times: number): Promise<string[]> {
  const heard: string[] = [];
  for (let i = 0; i < times; i += 1) heard.push((await take(sql, userId)).outcome);
  return heard;
}

async function pass(sql: Sql, userId: string, time: string): Promise<void> {
  await sql`update sms_private.turns set next_at = next_at - ${time}::interval where user_id = ${userId}`;
}

emptyDbTest("sms_take_turn() gives a minute's worth, then says when the next is", async ({ sql }) => {
  const userId = await addUser(sql);
  assert.deepEqual(await outcomes(sql, userId, 4), ["taken", "taken", "taken", "RATE_LIMITED"]);
  const { retry_after_ms: wait } = await take(sql, userId);
  assert(typeof wait === "number" && wait > 0 && wait <= 20_000, `a third of a minute at most: ${wait}`);

  await pass(sql, userId, "20 seconds");
  assert.deepEqual(await outcomes(sql, userId, 2), ["taken", "RATE_LIMITED"], "one was paid for");
  await pass(sql, userId, "1 hour");
  assert.deepEqual(
    await outcomes(sql, userId, 4),
    ["taken", "taken", "taken", "RATE_LIMITED"],
    "nothing is saved up",
  );
});

emptyDbTest("sms_take_turn() counts every tenant and every action apart", async ({ sql }) => {
  const [one, other] = [await addUser(sql), await addUser(sql)];
  assert.equal((await outcomes(sql, one, 4)).at(-1), "RATE_LIMITED");
  assert.equal((await take(sql, other)).outcome, "taken");
  assert.equal((await take(sql, one, { action: "verify" })).outcome, "taken");
});

emptyDbTest("sms_take_turn() keeps one row a tenant and action", async ({ sql }) => {
  const userId = await addUser(sql);
  await outcomes(sql, userId, 20);
  assert.equal((await sql`select from sms_private.turns`).length, 1);
  await sql`delete from auth.users where id = ${userId}`;
  assert.equal((await sql`select from sms_private.turns`).length, 0);
  assert.deepEqual(await take(sql, userId), { outcome: "USER_NOT_FOUND" });
  assert.equal((await sql`select from sms_private.turns`).length, 0);
});

emptyDbTest("sms_take_turn() gives no turn twice to callers at the same moment", async ({ sql }) => {
  const userId = await addUser(sql);
  const heard = await Promise.all(Array.from({ length: 20 }, () => take(sql, userId)));
  assert.equal(heard.filter(({ outcome }) => outcome === "taken").length, 3);
});

emptyDbTest("sms_take_preview_turn() gives 20 a minute and the day's replies", async ({ sql }) => {
  const userId = await addUser(sql);
  await sql`insert into public.sms_limits (user_id, tenant_replies_per_day) values (${userId}, 25)`;
  const tried = async (times: number) => {
    const heard: string[] = [];
    for (let i = 0; i < times; i += 1) {
      heard.push((await call(sql, "sms_take_preview_turn", { owner_id: userId })).outcome);
    }
    return heard.filter((outcome) => outcome === "taken").length;
  };
  assert.equal(await tried(22), 20, "of a minute");
  await sql`update sms_private.turns set next_at = next_at - interval '1 minute'
    where user_id = ${userId} and action = 'preview'`;
  assert.equal(await tried(10), 5, "of a day");
  const refused = await call(sql, "sms_take_preview_turn", { owner_id: userId });
  assert.equal(refused.outcome, "RATE_LIMITED");
  assert(Number(refused.retry_after_ms) > 60_000, "not within the minute");

  await sql`update public.sms_limits set tenant_replies_per_day = 0 where user_id = ${userId}`;
  assert.equal(await tried(1), 0, "none are allowed");
  await sql`update public.sms_limits set tenant_replies_per_day = null where user_id = ${userId}`;
  await pass(sql, userId, "1 minute");
  assert.equal(await tried(21), 20, "the minute holds without a cap");
  assert.deepEqual(await call(sql, "sms_take_preview_turn", { owner_id: crypto.randomUUID() }), {
    outcome: "USER_NOT_FOUND",
  });
});
