import assert from "node:assert/strict";
import { unavailable } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import type { TwilioAccounts } from "../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { createAskTwilio } from "../../../supabase/functions/sms-worker/questions/ask.ts";
import { ACCOUNT, fakeClient, secretsWith } from "../sms/support.ts";

const client = fakeClient({});
const known = (token: string) => secretsWith([token]);

function accounts(read: string | null, fresh: string | null = read): TwilioAccounts {
  return {
    read: () => Promise.resolve(read === null ? null : known(read)),
    readAfresh: () => Promise.resolve(fresh === null ? null : known(fresh)),
  };
}

const throwing = (error: unknown) => () => Promise.reject(error);

Deno.test("a question is asked with the account's token", async () => {
  const asked = await createAskTwilio(accounts("one"))(client, ACCOUNT, (who) => Promise.resolve(who));
  assert.deepEqual(asked, { answer: { accountSid: ACCOUNT, authToken: "one" } });
});

Deno.test("an account that is not connected, or cannot be read, fails without a question", async () => {
  const question = () => Promise.reject(new Error("must not be asked"));
  const missing = await createAskTwilio(accounts(null))(client, ACCOUNT, question);
  assert.ok("failure" in missing && missing.failure.errorCode === "20003");
  const down = { ...accounts("one"), read: throwing(new Error("database")) };
  const unread = await createAskTwilio(down)(client, ACCOUNT, question);
  assert.ok("failure" in unread && unread.failure.errorCode === "UNREACHABLE");
  const ours = {
    ...accounts("one"),
    read: throwing(unavailable("The account could not be read; try again.")),
  };
  assert.deepEqual(await createAskTwilio(ours)(client, ACCOUNT, question), {
    failure: { errorCode: "UNAVAILABLE", explanation: "The account could not be read; try again." },
  });
});

Deno.test("a token that is refused is read afresh; a new one is tried once, the same one is not", async () => {
  const tried: string[] = [];
  const question = ({ authToken }: { authToken: string }) => {
    tried.push(authToken);
    return authToken === "new" ? Promise.resolve("yes") : Promise.reject({ status: 401, code: 20003 });
  };
  assert.deepEqual(await createAskTwilio(accounts("old", "new"))(client, ACCOUNT, question), {
    answer: "yes",
  });
  const same = await createAskTwilio(accounts("old"))(client, ACCOUNT, question);
  assert.ok("failure" in same && same.failure.errorCode === "20003");
  const wrong = await createAskTwilio(accounts("old", "older"))(client, ACCOUNT, question);
  assert.ok("failure" in wrong);
  assert.deepEqual(tried, ["old", "new", "old", "old", "older"]);
});

Deno.test("what keeps Twilio from answering is told by its code", async () => {
  const ask = createAskTwilio(accounts("one"));
  const codeOf = async (error: unknown) => {
    const asked = await ask(client, ACCOUNT, throwing(error));
    return "failure" in asked ? asked.failure.errorCode : "answered";
  };
  assert.equal(await codeOf({ status: 429, code: 20429 }), "20429");
  assert.equal(await codeOf({ status: 503 }), "HTTP_503");
  assert.equal(await codeOf({ status: 401 }), "20003");
  assert.equal(await codeOf(new Error("ETIMEDOUT")), "UNREACHABLE");
});
