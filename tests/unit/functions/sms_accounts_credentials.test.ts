import assert from "node:assert/strict";
import { createVault } from "../../../supabase/functions/_shared/sms/twilio/vault.ts";
import { nextCredentials } from "../../../supabase/functions/sms-accounts/credentials.ts";
import { ACCOUNT, vault } from "../sms/support.ts";

const lost = createVault([new TextEncoder().encode("x".repeat(32))]);
const seal = (auth_token: string, by = vault) => by.seal({ account_sid: ACCOUNT, auth_token });

interface Stored {
  current: string;
  previous: string | null;
}

/** Gives a token to an account that has these sealed ones. `gone` are tokens that Twilio does not take any more. */
async function give(authToken: string, stored: Stored, gone: string[] = []) {
  const asked: string[] = [];
  const accepts = ({ authToken: token }: { authToken: string }) => {
    asked.push(token);
    return Promise.resolve(!gone.includes(token));
  };
  const next = await nextCredentials(
    { vault, twilio: { accepts } },
    { account_sid: ACCOUNT, current_token: stored.current, previous_token: stored.previous },
    authToken,
  );
  const open = async (sealed: string | null) => sealed && await vault.open(sealed, ACCOUNT);
  return {
    asked,
    next: next && [await open(next.current_token), await open(next.previous_token)],
    sealed: next,
  };
}

Deno.test("a next token becomes current, and the one before stays as previous, sealed as it was", async () => {
  const stored = { current: await seal("one"), previous: null };
  const { next, sealed, asked } = await give("two", stored);
  assert.deepEqual(next, ["two", "one"]);
  assert.equal(sealed?.previous_token, stored.current);
  assert.deepEqual(asked, ["one"], "Twilio is asked whether it may still sign");
});

Deno.test("a token that Twilio has ended already counts no more once the new one is given", async () => {
  const { next } = await give("two", { current: await seal("one"), previous: null }, ["one"]);
  assert.deepEqual(next, ["two", null]);
  const older = await give("three", { current: await seal("two"), previous: await seal("one") }, [
    "one",
    "two",
  ]);
  assert.deepEqual(older.next, ["three", null]);
});

Deno.test("the same token given again changes nothing, however differently it was sealed", async () => {
  assert.equal((await give("two", { current: await seal("two"), previous: await seal("one") })).next, null);
  assert.equal((await give("two", { current: await seal("two"), previous: null })).next, null);
});

Deno.test("the same token given again ends the one before if Twilio has, or if it is the same", async () => {
  const stored = { current: await seal("two"), previous: await seal("one") };
  const { next, sealed, asked } = await give("two", stored, ["one"]);
  assert.deepEqual([next, asked], [["two", null], ["one"]]);
  assert.equal(sealed?.current_token, stored.current);
  const twice = await give("two", { current: stored.current, previous: await seal("two") });
  assert.deepEqual([twice.next, twice.asked], [["two", null], []]);
});

Deno.test("the previous token given again changes places with the current one", async () => {
  const { next, asked } = await give("one", { current: await seal("two"), previous: await seal("one") });
  assert.deepEqual(next, ["one", "two"]);
  assert.deepEqual(asked, ["two"]);
});

Deno.test("a third token replaces the older of two that are good", async () => {
  const { next } = await give("three", { current: await seal("two"), previous: await seal("one") }, ["one"]);
  assert.deepEqual(next, ["three", "two"]);
});

Deno.test("a next token that was deleted before its promotion gives way, not the one that still signs", async () => {
  const { next } = await give("three", { current: await seal("two"), previous: await seal("one") }, ["two"]);
  assert.deepEqual(next, ["three", "one"]);
});

Deno.test("tokens that cannot be opened any more go, and never the one that can", async () => {
  const [sealed, unreadable] = [await seal("one"), await seal("lost", lost)];
  assert.deepEqual((await give("one", { current: sealed, previous: unreadable })).next, ["one", null]);
  assert.deepEqual((await give("two", { current: sealed, previous: unreadable })).next, ["two", "one"]);
  assert.deepEqual((await give("two", { current: unreadable, previous: sealed })).next, ["two", "one"]);
  assert.deepEqual((await give("two", { current: unreadable, previous: null })).next, ["two", null]);
  assert.deepEqual((await give("two", { current: "no JWE", previous: unreadable })).next, ["two", null]);
});
