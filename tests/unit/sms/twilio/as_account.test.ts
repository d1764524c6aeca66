import assert from "node:assert/strict";
import {
  asAccount,
  type TwilioCredentials,
} from "../../../../supabase/functions/_shared/sms/twilio/as_account.ts";
import { unavailable } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import type { AccountTokens } from "../../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { ACCOUNT, fakeClient, secretsWith } from "../support.ts";

const answer = (status: number, code?: number) =>
  Object.assign(new Error("Twilio's words"), { status, code });

function accountsWith(first: string[] | null, afresh: string[] | null = first) {
  const known = (tokens: string[] | null): AccountTokens | null => tokens && secretsWith(tokens);
  return {
    client: fakeClient({}),
    accounts: {
      read: () => Promise.resolve(known(first)),
      readAfresh: () => Promise.resolve(known(afresh)),
    },
  };
}

/** Twilio, which takes one token. */
const takes = (good: string) => {
  const tried: string[] = [];
  const work = ({ accountSid, authToken }: { accountSid: string; authToken: string }) => {
    tried.push(authToken);
    return authToken === good ? Promise.resolve(accountSid) : Promise.reject(answer(401, 20003));
  };
  return { tried, work };
};

Deno.test("asAccount() takes the current token, and one read afresh when Twilio refuses it", async () => {
  const { tried, work } = takes("new");
  assert.equal(await asAccount(accountsWith(["new", "old"]), ACCOUNT, work), ACCOUNT);
  assert.equal(await asAccount(accountsWith(["old"], ["new", "old"]), ACCOUNT, work), ACCOUNT);
  assert.deepEqual(tried, ["new", "old", "new"]);
});

Deno.test("asAccount() asks once when there is no other token, and never about anything but the token", async () => {
  const { tried, work } = takes("new");
  await assert.rejects(asAccount(accountsWith(["old"]), ACCOUNT, work), { status: 401 });
  await assert.rejects(asAccount(accountsWith(["old"], null), ACCOUNT, work), { status: 401 });
  assert.deepEqual(tried, ["old", "old"]);
  const refused = () => Promise.reject(answer(404, 20404));
  await assert.rejects(asAccount(accountsWith(["old"], ["new"]), ACCOUNT, refused), { status: 404 });
});

Deno.test("asAccount() does not ask Twilio for an account that nobody connected", async () => {
  const { tried, work } = takes("new");
  for (const tokens of [null, []]) {
    await assert.rejects(asAccount(accountsWith(tokens), ACCOUNT, work), {
      code: "TWILIO_20003",
      status: 422,
    });
  }
  assert.deepEqual(tried, []);
});

Deno.test("asAccount() takes an answer for a refusal of the token where it is told how to know one", async () => {
  const tried: string[] = [];
  const work = ({ authToken }: { authToken: string }) => {
    tried.push(authToken);
    return Promise.resolve(authToken === "new" ? "yes" : "refused");
  };
  const refuses = (said: string) => said === "refused";
  assert.equal(await asAccount(accountsWith(["old"], ["new"]), ACCOUNT, work, refuses), "yes");
  assert.equal(await asAccount(accountsWith(["old"]), ACCOUNT, work, refuses), "refused");
  assert.equal(await asAccount(accountsWith(["old"], ["new"]), ACCOUNT, work), "refused");
  assert.deepEqual(tried, ["old", "new", "old", "old"]);
});

Deno.test("asAccount() says so when the token cannot be read again", async () => {
  const { tried, work } = takes("new");
  const { client, accounts } = accountsWith(["old"]);
  const down = { ...accounts, readAfresh: () => Promise.reject(new Error("database")) };
  await assert.rejects(asAccount({ client, accounts: down }, ACCOUNT, work), /database/);
  assert.deepEqual(tried, ["old"]);
});

Deno.test("asAccount() asks with the API key where there is one, and with one read afresh when Twilio refuses it", async () => {
  const key = (secret: string) => secretsWith(["token"], { apiKey: { sid: "SK1", secret } });
  const accounts = {
    read: () => Promise.resolve(key("old")),
    readAfresh: () => Promise.resolve(key("new")),
  };
  const asked: unknown[] = [];
  const work = (as: TwilioCredentials) => {
    asked.push([as.apiKeySid, as.authToken]);
    return as.authToken === "new" ? Promise.resolve("done") : Promise.reject(answer(401, 20003));
  };
  assert.equal(await asAccount({ accounts, client: fakeClient({}) }, ACCOUNT, work), "done");
  assert.deepEqual(asked, [["SK1", "old"], ["SK1", "new"]]);
});

Deno.test("asAccount() says what Twilio refused when the account may not be looked at again", async () => {
  const { client, accounts } = accountsWith(["old"]);
  const tooOften = { ...accounts, readAfresh: () => Promise.reject(unavailable("not now")) };
  const { work } = takes("new");
  await assert.rejects(asAccount({ accounts: tooOften, client }, ACCOUNT, work), { status: 401 });
});
