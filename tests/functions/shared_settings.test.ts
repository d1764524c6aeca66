/** A project's secrets are one bag for all of its functions: settings of the others change nothing here. */
import { strict as assert } from "node:assert";
import { freePort } from "../../local/ports.ts";
import { assignedNumber, pointsAtUs, rowOf } from "./numbers.ts";
import { stackForFile } from "./support.ts";
import { connectTenant, webhookUrl } from "./tenants.ts";

const THEIRS = "https://api.bistro.example";
const functionEnv = { BACKEND_URL: THEIRS, NGROK_URL: THEIRS, PUBLIC_URL: THEIRS };
const stack = await stackForFile({ worker: false, functionEnv });
/** Where the old server was: a name of the adopter's own that leads to the project now. */
const port = freePort();
const BACKEND_URL = `http://localhost:${port}`;
const moved = await stackForFile({
  worker: false,
  functionEnv: { BACKEND_URL, SMS_OLD_SETTINGS: "true" },
});
const front = Deno.serve(
  { port, onListen() {} },
  ({ url, headers }) => fetch(moved.ready.apiUrl + new URL(url).pathname, { headers }),
);
Deno.test.afterAll(() => front.shutdown());

Deno.test("a number's SmsUrl is ours although the project's BACKEND_URL names another host", async () => {
  const { bought, number } = await assignedNumber(stack, await connectTenant(stack));
  assert.equal(number.sms_url, webhookUrl(stack));
  assert.equal((await rowOf(stack, bought.number)).sms_url, webhookUrl(stack));
  assert(pointsAtUs(stack, bought), "at Twilio too");
});

Deno.test("with SMS_OLD_SETTINGS=true a number's SmsUrl is at BACKEND_URL", async () => {
  const { bought, number } = await assignedNumber(moved, await connectTenant(moved));
  assert.equal(number.sms_url, `${BACKEND_URL}/functions/v1/sms-webhook#rc=3&rp=5xx,ct,rt`);
  assert(!pointsAtUs(moved, bought));
});
