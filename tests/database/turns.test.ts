import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { addTenant, addUser, type Answer, as, call, PERMISSION_DENIED, stateOf } from "./support.ts";

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
  const { userId } = await addTenant(sql);
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

emptyDbTest("who tries an assistant is told how far its clock is from UTC, by Postgres", async ({ sql }) => {
  const { userId: owner_id } = await addTenant(sql);
  const told = async (args: Record<string, unknown>) =>
    (await call(sql, "sms_take_preview_turn", { owner_id, ...args })).minutes_east;
  // This runtime says an hour less for Vancouver in winter.
  const [vancouver] = await sql`select extract(epoch from (now() at time zone 'America/Vancouver')
    - (now() at time zone 'UTC'))::int / 60 as minutes`;
  assert.equal(await told({ time_zone: "America/Vancouver" }), vancouver?.minutes);
  assert.equal(await told({ time_zone: "Asia/Kathmandu" }), 345);
  for (const none of [{}, { time_zone: null }, { time_zone: "Mars/Olympus" }]) {
    assert.equal(await told(none), null);
  }
});

const tries = async (sql: Sql, owner_id: string, more: Record<string, unknown> = {}): Promise<string> =>
  (await call(sql, "sms_take_preview_turn", { owner_id, ...more })).outcome;

/** Somebody who signed up and confirmed the address, and has nothing else. */
async function addNewcomer(sql: Sql): Promise<string> {
  const userId = await addUser(sql);
  await sql`update auth.users set email_confirmed_at = now() where id = ${userId}`;
  return userId;
}

emptyDbTest("without an account or number a user may try assistants ten times in all", async ({ sql }) => {
  const [newcomer, second, { userId: tenant }] = [
    await addNewcomer(sql),
    await addNewcomer(sql),
    await addTenant(sql),
  ];
  for (let n = 0; n < 10; n++) assert.equal(await tries(sql, newcomer), "taken");
  assert.equal(await tries(sql, newcomer), "TRIAL_USED_UP");
  await pass(sql, newcomer, "1 year");
  assert.equal(await tries(sql, newcomer), "TRIAL_USED_UP", "they do not come back");
  assert.equal(await tries(sql, second), "taken");
  for (let n = 0; n < 12; n++) assert.equal(await tries(sql, tenant), "taken");
  await sql`insert into public.sms_accounts (user_id, account_sid) values (${newcomer}, ${`AC${
    "1".repeat(32)
  }`})`;
  assert.equal(await tries(sql, newcomer), "taken", "with an account it goes on");
});

emptyDbTest("who signed in anonymously, or confirmed nothing, tries no assistant", async ({ sql }) => {
  const [confirmed, unconfirmed] = [await addNewcomer(sql), await addUser(sql)];
  assert.equal(await tries(sql, unconfirmed), "CONFIRM_FIRST");
  assert.equal(await tries(sql, confirmed, { is_anonymous: true }), "CONFIRM_FIRST");
  assert.equal(await tries(sql, confirmed), "taken");
  const { userId: tenant } = await addTenant(sql);
  assert.equal(await tries(sql, tenant, { is_anonymous: true }), "CONFIRM_FIRST", "not even with an account");
  assert.equal(await tries(sql, tenant), "taken");
});

emptyDbTest("all tries of newcomers together have a ceiling, which leaves tenants alone", async ({ sql }) => {
  await sql`update sms_private.settings set value = '3' where name = 'trial_previews_per_day'`;
  const heard: string[] = [];
  for (let n = 0; n < 5; n++) heard.push(await tries(sql, await addNewcomer(sql)));
  assert.deepEqual(heard, ["taken", "taken", "taken", "PROJECT_LIMIT", "PROJECT_LIMIT"]);
  const refused = await call(sql, "sms_take_preview_turn", { owner_id: await addNewcomer(sql) });
  assert(Number(refused.retry_after_ms) > 7 * 3_600_000, "a third of a day");
  const { userId: tenant } = await addTenant(sql);
  assert.equal(await tries(sql, tenant), "taken");
  await sql`update sms_private.settings set value = '1' where name = 'previews_per_day'`;
  await sql`delete from sms_private.project_turns where action = 'previews_per_day'`;
  assert.equal(await tries(sql, tenant), "taken");
  assert.equal(await tries(sql, tenant), "PROJECT_LIMIT");
  await sql`update sms_private.settings set value = 'null' where name in ('previews_per_day', 'trial_previews_per_day')`;
  assert.equal(await tries(sql, tenant), "taken");
});

emptyDbTest(
  "sms_set_limits() changes what is named, and sms_get_limits() says what is used",
  async ({ sql }) => {
    const [{ userId }, { userId: other }] = [await addTenant(sql), await addTenant(sql)];
    const set = (limits: Record<string, unknown>, owner_id = userId) =>
      call(sql, "sms_set_limits", { owner_id, limits: sql.json(limits as never) });
    const saved = await set({ allowed_countries: ["CA", "MX"], tenant_replies_per_day: null, assistants: 3 });
    const limits = saved.limits as Record<string, unknown>;
    assert.deepEqual(
      [
        saved.outcome,
        limits.allowed_countries,
        limits.tenant_replies_per_day,
        limits.assistants,
        limits.templates,
      ],
      ["saved", ["CA", "MX"], null, 3, 200],
    );
    const [allowed] =
      await sql`select sms_private.may_text(${userId}, '+14155550100', '+525512345678') as here,
    sms_private.may_text(${other}, '+14155550100', '+525512345678') as there`;
    assert.deepEqual({ ...allowed }, { here: true, there: false });
    const found = await call(sql, "sms_get_limits", { owner_id: userId });
    assert.deepEqual(found.limits, limits);
    assert.equal((found.used as Record<string, unknown>).assistants, 1);
    for (
      const [wrong, outcome, limit] of [
        [{ assistents: 3 }, "UNKNOWN_LIMIT", "assistents"],
        [{ user_id: other }, "UNKNOWN_LIMIT", "user_id"],
        [{ assistants: -1 }, "INVALID_LIMIT", "assistants"],
        [{ assistants: 1.5 }, "INVALID_LIMIT", "assistants"],
        [{ assistants: "3" }, "INVALID_LIMIT", "assistants"],
        [{ tenant_unsent_calls_per_day: 0 }, "INVALID_LIMIT", "tenant_unsent_calls_per_day"],
        [{ allowed_countries: ["Canada"] }, "INVALID_LIMIT", "allowed_countries"],
        [{ allowed_countries: "CA" }, "INVALID_LIMIT", "allowed_countries"],
      ] as const
    ) {
      const refused = await set(wrong);
      assert.deepEqual([refused.outcome, (refused.details as { limit: string }).limit], [outcome, limit]);
    }
    assert.equal((await set({ assistants: 1 }, crypto.randomUUID())).outcome, "USER_NOT_FOUND");
    assert.deepEqual(
      (await call(sql, "sms_get_limits", { owner_id: userId })).limits,
      limits,
      "nothing changed",
    );
    for (const verb of ["sms_get_limits", "sms_set_limits"]) {
      const args = verb === "sms_get_limits" ? {} : { limits: sql.json({ assistants: 9 }) };
      assert.equal(
        await stateOf(
          as(
            sql,
            { role: "authenticated", userId },
            (mine) => call(mine, verb, { owner_id: userId, ...args }),
          ),
        ),
        PERMISSION_DENIED,
      );
    }
  },
);
