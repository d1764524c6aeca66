/** The table of refusals (tests/support/refusals.ts) against the verbs. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { isForUsers, VERBS } from "../../supabase/functions/_shared/sms/contract/verbs.ts";
import { argsOf, makeWorld, named, REFUSALS } from "../support/refusals.ts";
import { emptyDbTest } from "./db_test.ts";
import { addTenant, addUser, as, belongings, call, callAs, hex } from "./support.ts";

/** Refusals that need two callers at once, a deleted row or the operator's setting; other files have them. */
const ELSEWHERE = [
  "IDEMPOTENCY_KEY_IN_USE",
  "MESSAGE_NOT_FOUND",
  "BROADCAST_NOT_FOUND",
  "NUMBER_TAKEN",
  // tests/database/limits.test.ts, turns.test.ts
  "SEGMENTS_USED_UP",
  "NUMBERS_USED_UP",
  // tests/database/consent_required.test.ts, words.test.ts, patience.test.ts
  "NO_CONSENT",
  "OPT_OUT_IN_DOUBT",
  "sms_repair_number ACCOUNT_DISCONNECTED",
  "sms_assign_number USER_NOT_FOUND",
];

emptyDbTest("each refusal is the verb's outcome and changes nothing", async ({ sql }, t) => {
  const [me, several, left, limited, other] = [
    await addTenant(sql),
    await addTenant(sql),
    await addTenant(sql),
    await addTenant(sql),
    await addTenant(sql),
  ];
  const newcomer = { userId: await addUser(sql) };
  const callers = { me, several, left, limited, newcomer, gone: { userId: crypto.randomUUID() } };
  const shared = `AC${hex()}`;
  await call(sql, "sms_save_account", { account_sid: shared });
  const world = await makeWorld(sql, callers, { other, shared });
  const everything = async () => {
    const users = [...Object.values(callers), other].map(({ userId }) => belongings(sql, userId));
    return await Promise.all(users);
  };
  const before = await everything();
  for (const refusal of REFUSALS) {
    await t.step(named(refusal), async () => {
      const { verb, outcome, by = "me", details } = refusal;
      const args = argsOf(refusal, world);
      const { retry_after_ms: _, ...answer } = isForUsers(verb)
        ? await callAs(sql, callers[by], verb, args)
        : await asSecret(sql, verb, { owner_id: callers[by].userId, ...args });
      assert.deepEqual(answer, details ? { outcome, details } : { outcome });
    });
  }
  assert.deepEqual(await everything(), before);
});

const asSecret = (sql: Sql, verb: string, args: Record<string, unknown>) =>
  as(sql, { role: "service_role" }, (secret) => call(secret, verb, args));

Deno.test("the table of refusals has every refusal of its verbs", () => {
  const tested = new Set(REFUSALS.map(({ verb, outcome }) => `${verb} ${outcome}`));
  for (const verb of new Set(REFUSALS.map((refusal) => refusal.verb))) {
    const missing = Object.keys(VERBS[verb].refused).filter((outcome) =>
      !tested.has(`${verb} ${outcome}`) && !ELSEWHERE.includes(outcome) &&
      !ELSEWHERE.includes(`${verb} ${outcome}`)
    );
    assert.deepEqual(missing, [], verb);
  }
});
