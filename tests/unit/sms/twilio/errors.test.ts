import assert from "node:assert/strict";
import { notFound } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import type { AccountTokens } from "../../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { asAccount, twilioProblem } from "../../../../supabase/functions/_shared/sms/twilio/errors.ts";
import { ACCOUNT, fakeClient } from "../support.ts";

const answer = (status: number, code?: number) =>
  Object.assign(new Error("Twilio's words"), { status, code });

Deno.test("twilioProblem() explains what Twilio refused, and says 503 when Twilio did not say", () => {
  const cases: [unknown, number, string, RegExp][] = [
    [answer(401, 20003), 422, "TWILIO_20003", /credentials/],
    [answer(401), 422, "TWILIO_20003", /credentials/],
    [answer(400, 21402), 422, "TWILIO_21402", /PUBLIC_URL/],
    [answer(404, 20404), 422, "TWILIO_20404", /does not know/],
    [answer(400, 99999), 422, "TWILIO_99999", /docs\/api\/errors\/99999/],
    [answer(418), 422, "TWILIO_REFUSED", /HTTP 418/],
    [answer(429, 20429), 503, "UNAVAILABLE", /Try again/],
    [answer(408), 503, "UNAVAILABLE", /Try again/],
    [answer(503, 20503), 503, "UNAVAILABLE", /Try again/],
    [new Error("connect ECONNREFUSED"), 503, "UNAVAILABLE", /Try again/],
    ["thrown", 503, "UNAVAILABLE", /Try again/],
    [notFound("NUMBER_NOT_FOUND", "You have no such number."), 404, "NUMBER_NOT_FOUND", /no such/],
  ];
  for (const [error, status, code, message] of cases) {
    const problem = twilioProblem(error);
    assert.deepEqual([problem.status, problem.code], [status, code]);
    assert.match(problem.message, message);
    assert(!problem.message.includes("Twilio's words"));
  }
});

function accountsWith(first: string[] | null, afresh: string[] | null = first) {
  const known = (tokens: string[] | null): AccountTokens | null => tokens && { tokens, unreadable: false };
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
