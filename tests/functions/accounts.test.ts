import { strict as assert } from "node:assert";
import {
  AccountsResponse,
  DisconnectAccountResponse,
} from "../../supabase/functions/_shared/sms/contract/accounts.ts";
import { askedDuring, callAccounts, connect, stored } from "./accounts_support.ts";
import {
  answersPreflights,
  type Endpoint,
  refusesOtherBodies,
  refusesOtherMethods,
  refusesStrangers,
} from "./callers.ts";
import { newSid, stackForFile } from "./support.ts";
import { connectTenant, operator } from "./tenants.ts";

const stack = await stackForFile({ worker: false });
const { carrier, sql } = stack;
const [user, other] = [await stack.createUser(), await connectTenant(stack)];

const account = carrier.addAccount();
const post: Endpoint = {
  name: "sms-accounts",
  method: "POST",
  body: { account_sid: account.accountSid, auth_token: account.authToken },
  secretKey: "accepted",
};
const get = (path = ""): Endpoint => ({
  name: "sms-accounts",
  method: "GET",
  path,
  secretKey: "accepted",
});
const remove = (path: string): Endpoint => ({
  name: "sms-accounts",
  method: "DELETE",
  path,
  secretKey: "accepted",
});

refusesStrangers(stack, post);
refusesStrangers(stack, get());
refusesStrangers(stack, get(`/${other.accountSid}`));
refusesStrangers(stack, remove(`/${other.accountSid}`));
refusesOtherMethods(stack, post, ["GET", "POST", "DELETE"]);
answersPreflights(stack, post);
answersPreflights(stack, remove(`/${other.accountSid}`));
const wrong = (field: string, value: unknown) => ({ body: { ...post.body, [field]: value }, field });
refusesOtherBodies(stack, user, post, {
  "an API key in place of the account": wrong("account_sid", newSid("SK")),
  "a SID in capitals": wrong("account_sid", account.accountSid.toUpperCase()),
  "a SID with a path": wrong("account_sid", `${account.accountSid}/../x`),
  "no SID": { body: { auth_token: account.authToken }, field: "account_sid" },
  "no token": { body: { account_sid: account.accountSid }, field: "auth_token" },
  "an empty token": wrong("auth_token", ""),
  "a token with a space": wrong("auth_token", ` ${account.authToken}`),
  "a token with a line break": wrong("auth_token", `${account.authToken}\r\nx-evil: 1`),
  "a token that is a number": wrong("auth_token", 7),
  "a token that is too long": wrong("auth_token", "a".repeat(129)),
  "a trunk that is none": wrong("trunk_sid", newSid("PN")),
  "a label that is too long": wrong("label", "x".repeat(201)),
  "a label that is a list": wrong("label", []),
  "somebody else as owner": { body: { ...post.body, user_id: other.id }, field: "user_id" },
});
Deno.test("an account is checked with Twilio, stored, listed, shown, disconnected and gone", async () => {
  const owner = await stack.createUser();
  const mine = carrier.addAccount();
  assert.deepEqual((await callAccounts(owner.client, "GET")).body, { accounts: [] });
  const trunk_sid = carrier.addTrunk(mine.accountSid);
  const asked = await askedDuring(stack, async () => {
    const connected = await connect(owner, mine, { trunk_sid, label: "Bakery 🥐" });
    assert.equal(connected.status, 201);
    const { label, disconnected_at, ...rest } = connected.body.account;
    assert.deepEqual([rest.account_sid, rest.trunk_sid, label, disconnected_at], [
      mine.accountSid,
      trunk_sid,
      "Bakery 🥐",
      null,
    ]);
  });
  assert.deepEqual(asked, [
    `GET /2010-04-01/Accounts/${mine.accountSid}.json`,
    `GET /v1/Trunks/${trunk_sid}`,
  ]);

  const listed = AccountsResponse.parse((await callAccounts(owner.client, "GET")).body);
  assert.deepEqual(listed.accounts.map((one) => one.account_sid), [mine.accountSid]);
  const shown = await callAccounts(owner.client, "GET", `/${mine.accountSid}`);
  assert.deepEqual(shown.body, { account: listed.accounts[0] });

  const gone = await callAccounts(owner.client, "DELETE", `/${mine.accountSid}`);
  assert.deepEqual(DisconnectAccountResponse.parse(gone.body), {
    account_sid: mine.accountSid,
    disconnected: true,
  });
  assert.equal((await callAccounts(owner.client, "DELETE", `/${mine.accountSid}`)).status, 404);
  assert.deepEqual((await callAccounts(owner.client, "GET")).body, { accounts: [] });
});

Deno.test("one tenant connects several accounts; the same again is 200, and only what is named changes", async () => {
  const owner = await stack.createUser();
  const accounts = [carrier.addAccount(), carrier.addAccount()];
  for (const mine of accounts) assert.equal((await connect(owner, mine, { label: "Mine" })).status, 201);
  const [first] = accounts;
  assert(first);
  const again = await connect(owner, first);
  assert.deepEqual([again.status, again.body.account.label], [200, "Mine"]);
  assert.equal((await connect(owner, first, { label: "" })).body.account.label, null);
  const { body } = await callAccounts(owner.client, "GET");
  assert.deepEqual(
    body.accounts.map((one: { account_sid: string }) => one.account_sid),
    accounts.map((one) => one.accountSid),
  );
});

Deno.test("a user without an email address connects an account like any other", async () => {
  const nameless = await stack.createUser();
  await sql`update auth.users set email = null where id = ${nameless.id}`;
  assert.equal((await connect(nameless, carrier.addAccount())).status, 201);
});

Deno.test("Twilio's refusals are explained, and nothing is stored", async () => {
  const owner = await stack.createUser();
  const [mine, suspended] = [carrier.addAccount(), carrier.addAccount()];
  carrier.setAccountStatus(suspended.accountSid, "suspended");
  const foreignTrunk = carrier.addTrunk(other.accountSid);
  const before = await stored(stack);
  const cases: [string, { accountSid: string; authToken: string }, Record<string, unknown>][] = [
    ["422 TWILIO_20003", { ...mine, authToken: "0".repeat(32) }, {}],
    ["422 TWILIO_20003", { ...mine, accountSid: newSid("AC") }, {}],
    // Another tenant's account with a guessed token is refused as any other: nobody learns that it is connected.
    ["422 TWILIO_20003", { ...other, authToken: mine.authToken }, {}],
    ["422 ACCOUNT_NOT_ACTIVE", suspended, {}],
    ["422 TRUNK_NOT_FOUND", mine, { trunk_sid: newSid("TK") }],
    ["422 TRUNK_NOT_FOUND", mine, { trunk_sid: foreignTrunk }],
  ];
  for (const [refusal, claimed, more] of cases) {
    const { status, body } = await connect(owner, claimed, more);
    assert.equal(`${status} ${body.code}`, refusal);
    assert(body.message.length > 30 && !body.message.includes(claimed.authToken), body.message);
  }
  carrier.faults.set({ readFailNext: 1 });
  assert.equal((await connect(owner, mine)).status, 503);
  carrier.faults.reset();
  await carrier.goDown();
  assert.equal((await connect(owner, mine)).status, 503);
  await carrier.comeBack();
  assert.deepEqual(await stored(stack), before);
  assert.equal((await connect(owner, mine)).status, 201, "and the same account connects once all is well");
});

Deno.test("the operator's account is refused with Twilio unasked, whether the settings name it or the database", async () => {
  const owner = await stack.createUser();
  const shared = carrier.addAccount();
  const { error } = await operator(stack).rpc("sms_save_account", { account_sid: shared.accountSid });
  assert.equal(error, null);
  const before = await stored(stack);
  const asked = await askedDuring(stack, async () => {
    for (const { accountSid, authToken } of [stack, shared]) {
      const { status, body } = await connect(owner, { accountSid, authToken });
      assert.deepEqual([status, body.code], [409, "DEFAULT_ACCOUNT"]);
    }
  });
  assert.deepEqual(asked, []);
  assert.deepEqual(await stored(stack), before);
});

Deno.test("another tenant's account is refused to whoever has its token too, and stays as it was", async () => {
  const owner = await stack.createUser();
  const credentials = () => sql`select * from sms_private.twilio_credentials order by account_id`;
  const [before, tokens] = [await stored(stack), await credentials()];
  const { status, body } = await connect(owner, other, { label: "Mine now" });
  assert.deepEqual([status, body.code], [409, "ACCOUNT_TAKEN"]);
  assert.deepEqual(await stored(stack), before);
  assert.deepEqual([...await credentials()], [...tokens]);
  const seen = await callAccounts(other.client, "GET", `/${other.accountSid}`);
  assert.equal(seen.body.account.label, null);
});

Deno.test("guessing tokens ends after ten tries a minute, before Twilio is asked, and for the guesser alone", async () => {
  const [guesser, neighbour] = [await stack.createUser(), await stack.createUser()];
  const mine = carrier.addAccount();
  const asked = await askedDuring(stack, async () => {
    for (let guess = 0; guess < 10; guess++) {
      const { status } = await connect(guesser, { ...mine, authToken: `guess-${guess}` });
      assert.equal(status, 422);
    }
  });
  assert.equal(asked.length, 10);
  const none = await askedDuring(stack, async () => {
    const response = await fetch(`${stack.ready.functionsUrl}/sms-accounts`, {
      method: "POST",
      headers: {
        apikey: stack.ready.publishableKey,
        authorization: `Bearer ${guesser.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ account_sid: mine.accountSid, auth_token: mine.authToken }),
    });
    assert.equal(response.status, 429);
    assert(Number(response.headers.get("retry-after")) >= 1);
    assert.equal((await response.json()).code, "RATE_LIMITED");
  });
  assert.deepEqual(none, []);
  assert.equal((await connect(neighbour, mine)).status, 201);
});

Deno.test("a token that outlived its user connects nothing", async () => {
  const gone = await stack.createUser();
  await sql`delete from auth.users where id = ${gone.id}`;
  const asked = await askedDuring(stack, async () => {
    const { status, body } = await connect(gone, carrier.addAccount());
    assert.deepEqual([status, body.code], [404, "USER_NOT_FOUND"]);
  });
  assert.deepEqual(asked, []);
});
