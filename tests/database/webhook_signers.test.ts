import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { whileOpen } from "./sending.ts";
import { addTenant, as, call, callAs, hex, type Tenant } from "./support.ts";

const key = (letter: string) => `webhooks_sharedkey_${letter.repeat(26)}`;

async function account(sql: Sql, tenant: Tenant): Promise<Record<string, unknown>> {
  const listed = await callAs(sql, tenant, "sms_list_accounts", { account_sid: tenant.accountSid });
  const [shown] = listed.accounts as Record<string, unknown>[];
  assert(shown);
  return shown;
}

const refusedOf = async (sql: Sql, tenant: Tenant) =>
  (await account(sql, tenant)).webhooks_refused as Record<string, unknown>[];

const refuse = (sql: Sql, tenant: Tenant, more: Record<string, unknown> = {}) =>
  call(sql, "sms_count_refused_webhooks", {
    account_sid: tenant.accountSid,
    reason: "SIGNATURE_MISMATCH",
    ...more,
  });

const save = (sql: Sql, tenant: Tenant, more: Record<string, unknown>) =>
  call(sql, "sms_save_account", {
    account_sid: tenant.accountSid,
    owner_id: tenant.userId,
    ...more,
  });

const secretsOf = async (sql: Sql, { accountSid }: Tenant) => {
  const found = await call(sql, "sms_get_account", { account_sid: accountSid });
  return {
    tokens: [found.current_token, found.previous_token],
    rotating: found.rotating,
    apiKey: [found.api_key_sid, found.api_key_secret],
    sharedKeys: found.shared_keys,
    refused: found.refused_signers,
  };
};

dbTest(
  "SharedKeys are added, shown to their owner without their secrets, and removed",
  async ({ sql, tenant }) => {
    const other = await addTenant(sql);
    const shared_keys = sql.json([{ key_id: key("a"), secret: "jwe-a" }, {
      key_id: key("b"),
      secret: "jwe-b",
    }]);
    assert.equal((await save(sql, tenant, { shared_keys })).outcome, "saved");
    await save(sql, tenant, { shared_keys: sql.json([{ key_id: key("a"), secret: "jwe-a2" }]) });
    assert.deepEqual((await secretsOf(sql, tenant)).sharedKeys, {
      [key("a")]: "jwe-a2",
      [key("b")]: "jwe-b",
    });
    assert.equal((await secretsOf(sql, other)).sharedKeys, null);
    const shown = await account(sql, tenant);
    assert.deepEqual((shown.shared_keys as { key_id: string }[]).map(({ key_id }) => key_id).sort(), [
      key("a"),
      key("b"),
    ]);
    assert.doesNotMatch(JSON.stringify(shown), /jwe/);
    assert.deepEqual((await account(sql, other)).shared_keys, []);

    const remove = (owner: Tenant, key_id: string) =>
      call(sql, "sms_remove_shared_key", { owner_id: owner.userId, account_sid: tenant.accountSid, key_id });
    assert.equal((await remove(other, key("a"))).outcome, "SHARED_KEY_NOT_FOUND");
    assert.equal((await remove(tenant, key("z"))).outcome, "SHARED_KEY_NOT_FOUND");
    assert.equal((await remove(tenant, key("a"))).outcome, "removed");
    assert.deepEqual((await secretsOf(sql, tenant)).sharedKeys, { [key("b")]: "jwe-b" });
    await sql`update sms_private.twilio_credentials
      set current_token = null, previous_token = null, previous_until = null,
        api_key_sid = ${`SK${"1".repeat(32)}`}, api_key_secret = 'jwe'
      where account_id = (select id from public.sms_accounts where account_sid = ${tenant.accountSid})`;
    assert.equal((await remove(tenant, key("b"))).outcome, "LAST_SIGNER", "an API key signs nothing");
    assert.deepEqual((await secretsOf(sql, tenant)).sharedKeys, { [key("b")]: "jwe-b" });
  },
);

dbTest(
  "an account has at most fifty SharedKeys, and a key's id is one of Twilio's",
  async ({ sql, tenant }) => {
    const keys = (from: number, to: number) =>
      sql.json(Array.from({ length: to - from }, (_, n) => ({
        key_id: `webhooks_sharedkey_${String(from + n).padStart(26, "0")}`,
        secret: "jwe",
      })));
    assert.equal((await save(sql, tenant, { shared_keys: keys(0, 50) })).outcome, "saved");
    assert.equal(
      (await save(sql, tenant, { shared_keys: keys(49, 50) })).outcome,
      "saved",
      "one that is there",
    );
    const before = await secretsOf(sql, tenant);
    const more = { shared_keys: keys(50, 51), label: "changed" };
    assert.equal((await save(sql, tenant, more)).outcome, "TOO_MANY_SHARED_KEYS");
    assert.deepEqual(await secretsOf(sql, tenant), before);
    assert.equal((await account(sql, tenant)).label, null, "nothing else is changed either");
    await assert.rejects(
      save(sql, await addTenant(sql), {
        shared_keys: sql.json([{ key_id: "webhooks_sharedkey_x", secret: "jwe" }]),
      }),
      { code: "23514" },
    );
  },
);

dbTest(
  "an API key stands beside a token or in its place, and something always stays",
  async ({ sql, tenant }) => {
    const api_key_sid = `SK${hex()}`;
    assert.equal((await save(sql, tenant, { forget: "auth_token" })).outcome, "CREDENTIALS_CHANGED");
    assert.equal((await save(sql, tenant, { api_key_sid, api_key_secret: "jwe-key" })).outcome, "saved");
    assert.deepEqual((await secretsOf(sql, tenant)).apiKey, [api_key_sid, "jwe-key"]);
    assert.deepEqual((await secretsOf(sql, tenant)).tokens, ["jwe", null], "the token stays");
    assert.equal((await account(sql, tenant)).api_key_sid, api_key_sid);
    assert.equal((await save(sql, tenant, { forget: "auth_token" })).outcome, "CREDENTIALS_CHANGED");
    assert.deepEqual((await secretsOf(sql, tenant)).tokens, ["jwe", null], "nobody would sign");
    const shared_keys = sql.json([{ key_id: key("a"), secret: "jwe-a" }]);
    assert.equal((await save(sql, tenant, { forget: "auth_token", shared_keys })).outcome, "saved");
    assert.deepEqual((await secretsOf(sql, tenant)).tokens, [null, null]);
    assert.equal((await save(sql, tenant, { forget: "api_key" })).outcome, "CREDENTIALS_CHANGED");
    assert.equal((await save(sql, tenant, { forget: "api_key", encrypted_token: "jwe-2" })).outcome, "saved");
    const { tokens, apiKey } = await secretsOf(sql, tenant);
    assert.deepEqual([tokens, apiKey], [["jwe-2", null], [null, null]]);
  },
);

dbTest(
  "the previous token counts for a day, and for a minute once the new one signed",
  async ({ sql, tenant }) => {
    await save(sql, tenant, { encrypted_token: "jwe-2" });
    const until = async () => {
      const [row] = await sql`select extract(epoch from previous_until - now())::int as seconds
      from sms_private.twilio_credentials`;
      return row?.seconds;
    };
    assert(Math.abs(await until() - 86_400) < 60);
    assert.deepEqual((await secretsOf(sql, tenant)).rotating, true);
    const confirm = (sealed: string) =>
      call(sql, "sms_confirm_signer", { account_sid: tenant.accountSid, sealed });
    // A process that has not heard of the new token takes the old one for the current one.
    await confirm("jwe");
    assert(await until() > 3_600);
    await confirm("jwe-2");
    assert(Math.abs(await until() - 60) < 5);
    assert.deepEqual(await secretsOf(sql, tenant).then(({ tokens, rotating }) => [tokens, rotating]), [
      ["jwe-2", "jwe"],
      false,
    ]);
    await sql`update sms_private.twilio_credentials set previous_until = now()`;
    assert.deepEqual((await secretsOf(sql, tenant)).tokens, ["jwe-2", null]);
    const { account_id } = await call(sql, "sms_get_account", { account_sid: tenant.accountSid });
    const replace = (old: [string, string | null], next: [string, string | null]) =>
      call(sql, "sms_replace_credentials", {
        account_id,
        old_current: old[0],
        old_previous: old[1],
        new_current: next[0],
        new_previous: next[1],
      });
    assert.equal(
      (await replace(["jwe-2", null], ["jwe-3", "jwe-2"])).outcome,
      "replaced",
      "what ended is not there",
    );
    assert(Math.abs(await until() - 86_400) < 60);
    await sql`update sms_private.twilio_credentials set previous_until = now() + interval '1 hour'`;
    await replace(["jwe-3", "jwe-2"], ["jwe-3 anew", "jwe-2 anew"]);
    assert(await until() <= 3_600, "sealed anew it keeps its end");
  },
);

dbTest(
  "refused webhooks are counted for the account, its numbers and health, and say what to do",
  async ({ sql, tenant }) => {
    const other = await addTenant(sql);
    await refuse(sql, tenant, { reason: "SHARED_KEY_UNKNOWN", key_id: key("a") });
    await refuse(sql, tenant, { reason: "SHARED_KEY_UNKNOWN", key_id: key("a"), times: 4 });
    const [refused] = await refusedOf(sql, tenant);
    assert.deepEqual([refused?.reason, refused?.key_id, refused?.refused], [
      "SHARED_KEY_UNKNOWN",
      key("a"),
      5,
    ]);
    assert.match(
      String(refused?.message),
      new RegExp(`SharedKey ${key("a")}, which was not given here: 5 refused`),
    );

    const numbers = async (who: Tenant) =>
      (await callAs(sql, who, "sms_list_numbers")).phone_numbers as { webhook_problem: string | null }[];
    assert.equal((await numbers(tenant))[0]?.webhook_problem, refused?.message);
    const { webhooks_refused: [inHealth] } = await call(sql, "sms_worker_health") as unknown as {
      webhooks_refused: Record<string, unknown>[];
    };
    assert.deepEqual([inHealth?.account_sid, inHealth?.refused], [tenant.accountSid, 5]);

    // A second tenant sees nothing of it.
    assert.deepEqual(await refusedOf(sql, other), []);
    assert.equal((await numbers(other))[0]?.webhook_problem, null);
    assert.doesNotMatch(JSON.stringify(await callAs(sql, other, "sms_list_accounts")), new RegExp(key("a")));
    // Nor by naming the account where the view looks: users may call this as well.
    const [{ id } = {}] =
      await sql`select id from public.sms_accounts where account_sid = ${tenant.accountSid}`;
    const signersAs = ({ userId }: Tenant) =>
      as(sql, { role: "authenticated", userId }, async (session) => {
        const [row] = await session`select sms_private.my_signers_of(${id}) as signers`;
        return row?.signers;
      });
    assert.match(JSON.stringify(await signersAs(tenant)), new RegExp(key("a")));
    assert.equal(await signersAs(other), null);
  },
);

dbTest(
  "what was refused is forgotten when its key is given or signs, and after a day",
  async ({ sql, tenant }) => {
    const codes = async () =>
      (await refusedOf(sql, tenant)).map(({ reason, key_id }) => `${reason} ${key_id ?? "token"}`).sort();
    await refuse(sql, tenant);
    await refuse(sql, tenant, { reason: "SHARED_KEY_UNKNOWN", key_id: key("a") });
    await refuse(sql, tenant, { key_id: key("b") });
    await refuse(sql, tenant, {
      reason: "SIGNATURE_ALGORITHM_UNKNOWN",
      key_id: key("c"),
      algorithm: "HMAC_MD5",
    });
    assert.equal((await codes()).length, 4);
    for (const { message } of await refusedOf(sql, tenant)) assert(String(message).length > 50);
    await save(sql, tenant, { shared_keys: sql.json([{ key_id: key("a"), secret: "jwe-a" }]) });
    await call(sql, "sms_confirm_signer", { account_sid: tenant.accountSid, key_id: key("b") });
    assert.deepEqual(await codes(), [`SIGNATURE_ALGORITHM_UNKNOWN ${key("c")}`, "SIGNATURE_MISMATCH token"]);
    await save(sql, tenant, { encrypted_token: "jwe-2" });
    assert.deepEqual(await codes(), [`SIGNATURE_ALGORITHM_UNKNOWN ${key("c")}`]);
    await sql`update sms_private.refused_webhooks set last_at = now() - interval '25 hours', refused = 7`;
    assert.deepEqual(await codes(), []);
    await refuse(sql, tenant, {
      reason: "SIGNATURE_ALGORITHM_UNKNOWN",
      key_id: key("c"),
      algorithm: "HMAC_MD5",
    });
    assert.equal((await refusedOf(sql, tenant))[0]?.refused, 1, "it begins anew");
  },
);

const invented = (n: number) => `webhooks_sharedkey_${String(n).padStart(26, "0")}`;

const invent = (sql: Sql, tenant: Tenant, n: number) =>
  refuse(sql, tenant, { reason: "SHARED_KEY_UNKNOWN", key_id: invented(n) });

const AT_ONCE = {
  "the token and the API key": [{ forget: "auth_token" }, { forget: "api_key" }],
  "the API key and the token": [{ forget: "api_key" }, { forget: "auth_token" }],
  "the token twice": [{ forget: "auth_token" }, { forget: "auth_token" }],
};

for (const [what, [one, other]] of Object.entries(AT_ONCE)) {
  emptyDbTest(`${what} are not forgotten both at once: something stays to ask with`, async ({ sql }) => {
    const tenant = await addTenant(sql);
    await save(sql, tenant, {
      api_key_sid: `SK${hex()}`,
      api_key_secret: "jwe-key",
      shared_keys: sql.json([{ key_id: key("a"), secret: "jwe-a" }]),
    });
    const second = await whileOpen(
      sql,
      (holder) => save(holder, tenant, one ?? {}),
      () => save(sql, tenant, other ?? {}),
    );
    assert.equal(second.outcome, what === "the token twice" ? "saved" : "CREDENTIALS_CHANGED");
    const { tokens: [token], apiKey: [sid] } = await secretsOf(sql, tenant);
    assert.equal([token, sid].filter((secret) => secret !== null).length, 1);
  });
}

for (const removedFirst of [true, false]) {
  const order = removedFirst ? "key first" : "token first";
  emptyDbTest(`a token and the last SharedKey are not forgotten both at once (${order})`, async ({ sql }) => {
    const tenant = await addTenant(sql);
    await save(sql, tenant, {
      api_key_sid: `SK${hex()}`,
      api_key_secret: "jwe-key",
      shared_keys: sql.json([{ key_id: key("a"), secret: "jwe-a" }]),
    });
    const forget = (sql: Sql) => save(sql, tenant, { forget: "auth_token" });
    const remove = (sql: Sql) =>
      call(sql, "sms_remove_shared_key", {
        owner_id: tenant.userId,
        account_sid: tenant.accountSid,
        key_id: key("a"),
      });
    const second = removedFirst
      ? await whileOpen(sql, remove, () => forget(sql))
      : await whileOpen(sql, forget, () => remove(sql));
    assert.equal(second.outcome, removedFirst ? "CREDENTIALS_CHANGED" : "LAST_SIGNER");
  });
}

dbTest(
  "strangers cannot fill the table: fifty keys an account, and only connected ones",
  async ({ sql, tenant }) => {
    for (let n = 0; n < 60; n++) await invent(sql, tenant, n);
    assert.equal((await refusedOf(sql, tenant)).length, 50);
    assert.equal((await invent(sql, await addTenant(sql), 60)).outcome, "counted", "another account's is");
    const nobody = { ...tenant, accountSid: `AC${hex()}` };
    assert.equal((await refuse(sql, nobody)).outcome, "ignored");
  },
);

dbTest(
  "a key that signs one of fifty is shown, however many others are invented",
  async ({ sql, tenant }) => {
    const real = { reason: "SHARED_KEY_UNKNOWN", key_id: key("r") };
    const isShown = async () => (await refusedOf(sql, tenant)).some(({ key_id }) => key_id === real.key_id);
    for (let round = 0; round < 12; round++) {
      await refuse(sql, tenant, real);
      for (let n = 0; n < 40; n++) await invent(sql, tenant, round * 100 + n);
      assert(await isShown(), `round ${round}`);
    }
    const [told] = (await refusedOf(sql, tenant)).filter(({ key_id }) => key_id === real.key_id);
    assert.equal(told?.refused, 12, "what is counted is its own");
    assert.match(String(told?.message), /verify=1/);

    // Fifty that come a thousand times each: it is shown when it comes.
    await sql`delete from sms_private.refused_webhooks`;
    for (let n = 0; n < 50; n++) await refuse(sql, tenant, { ...real, key_id: invented(n), times: 1_000 });
    for (const n of [1, 2, 3]) {
      await refuse(sql, tenant, real);
      assert(await isShown(), `time ${n}`);
      await refuse(sql, tenant, { ...real, key_id: invented(n), times: 1_000 });
      assert.equal((await refusedOf(sql, tenant)).length, 50);
    }
  },
);

dbTest(
  "fifty invented keys hide no wrong token and no wrong secret, and are gone after a day",
  async ({ sql, tenant }) => {
    const other = await addTenant(sql);
    for (let n = 0; n < 50; n++) await invent(sql, tenant, n);
    await invent(sql, other, 0);
    assert.equal((await refuse(sql, tenant)).outcome, "counted", "a wrong token");
    assert.equal((await refuse(sql, tenant, { key_id: key("a") })).outcome, "counted", "a wrong secret");
    await sql`update sms_private.refused_webhooks set last_at = now() - interval '25 hours'
      where reason = 'SHARED_KEY_UNKNOWN'`;
    assert.equal((await invent(sql, tenant, 60)).outcome, "counted", "there is room again");
    const rows = await sql`select account.account_sid, count(*)::int from sms_private.refused_webhooks
      join public.sms_accounts account on account.id = account_id group by 1`;
    assert.deepEqual(
      new Map(rows.map((row) => [row.account_sid, row.count])),
      new Map([[tenant.accountSid, 3], [other.accountSid, 1]]),
      "what is old is deleted, of this account",
    );
  },
);

dbTest(
  "what anybody may have sent is not said to be Twilio's",
  async ({ sql, tenant }) => {
    await invent(sql, tenant, 0);
    await refuse(sql, tenant);
    await refuse(sql, tenant, { key_id: key("a") });
    await refuse(sql, tenant, { reason: "SIGNATURE_ALGORITHM_UNKNOWN", algorithm: "HMAC_MD5" });
    const told = await refusedOf(sql, tenant);
    assert.equal(told.length, 4);
    for (const { message } of told) {
      assert.match(String(message), /^Somebody, perhaps Twilio, signs webhooks of this account with /);
    }
  },
);

emptyDbTest(
  "the default account's refusals are the operator's: health has them, its tenants do not",
  async ({ sql }) => {
    const shared = `AC${hex()}`;
    await call(sql, "sms_save_account", { account_sid: shared });
    const tenant = { ...await addTenant(sql), accountSid: shared };
    const saved = await call(sql, "sms_save_number", {
      owner_id: tenant.userId,
      account_sid: shared,
      number: "+14155550100",
      assistant_id: tenant.assistantId,
      segments_per_second: 1,
    });
    assert.equal(saved.outcome, "saved");
    await refuse(sql, tenant);
    const health = await call(sql, "sms_worker_health") as unknown as { webhooks_refused: unknown[] };
    assert.equal(health.webhooks_refused.length, 1);
    const { phone_numbers } = await callAs(sql, tenant, "sms_list_numbers") as unknown as {
      phone_numbers: { webhook_problem: unknown }[];
    };
    assert.deepEqual(phone_numbers.map(({ webhook_problem }) => webhook_problem), [null, null]);
  },
);

dbTest(
  "sms_disconnect_account() forgets SharedKeys, the API key and what was refused",
  async ({ sql, tenant }) => {
    await save(sql, tenant, {
      shared_keys: sql.json([{ key_id: key("a"), secret: "jwe-a" }]),
      api_key_sid: `SK${hex()}`,
      api_key_secret: "jwe-key",
    });
    await refuse(sql, tenant);
    await call(sql, "sms_disconnect_account", { owner_id: tenant.userId, account_sid: tenant.accountSid });
    for (const table of ["twilio_credentials", "shared_keys", "refused_webhooks"]) {
      assert.equal((await sql`select from ${sql(`sms_private.${table}`)}`).length, 0, table);
    }
    const { account_sids } = await call(sql, "sms_list_account_sids");
    assert.deepEqual(account_sids, []);
  },
);

dbTest("sms_replace_secret() changes only the secret that the caller read", async ({ sql, tenant }) => {
  const api_key_sid = `SK${hex()}`;
  await save(sql, tenant, {
    shared_keys: sql.json([{ key_id: key("a"), secret: "jwe-a" }]),
    api_key_sid,
    api_key_secret: "jwe-key",
  });
  const { credentials: [listed] } = await call(sql, "sms_list_credentials") as unknown as {
    credentials: { account_id: string; secrets: Record<string, string> }[];
  };
  assert.deepEqual(listed?.secrets, { [key("a")]: "jwe-a", [api_key_sid]: "jwe-key" });
  const replace = async (name: string, old_secret: string) =>
    (await call(sql, "sms_replace_secret", {
      account_id: listed?.account_id,
      name,
      old_secret,
      new_secret: `${old_secret} anew`,
    })).outcome;
  assert.equal(await replace(key("a"), "jwe-key"), "CREDENTIALS_CHANGED");
  assert.equal(await replace(key("a"), "jwe-a"), "replaced");
  assert.equal(await replace(api_key_sid, "jwe-key"), "replaced");
  const { sharedKeys, apiKey } = await secretsOf(sql, tenant);
  assert.deepEqual([sharedKeys, apiKey[1]], [{ [key("a")]: "jwe-a anew" }, "jwe-key anew"]);
});
