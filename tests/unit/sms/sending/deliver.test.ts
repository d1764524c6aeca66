import assert from "node:assert/strict";
import { createDelivery } from "../../../../supabase/functions/_shared/sms/sending/deliver.ts";
import type { SendOutcome } from "../../../../supabase/functions/_shared/sms/twilio/send.ts";
import { createTwilioAccounts } from "../../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { acceptedResult } from "../../../support/results.ts";
import {
  accountWith,
  capturedLog,
  deliveryJob,
  fakeClient,
  settingsWith,
  vault,
  type Verbs,
} from "../support.ts";

const accepted: SendOutcome = {
  outcome: "accepted",
  messageSid: `SM${"c".repeat(32)}`,
  status: "queued",
  segments: 1,
};
const unauthorized: SendOutcome = { outcome: "unauthorized", errorCode: "20003", explanation: "credentials" };
const busy: SendOutcome = { outcome: "retry", errorCode: "20429", explanation: "slow down" };

/** A delivery over a carrier that answers by token. */
interface Options {
  send: (token: string) => SendOutcome;
  verbs: Verbs;
  mayStart?: () => boolean;
  isFresh?: () => boolean;
}

const allMayLeave = ({ jobs }: Record<string, unknown>) => ({
  may_leave: (jobs as { job_id: string }[]).map(({ job_id }) => job_id),
});

function delivery(options: Options) {
  const tokens: string[] = [];
  const clock = { time: 0 };
  const { log } = capturedLog();
  const accounts = createTwilioAccounts({
    twilio: settingsWith().twilio,
    vault,
    log,
    now: () => clock.time,
  });
  const deliver = createDelivery({
    accounts,
    log,
    random: () => 0.5,
    carrier: {
      send: (_job, { authToken }) => {
        tokens.push(authToken);
        return Promise.resolve(options.send(authToken));
      },
    },
  });
  const client = fakeClient({ sms_check_deliveries: allMayLeave, ...options.verbs });
  const { mayStart = () => true, isFresh = () => true } = options;
  const send = (id = "1") => deliver(deliveryJob(id), { client, mayStart, isFresh });
  return { send, tokens, clock, client };
}

Deno.test("deliver() reports what Twilio accepted, with the job's fencing token", async () => {
  const account = await accountWith({ current: "token" });
  const { send } = delivery({ send: () => accepted, verbs: { sms_get_account: () => account } });
  assert.deepEqual(await send(), acceptedResult(deliveryJob("1")));
});

Deno.test("deliver() does not start when too little of the lease is left, also after looking up the token", async () => {
  const account = await accountWith({ current: "token" });
  const verbs = { sms_get_account: () => account };
  const late = delivery({ send: () => accepted, verbs, mayStart: () => false });
  assert.equal((await late.send()).outcome, "not_started");
  assert.equal(late.client.calls.length, 0);

  const questions: boolean[] = [true, false];
  const slow = delivery({ send: () => accepted, verbs, mayStart: () => questions.shift() ?? false });
  assert.equal((await slow.send()).outcome, "not_started");
  assert.deepEqual(slow.tokens, []);
});

Deno.test("deliver() tries at once with a token that was rotated meanwhile", async () => {
  let account = await accountWith({ current: "old" });
  const { send, tokens, clock } = delivery({
    send: (token) => token === "new" ? accepted : unauthorized,
    verbs: { sms_get_account: () => account },
  });
  assert.equal((await send()).outcome, "retry");
  account = await accountWith({ current: "new", previous: "old" });
  clock.time += 5_000;
  assert.equal((await send()).outcome, "accepted");
  assert.deepEqual(tokens, ["old", "old", "new"]);
});

Deno.test("deliver() tries again in a minute when credentials are wrong and there are no newer ones", async () => {
  const account = await accountWith({ current: "token" });
  const { send, tokens } = delivery({
    send: () => unauthorized,
    verbs: { sms_get_account: () => account },
  });
  const result = await send();
  assert.deepEqual([result.outcome, result.error_code, result.retry_after_ms], ["retry", "20003", 60_000]);
  assert.deepEqual(tokens, ["token"]);
});

Deno.test("deliver() sends nothing and tries later when the token is missing or cannot be loaded", async () => {
  const missing = delivery({ send: () => accepted, verbs: { sms_get_account: () => null } });
  assert.deepEqual([(await missing.send()).outcome, (await missing.send()).error_code], ["retry", "20003"]);
  const down = delivery({ send: () => accepted, verbs: {} });
  const { outcome, error_message } = await down.send();
  assert.deepEqual([outcome, error_message], [
    "retry",
    "The token of the Twilio account could not be read. Send the message again later.",
  ]);
  assert.deepEqual([missing.tokens, down.tokens], [[], []]);
});

Deno.test("deliver() backs off further each time Twilio asks an account to slow down, until it accepts", async () => {
  const account = await accountWith({ current: "token" });
  const outcomes = [busy, busy, busy, accepted, busy];
  const { send } = delivery({
    send: () => outcomes.shift() ?? accepted,
    verbs: { sms_get_account: () => account },
  });
  const waits: (number | null)[] = [];
  for (let i = 0; i < 5; i++) waits.push((await send()).retry_after_ms);
  assert.deepEqual(waits, [1_000, 2_000, 4_000, null, 1_000]);
});

Deno.test("deliver() passes on refusals and unknown outcomes as they are", async () => {
  const account = await accountWith({ current: "token" });
  for (const outcome of ["refused", "unknown"] as const) {
    const { send } = delivery({
      send: () => ({ outcome, errorCode: "30001", explanation: "because" }),
      verbs: { sms_get_account: () => account },
    });
    const result = await send();
    assert.deepEqual([result.outcome, result.error_code, result.error_message, result.retry_after_ms], [
      outcome,
      "30001",
      "because",
      null,
    ]);
  }
});

Deno.test("deliver() asks again what may leave when a token had to be read, or the claim is old, and only then", async () => {
  const account = await accountWith({ current: "token" });
  let fresh = true;
  const { send, client } = delivery({
    send: () => accepted,
    verbs: { sms_get_account: () => account },
    isFresh: () => fresh,
  });
  const asked = () => client.of("sms_check_deliveries").length;
  await send();
  assert.equal(asked(), 1, "the token was read");
  await send();
  assert.equal(asked(), 1, "the token is known");
  fresh = false;
  await send();
  assert.equal(asked(), 2, "the claim is old");
});

Deno.test("deliver() gives back what may not leave any more, and Twilio is not asked", async () => {
  const account = await accountWith({ current: "token" });
  const { send, tokens } = delivery({
    send: () => accepted,
    verbs: { sms_get_account: () => account, sms_check_deliveries: () => ({ may_leave: [] }) },
  });
  assert.equal((await send()).outcome, "not_started");
  assert.deepEqual(tokens, []);
});

Deno.test("deliver() asks again before a second try with a new token, and then leaves it for later", async () => {
  let account = await accountWith({ current: "old" });
  const answers = [allMayLeave, () => ({ may_leave: [] })];
  const { send, tokens } = delivery({
    send: () => unauthorized,
    verbs: {
      sms_get_account: () => account,
      sms_check_deliveries: (args) => answers.shift()?.(args),
    },
  });
  const first = send();
  account = await accountWith({ current: "new", previous: "old" });
  assert.equal((await first).outcome, "retry");
  assert.deepEqual([tokens, answers.length], [["old"], 0]);
});

Deno.test("deliver() asks in one call for all that waited for the same token", async () => {
  const account = await accountWith({ current: "token" });
  const { send, client } = delivery({ send: () => accepted, verbs: { sms_get_account: () => account } });
  const ids = ["1", "2", "3"];
  const results = await Promise.all(ids.map((id) => send(id)));
  assert.deepEqual(results.map(({ outcome }) => outcome), ["accepted", "accepted", "accepted"]);
  const [asked, ...more] = client.of("sms_check_deliveries");
  assert.deepEqual([(asked?.jobs as unknown[]).length, more.length], [3, 0]);
});
