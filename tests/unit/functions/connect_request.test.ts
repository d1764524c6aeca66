import { strict as assert } from "node:assert";
import { ConnectAccountRequest } from "../../../supabase/functions/_shared/sms/contract/accounts.ts";

Deno.test("a SharedKey that is given twice in one request is refused", () => {
  const key = (letter: string) => ({
    key_id: `webhooks_sharedkey_${letter.repeat(26)}`,
    secret: "s".repeat(40),
  });
  const request = (shared_keys: unknown[]) => ({ account_sid: `AC${"1".repeat(32)}`, shared_keys });
  assert.equal(ConnectAccountRequest.safeParse(request([key("a"), key("b")])).success, true);
  const twice = ConnectAccountRequest.safeParse(request([key("a"), key("a")]));
  assert.match(twice.error?.issues[0]?.message ?? "", /one key_id twice/);
});
