import assert from "node:assert/strict";
import { createVault } from "../../../supabase/functions/_shared/sms/twilio/vault.ts";
import type { SealedCredential } from "../../../supabase/functions/sms-accounts/verbs.ts";
import { reencryptCredentials } from "../../../tools/reencrypt_credentials.ts";
import { fakeClient } from "../sms/support.ts";

const key = (letter: string) => new TextEncoder().encode(letter.repeat(32));
const [before, after, lost] = [
  createVault([key("a")]),
  createVault([key("b"), key("a")]),
  createVault([key("c")]),
];
const newKeyAlone = createVault([key("b")]);
const sidOf = (n: number) => `AC${String(n).padStart(32, "0")}`;

type Sealing = [vault: typeof before, token: string];

/** A database with these tokens (current, previous), one account each. */
async function stored(...accounts: [Sealing, Sealing?][]) {
  const seal = ([vault, auth_token]: Sealing, n: number) => vault.seal({ account_sid: sidOf(n), auth_token });
  const rows: SealedCredential[] = await Promise.all(accounts.map(async ([current, previous], n) => ({
    account_id: String(n).padStart(4, "0"),
    account_sid: sidOf(n),
    current_token: await seal(current, n),
    previous_token: previous ? await seal(previous, n) : null,
    secrets: {},
  })));
  const client = fakeClient({
    sms_list_credentials: ({ after_id, page_size }) => ({
      outcome: "listed",
      credentials: rows.filter((row) => row.account_id > String(after_id ?? "")).slice(0, Number(page_size))
        .map((row) => ({ ...row })),
    }),
    sms_replace_credentials: (args) => {
      const row = rows.find((one) => one.account_id === args.account_id);
      if (!row || row.current_token !== args.old_current || row.previous_token !== args.old_previous) {
        return { outcome: "CREDENTIALS_CHANGED" };
      }
      Object.assign(row, { current_token: args.new_current, previous_token: args.new_previous });
      return { outcome: "replaced" };
    },
    sms_replace_secret: ({ account_id, name, old_secret, new_secret }) => {
      const secrets = rows.find((row) => row.account_id === account_id)?.secrets ?? {};
      if (secrets[String(name)] !== old_secret) return { outcome: "CREDENTIALS_CHANGED" };
      secrets[String(name)] = String(new_secret);
      return { outcome: "replaced" };
    },
  });
  return { rows, client };
}

const openWithNewKey = (row: SealedCredential | undefined) =>
  Promise.all(
    [row?.current_token, row?.previous_token].map((sealed) =>
      sealed ? newKeyAlone.open(sealed, row?.account_sid ?? "") : sealed
    ),
  );

Deno.test("every token is sealed with the first key, the previous ones too, and opens without the old key", async () => {
  const { rows, client } = await stored([[before, "one"]], [[before, "two"], [before, "old"]], [[
    after,
    "three",
  ], [
    before,
    "older",
  ]]);
  const outcomes = await reencryptCredentials(client, after);
  assert.deepEqual([...outcomes.values()], ["resealed", "resealed", "resealed"]);
  assert.deepEqual(await Promise.all(rows.map(openWithNewKey)), [["one", null], ["two", "old"], [
    "three",
    "older",
  ]]);
});

Deno.test("a second run changes nothing", async () => {
  const { rows, client } = await stored([[before, "one"]], [[after, "two"]]);
  await reencryptCredentials(client, after);
  const first = structuredClone(rows);
  assert.deepEqual([...(await reencryptCredentials(client, after)).values()], ["current", "current"]);
  assert.deepEqual(rows, first);
  assert.equal(client.of("sms_replace_credentials").length, 1);
});

Deno.test("a token that cannot be opened is told of and left, and its neighbours and its pair are sealed anew", async () => {
  const { rows, client } = await stored([[before, "one"], [lost, "gone"]], [[lost, "two"]], [[
    before,
    "three",
  ]]);
  const { previous_token } = { ...rows[0] };
  const outcomes = await reencryptCredentials(client, after);
  assert.deepEqual([...outcomes], [[sidOf(0), "unreadable"], [sidOf(1), "unreadable"], [
    sidOf(2),
    "resealed",
  ]]);
  assert.equal(await newKeyAlone.open(rows[0]?.current_token ?? "", sidOf(0)), "one");
  assert.equal(rows[0]?.previous_token, previous_token);
});

Deno.test("a token saved between reading and writing is not overwritten, but looked at again", async () => {
  const { rows, client } = await stored([[before, "one"]], [[before, "two"]]);
  const saved = await before.seal({ account_sid: sidOf(0), auth_token: "saved meanwhile" });
  const disturbed = {
    rpc(verb: string, args: Record<string, unknown>) {
      const meanwhile = verb === "sms_replace_credentials" && args.account_id === "0000" &&
        client.of("sms_replace_credentials").length === 0;
      if (meanwhile) Object.assign(rows[0] ?? {}, { current_token: saved });
      return client.rpc(verb, args);
    },
  };
  const outcomes = await reencryptCredentials(disturbed, after);
  assert.deepEqual([...outcomes.values()], ["resealed", "resealed"]);
  assert.deepEqual(await openWithNewKey(rows[0]), ["saved meanwhile", null]);
});

Deno.test("a token that is changed every time is told of, not waited for", async () => {
  const { client } = await stored([[before, "one"]]);
  const busy = {
    rpc: (verb: string, args: Record<string, unknown>) =>
      verb === "sms_replace_credentials"
        ? Promise.resolve({ data: { outcome: "CREDENTIALS_CHANGED" }, error: null })
        : client.rpc(verb, args),
  };
  assert.deepEqual([...(await reencryptCredentials(busy, after)).values()], ["changed"]);
  assert.equal(client.of("sms_list_credentials").length, 6, "three passes of two pages");
});

Deno.test("more accounts than a page holds are all sealed anew", async () => {
  const { client } = await stored(...Array.from({ length: 250 }, (): [Sealing] => [[before, "token"]]));
  const outcomes = await reencryptCredentials(client, after);
  assert.equal(outcomes.size, 250);
  assert.deepEqual(new Set(outcomes.values()), new Set(["resealed"]));
});

Deno.test("secrets of SharedKeys and API keys are sealed anew by their names, also without a token", async () => {
  const { rows, client } = await stored([[before, "one"]], [[after, "two"]], [[after, "three"]]);
  const seal = (vault: typeof before, n: number, key: string) =>
    vault.seal({ account_sid: sidOf(n), auth_token: `secret of ${key}`, key });
  Object.assign(rows[0] ?? {}, {
    current_token: null,
    secrets: { SK1: await seal(before, 0, "SK1"), key: await seal(before, 0, "key") },
  });
  Object.assign(rows[1]?.secrets ?? {}, { key: await seal(after, 1, "key") });
  Object.assign(rows[2]?.secrets ?? {}, { key: await seal(lost, 2, "key") });
  const outcomes = await reencryptCredentials(client, after);
  assert.deepEqual([...outcomes.values()], ["resealed", "current", "unreadable"]);
  for (const [name, secret] of Object.entries(rows[0]?.secrets ?? {})) {
    assert.equal(await newKeyAlone.open(secret, sidOf(0), name), `secret of ${name}`);
  }
});
