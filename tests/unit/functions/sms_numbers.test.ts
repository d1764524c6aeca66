import assert from "node:assert/strict";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import type { TwilioNumber, TwilioNumbers } from "../../../supabase/functions/sms-numbers/twilio_numbers.ts";
import type { NumberDependencies } from "../../../supabase/functions/sms-numbers/dependencies.ts";
import { manageNumbers } from "../../../supabase/functions/sms-numbers/handler.ts";
import { createTwilioAccounts } from "../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import {
  ACCOUNT,
  accountWith,
  capturedLog,
  contextWith,
  fakeClient,
  PUBLIC_URL,
  secretsWith,
  settingsWith,
  TOKEN,
  vault,
} from "../sms/support.ts";

const USER = "018f0000-0000-7000-8000-000000000001";
const NUMBER_ID = "018f0000-0000-7000-8000-000000000002";
const ASSISTANT = "018f0000-0000-7000-8000-000000000003";
const SMS_URL = `${PUBLIC_URL}/functions/v1/sms-webhook`;
const MAIN_TRUNK = `TK${"a".repeat(32)}`;

const atTwilio: TwilioNumber = {
  sid: `PN${"a".repeat(32)}`,
  number: "+14155550100",
  friendlyName: "Front desk",
  canText: true,
  smsUrl: null,
  smsMethod: "POST",
  smsApplicationSid: null,
  trunkSid: null,
};

const row = {
  id: NUMBER_ID,
  user_id: USER,
  account_sid: ACCOUNT,
  number: atTwilio.number,
  twilio_sid: atTwilio.sid,
  trunk_sid: null,
  assistant_id: ASSISTANT,
  segments_per_second: 1,
  sms_url: null,
  webhook_status: "pending",
  webhook_error: null,
  webhook_version: 3,
  configured_at: null,
  webhook_checked_at: null,
  created_at: "2026-11-23T09:00:00Z",
  updated_at: "2026-11-23T09:00:00Z",
};

/** A Twilio that does as it is told, unless a test says otherwise. */
function twilioWith(more: Partial<TwilioNumbers> = {}): TwilioNumbers {
  return {
    find: () => Promise.resolve(atTwilio),
    list: () => Promise.resolve([atTwilio]),
    pointAt: (_as, _sid, smsUrl) => Promise.resolve({ ...atTwilio, smsUrl }),
    attachToTrunk: () => Promise.resolve(),
    listServices: () => Promise.resolve([]),
    isInService: () => Promise.resolve(false),
    signersOf: () => Promise.resolve([]),
    isTrial: () => Promise.resolve(false),
    campaignsOf: () => Promise.resolve([]),
    tollFreeStatus: () => Promise.resolve(null),
    ...more,
  };
}

function numbersWith(
  { twilio = {}, deps = {}, caller = "user", mainTrunk = null, rows = [row] }: {
    twilio?: Partial<TwilioNumbers>;
    deps?: Partial<NumberDependencies>;
    caller?: "user" | "secret";
    mainTrunk?: string | null;
    rows?: (typeof row)[];
  } = {},
) {
  const webhook = { phone_number: row, main_trunk_sid: mainTrunk };
  const client = fakeClient({
    sms_take_turn: () => ({ outcome: "taken" }),
    sms_repair_number: () => ({ outcome: "begun", ...webhook }),
    sms_repair_any_number: () => ({ outcome: "begun", ...webhook }),
    sms_list_webhooks: () => ({
      webhooks: rows.map((phone_number) => ({ phone_number, main_trunk_sid: mainTrunk })),
    }),
    sms_record_webhook: (args) => ({ outcome: "recorded", phone_number: { ...row, ...args, id: NUMBER_ID } }),
  });
  const tokens = secretsWith([TOKEN]);
  const handler = manageNumbers({
    functionName: "sms-numbers",
    twilio: twilioWith(twilio),
    accounts: { read: () => Promise.resolve(tokens), readAfresh: () => Promise.resolve(tokens) },
    smsUrl: SMS_URL,
    askOurAddress: () => Promise.resolve({ ours: true }),
    statusUrl: `${PUBLIC_URL}/functions/v1/sms-status?message_id=`,
    ourUrls: [SMS_URL],
    defaultAccountSid: ACCOUNT,
    verifyWithinMs: 20_000,
    now: () => 0,
    ...deps,
  });
  const context = {
    ...contextWith(client),
    caller: caller === "user" ? { kind: "user", userId: USER } as const : { kind: "secret" } as const,
  };
  const send = (method: string, path: string) =>
    handler(new Request(`http://x.test/sms-numbers${path}`, { method }), context);
  return {
    send,
    repair: () => send("POST", `/${NUMBER_ID}/repair`),
    recorded: () => client.of("sms_record_webhook"),
    calls: (verb: string) => client.of(verb),
  };
}

Deno.test("a Twilio that answers 200 and did something else is not believed", async () => {
  const elsewhere = { ...atTwilio, smsUrl: "https://elsewhere.example.com/sms" };
  const { repair, recorded } = numbersWith({ twilio: { pointAt: () => Promise.resolve(elsewhere) } });
  await assert.rejects(repair(), {
    status: 502,
    code: "WEBHOOK_NOT_CONFIGURED",
    details: { phone_number_id: NUMBER_ID },
  });
  assert.equal(recorded()[0]?.webhook_status, "failed");
  assert.match(
    String(recorded()[0]?.webhook_error),
    /sms_url is https:\/\/elsewhere.* should be .*sms-webhook/,
  );
});

Deno.test("a trunk that does not take the number is a failure, unless the number is on it by then", async () => {
  const refusal = Object.assign(new Error("no"), { status: 400, code: 20001 });
  const attachToTrunk = () => Promise.reject(refusal);
  const stays = numbersWith({ mainTrunk: MAIN_TRUNK, twilio: { attachToTrunk } });
  await assert.rejects(stays.repair(), { status: 422, code: "TWILIO_20001" });
  assert.equal(stays.recorded()[0]?.webhook_status, "failed");

  const moved = { ...atTwilio, trunkSid: MAIN_TRUNK };
  const looks = [atTwilio, moved];
  const wins = numbersWith({
    mainTrunk: MAIN_TRUNK,
    twilio: {
      attachToTrunk,
      find: () => Promise.resolve(looks.shift() ?? null),
      pointAt: (_as, _sid, smsUrl) => Promise.resolve({ ...moved, smsUrl }),
    },
  });
  assert.equal((await wins.repair()).status, 200);
  assert.equal(wins.recorded()[0]?.trunk_sid, MAIN_TRUNK);
});

Deno.test("only services that take texts elsewhere are asked for the number", async () => {
  const service = {
    sid: "MG1",
    friendlyName: "A",
    usesNumbersWebhook: false,
    inboundUrl: null,
    inboundMethod: "POST",
  };
  const asked: string[] = [];
  const { repair } = numbersWith({
    twilio: {
      listServices: () =>
        Promise.resolve([
          { ...service, sid: "defers", usesNumbersWebhook: true },
          { ...service, sid: "ours", inboundUrl: `${SMS_URL}#rc=1` },
          { ...service, sid: "drops" },
          { ...service, sid: "elsewhere", inboundUrl: "https://elsewhere.example.com" },
          { ...service, sid: "wrong method", inboundUrl: SMS_URL, inboundMethod: "GET" },
        ]),
      isInService: (_as, _number, sid) => {
        asked.push(sid);
        return Promise.resolve(false);
      },
    },
  });
  assert.equal((await repair()).status, 200);
  assert.deepEqual(asked, ["drops", "elsewhere", "wrong method"]);
});

Deno.test("a tenant has 30 turns a minute; the operator takes none and repairs any number", async () => {
  const tenant = numbersWith();
  await tenant.repair();
  assert.deepEqual(tenant.calls("sms_take_turn"), [{ owner_id: USER, action: "numbers", per_minute: 30 }]);
  assert.deepEqual(tenant.calls("sms_repair_number"), [{ owner_id: USER, phone_number_id: NUMBER_ID }]);
  const operator = numbersWith({ caller: "secret" });
  await operator.repair();
  assert.deepEqual(operator.calls("sms_take_turn"), []);
  assert.deepEqual(operator.calls("sms_repair_any_number"), [{ phone_number_id: NUMBER_ID }]);
});

Deno.test("verifying ends in time: what was not looked at is unchecked, and nothing is recorded of it", async () => {
  let time = 0;
  const { send, recorded } = numbersWith({
    rows: Array.from({ length: 12 }, () => row),
    deps: { now: () => time },
    twilio: {
      find: () => {
        time += 5_000;
        return Promise.resolve(null);
      },
    },
  });
  const { numbers } = await (await send("GET", "?verify=1")).json();
  const outcomes = numbers.map(({ check }: { check: { outcome: string } }) => check.outcome);
  assert.equal(outcomes.length, 12);
  assert.deepEqual([...new Set(outcomes)], ["drifted", "unchecked"]);
  assert.equal(recorded().length, outcomes.filter((outcome: string) => outcome === "drifted").length);
});

const KEY_ID = `webhooks_sharedkey_${"0".repeat(26)}`;
const RULE = { ruleId: `webhooks_rule_${"0".repeat(26)}`, retries: true };

Deno.test("a Webhook Rule that signs with a key nobody gave is found by a repair and a check, in words", async () => {
  const twilio = {
    find: () => Promise.resolve({ ...atTwilio, smsUrl: SMS_URL }),
    signersOf: () => Promise.resolve([{ ...RULE, sharedKeyId: KEY_ID }]),
  };
  const { repair, recorded, send } = numbersWith({ twilio });
  await assert.rejects(repair(), (error) => {
    assert(error instanceof AppError);
    assert.deepEqual([error.status, error.code, error.details?.shared_key_id], [
      422,
      "SHARED_KEY_MISSING",
      KEY_ID,
    ]);
    return true;
  });
  assert.deepEqual(recorded().map(({ webhook_status }) => webhook_status), ["failed"]);
  assert(String(recorded()[0]?.webhook_error).includes(KEY_ID));
  const { numbers: [number] } = await (await send("GET", "?verify=1")).json();
  assert.equal(number.check.outcome, "drifted");
  assert.deepEqual(number.check.drift, [{ field: "shared_key_id", is: KEY_ID, should_be: null }]);
  assert(number.check.message.includes(KEY_ID));

  const known = secretsWith([TOKEN], { sharedKeys: new Map([[KEY_ID, "secret"]]) });
  const accounts = { read: () => Promise.resolve(known), readAfresh: () => Promise.resolve(known) };
  assert.equal((await numbersWith({ twilio, deps: { accounts } }).repair()).status, 200);
});

Deno.test("set-ups in a row are told which SharedKey is missing, also when the keys may not be read again", async () => {
  const twilio = {
    find: () => Promise.resolve({ ...atTwilio, smsUrl: SMS_URL }),
    signersOf: () => Promise.resolve([{ ...RULE, sharedKeyId: KEY_ID }]),
  };
  let account = { ...await accountWith({ current: TOKEN }), shared_keys: {} };
  const { log } = capturedLog();
  const rows = fakeClient({ sms_get_account: () => account });
  const known = createTwilioAccounts({ twilio: settingsWith().twilio, vault, log, now: () => 0 });
  const accounts = {
    read: (_: unknown, sid: string) => known.read(rows, sid),
    readAfresh: (_: unknown, sid: string) => known.readAfresh(rows, sid),
  };
  const { repair } = numbersWith({ twilio, deps: { accounts } });
  for (let n = 0; n < 8; n++) {
    await assert.rejects(repair(), { status: 422, code: "SHARED_KEY_MISSING" }, `set-up ${n + 1}`);
  }
  // Given meanwhile, it is known as soon as it is read.
  const secret = await vault.seal({ account_sid: ACCOUNT, auth_token: "secret", key: KEY_ID });
  account = { ...account, shared_keys: { [KEY_ID]: secret } };
  const anew = createTwilioAccounts({ twilio: settingsWith().twilio, vault, log, now: () => 0 });
  const later = { ...accounts, read: (_: unknown, sid: string) => anew.read(rows, sid) };
  assert.equal((await numbersWith({ twilio, deps: { accounts: later } }).repair()).status, 200);
});

Deno.test("Rules that cannot be read stop nothing, and one that does not retry is only advised about", async () => {
  const find = () => Promise.resolve({ ...atTwilio, smsUrl: SMS_URL });
  const unreadable = numbersWith({ twilio: { find, signersOf: () => Promise.reject(new Error("70051")) } });
  assert.equal((await unreadable.repair()).status, 200);
  const hasty = numbersWith({
    twilio: { find, signersOf: () => Promise.resolve([{ ...RULE, sharedKeyId: null, retries: false }]) },
  });
  assert.equal((await hasty.repair()).status, 200);
  const { numbers: [number] } = await (await hasty.send("GET", "?verify=1")).json();
  assert.equal(number.check.outcome, "configured");
  assert.match(number.check.message, /does not try again after a 5xx/);
});
