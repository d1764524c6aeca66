import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { addTenant, addUser, type Answer, call, callAs, hex } from "./support.ts";

async function save(sql: Sql, args: Record<string, unknown>): Promise<Answer> {
  return await call(sql, "sms_save_account", args);
}

async function tokens(sql: Sql, accountSid: string): Promise<unknown> {
  const account = await call(sql, "sms_get_account", { account_sid: accountSid });
  return account && [account.current_token, account.previous_token];
}

const trunk = `TK${hex()}`;

emptyDbTest("sms_save_account() shows its owner all but the token", async ({ sql }) => {
  const [owner_id, account_sid] = [await addUser(sql), `AC${hex()}`];
  const saved = await save(sql, {
    account_sid,
    owner_id,
    encrypted_token: "jwe-1",
    label: "Bakery",
    trunk_sid: trunk,
  });
  assert.equal(saved.outcome, "saved");
  const account = saved.account as Record<string, unknown>;
  assert.deepEqual(Object.keys(account).sort(), [
    "account_sid",
    "api_key_sid",
    "created_at",
    "credentials_unreadable",
    "disconnected_at",
    "id",
    "label",
    "previous_until",
    "shared_keys",
    "trunk_sid",
    "updated_at",
    "webhooks_refused",
  ]);
  assert.deepEqual([
    account.id,
    account.account_sid,
    account.label,
    account.trunk_sid,
    account.disconnected_at,
  ], [
    saved.account_id,
    account_sid,
    "Bakery",
    trunk,
    null,
  ]);
  assert.deepEqual(await tokens(sql, account_sid), ["jwe-1", null]);
});

emptyDbTest("sms_save_account() keeps the previous token, the label and the trunk", async ({ sql }) => {
  const [owner_id, account_sid] = [await addUser(sql), `AC${hex()}`];
  await save(sql, { account_sid, owner_id, encrypted_token: "jwe-1", label: "Bakery", trunk_sid: trunk });
  const again = await save(sql, { account_sid, owner_id, encrypted_token: "jwe-2" });
  assert.deepEqual(await tokens(sql, account_sid), ["jwe-2", "jwe-1"]);
  const { label, trunk_sid } = again.account as Record<string, unknown>;
  assert.deepEqual([label, trunk_sid], ["Bakery", trunk]);
  const cleared = await save(sql, { account_sid, owner_id, label: "", trunk_sid: "" });
  assert.deepEqual(await tokens(sql, account_sid), ["jwe-2", "jwe-1"], "no token, no change");
  const bare = cleared.account as Record<string, unknown>;
  assert.deepEqual([bare.label, bare.trunk_sid], [null, null]);
});

emptyDbTest("sms_save_account() without a token makes no account", async ({ sql }) => {
  const [owner_id, account_sid] = [await addUser(sql), `AC${hex()}`];
  const changed = { outcome: "CREDENTIALS_CHANGED" };
  assert.deepEqual(await save(sql, { account_sid, owner_id, label: "Bakery" }), changed);
  await save(sql, { account_sid, owner_id, encrypted_token: "jwe-1" });
  const late = await sql.begin(async (transaction) => {
    await transaction`select public.sms_disconnect_account(${owner_id}, ${account_sid})`;
    return { saving: save(sql, { account_sid, owner_id, label: "Bakery" }) };
  });
  assert.deepEqual(await late.saving, changed);
  assert.equal((await sql`select id from public.sms_accounts`).length, 0);
});

emptyDbTest("sms_save_account() refuses another tenant's and the shared account", async ({ sql }) => {
  const [owner, other] = [await addTenant(sql), await addTenant(sql)];
  const shared = `AC${hex()}`;
  await save(sql, { account_sid: shared });
  const rows = () =>
    sql`select a.*, t.* from public.sms_accounts a
    left join sms_private.twilio_credentials t on t.account_id = a.id order by a.id`;
  const before = [...await rows()];
  const theirs = { owner_id: other.userId, encrypted_token: "jwe-x", label: "Mine", trunk_sid: trunk };
  assert.deepEqual(await save(sql, { account_sid: owner.accountSid, ...theirs }), {
    outcome: "ACCOUNT_TAKEN",
  });
  assert.deepEqual(await save(sql, { account_sid: shared, ...theirs }), { outcome: "DEFAULT_ACCOUNT" });
  assert.deepEqual(
    await save(sql, { account_sid: owner.accountSid }),
    { outcome: "ACCOUNT_TAKEN" },
    "nor the operator",
  );
  assert.deepEqual([...await rows()], before);
  assert.equal((await save(sql, { account_sid: shared })).outcome, "saved", "the operator may name it again");
});

emptyDbTest("sms_save_account() gives an account to one of two at the same moment", async ({ sql }) => {
  const account_sid = `AC${hex()}`;
  const users = [await addUser(sql), await addUser(sql)];
  const answers = await Promise.all(
    users.map((owner_id) => save(sql, { account_sid, owner_id, encrypted_token: `jwe-${owner_id}` })),
  );
  assert.deepEqual(answers.map(({ outcome }) => outcome).sort(), ["ACCOUNT_TAKEN", "saved"]);
  const winner = users[answers.findIndex(({ outcome }) => outcome === "saved")];
  assert.deepEqual(await tokens(sql, account_sid), [`jwe-${winner}`, null]);
});

emptyDbTest("sms_list_accounts() shows a tenant its own accounts only", async ({ sql }) => {
  const [owner, other] = [await addTenant(sql), await addTenant(sql)];
  const second = `AC${hex()}`;
  await save(sql, { account_sid: second, owner_id: owner.userId, encrypted_token: "jwe" });
  await save(sql, { account_sid: `AC${hex()}` });
  const listed = async (who: { userId: string }, args = {}) => {
    const answer = await callAs(sql, who, "sms_list_accounts", args);
    assert.doesNotMatch(JSON.stringify(answer), /jwe|token|user_id/);
    return answer.outcome === "listed"
      ? (answer.accounts as { account_sid: string }[]).map((account) => account.account_sid)
      : answer.outcome;
  };
  assert.deepEqual(await listed(owner), [owner.accountSid, second]);
  assert.deepEqual(await listed(owner, { account_sid: second }), [second]);
  assert.deepEqual(await listed(other), [other.accountSid]);
  assert.equal(await listed(other, { account_sid: second }), "ACCOUNT_NOT_FOUND");
  assert.deepEqual(await listed({ userId: await addUser(sql) }), []);
});

emptyDbTest("sms_list_credentials() pages through all tokens in a steady order", async ({ sql }) => {
  const tenants = [await addTenant(sql), await addTenant(sql), await addTenant(sql)];
  const seen: string[] = [];
  let after_id: string | null = null;
  for (;;) {
    const page = await call(sql, "sms_list_credentials", { after_id, page_size: 2 });
    const rows = page.credentials as { account_id: string; account_sid: string; current_token: string }[];
    if (rows.length === 0) break;
    assert(rows.length <= 2);
    seen.push(...rows.map((row) => row.account_sid));
    after_id = rows.at(-1)?.account_id ?? null;
  }
  assert.deepEqual(seen, tenants.map((tenant) => tenant.accountSid));
});

emptyDbTest("sms_replace_credentials() changes only the tokens the caller read", async ({ sql }) => {
  const { userId, accountSid } = await addTenant(sql);
  const { account_id } = await save(sql, {
    account_sid: accountSid,
    owner_id: userId,
    encrypted_token: "jwe-2",
  });
  const replace = async (old_current: string, old_previous: string | null, next: [string, string | null]) =>
    (await call(sql, "sms_replace_credentials", {
      account_id,
      old_current,
      old_previous,
      new_current: next[0],
      new_previous: next[1],
    })).outcome;
  assert.equal(await replace("jwe", "jwe", ["a", "b"]), "CREDENTIALS_CHANGED");
  assert.equal(await replace("jwe-2", null, ["a", "b"]), "CREDENTIALS_CHANGED");
  assert.deepEqual(await tokens(sql, accountSid), ["jwe-2", "jwe"]);
  assert.equal(await replace("jwe-2", "jwe", ["jwe-3", null]), "replaced");
  assert.equal(await replace("jwe-3", null, ["jwe-4", "jwe-3"]), "replaced", "null is compared too");
  assert.deepEqual(await tokens(sql, accountSid), ["jwe-4", "jwe-3"]);
});
