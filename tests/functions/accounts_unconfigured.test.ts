import { strict as assert } from "node:assert";
import { askedDuring, connect, stored } from "./accounts_support.ts";
import { stackForFile } from "./support.ts";

const stack = await stackForFile({ worker: false, functionEnv: { SMS_CREDENTIALS_KEY: "" } });

Deno.test("without SMS_CREDENTIALS_KEY nothing is stored and Twilio is not asked; the log names the setting, the answer does not", async () => {
  const owner = await stack.createUser();
  const before = await stored(stack);
  const asked = await askedDuring(stack, async () => {
    const { status, body } = await connect(owner, stack.carrier.addAccount());
    assert.deepEqual([status, body.code], [503, "NOT_CONFIGURED"]);
    assert(!JSON.stringify(body).includes("SMS_CREDENTIALS_KEY"));
  });
  assert.deepEqual(asked, []);
  assert.deepEqual(await stored(stack), before);
  assert(
    stack.functions.logs("sms-accounts").some(({ text }) => text.includes("SMS_CREDENTIALS_KEY is not set")),
  );
});
