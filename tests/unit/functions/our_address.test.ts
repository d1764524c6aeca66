import assert from "node:assert/strict";
import { createOurAddress } from "../../../supabase/functions/sms-numbers/our_address.ts";

const URL_OF_OURS = "https://sms.example.com/functions/v1/sms-webhook";

Deno.test("an address that gives no answer in time, or none at all, is named with what happened", async () => {
  const never: typeof fetch = (_url, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  const late = await createOurAddress({ url: URL_OF_OURS, timeoutMs: 5, fetch: never })();
  assert(!late.ours);
  assert.match(late.message, /sent to sms\.example\.com, .* gave none\./);
  assert.equal(late.is, "sms.example.com: no answer in 0.005 s");
  const away: typeof fetch = () =>
    Promise.reject(new TypeError("error sending request: dns, 10.0.0.7 says no"));
  const gone = await createOurAddress({ url: URL_OF_OURS, timeoutMs: 1_000, fetch: away })();
  assert(!gone.ours);
  assert.match(gone.message, /sms\.example\.com, .* could not be reached\./);
  assert(!gone.message.includes("10.0.0.7"), "what the network said is not told");
});

Deno.test("who asks at one moment shares one request; who comes later asks anew", async () => {
  const answers = Promise.withResolvers<Response>();
  let asked = 0;
  const counting: typeof fetch = () => (asked += 1, answers.promise.then((response) => response.clone()));
  const ask = createOurAddress({ url: URL_OF_OURS, timeoutMs: 1_000, fetch: counting });
  const both = Promise.all([ask(), ask()]);
  answers.resolve(new Response(null, { status: 405, headers: { "x-supabase-sms": "1.0.0" } }));
  assert.deepEqual(await both, [{ ours: true }, { ours: true }]);
  assert.equal(asked, 1);
  assert.deepEqual(await ask(), { ours: true });
  assert.equal(asked, 2);
});
