import assert from "node:assert/strict";
import { proofFor } from "../../../supabase/functions/_shared/sms/http/project_proof.ts";
import { createOurAddress } from "../../../supabase/functions/_shared/sms/twilio/our_address.ts";

const ours = {
  url: "https://sms.example.com/functions/v1/sms-webhook",
  secretKeys: ["sb_secret_ours"],
  timeoutMs: 1_000,
};

/** As sms-webhook of a project that has this key answers. */
const answerOf = (key: string, headers: Record<string, string> = {}): typeof fetch => async (_url, init) => {
  const challenge = new Headers(init?.headers).get("x-supabase-sms-challenge") ?? "";
  const proof = await proofFor(challenge, [key]);
  return new Response(null, {
    status: 405,
    headers: { "x-supabase-sms": "1.0.0", "x-supabase-sms-proof": proof, ...headers },
  });
};

Deno.test("an address that gives no answer in time, or none at all, is named with what happened", async () => {
  const never: typeof fetch = (_url, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  const late = await createOurAddress({ ...ours, timeoutMs: 5, fetch: never })();
  assert(!late.ours);
  assert.match(late.message, /send texts to sms\.example\.com\. .* gave no answer in time\./);
  assert.equal(late.is, "sms.example.com: no answer in 0.005 s");
  const away: typeof fetch = () =>
    Promise.reject(new TypeError("error sending request: dns, 10.0.0.7 says no"));
  const gone = await createOurAddress({ ...ours, fetch: away })();
  assert(!gone.ours);
  assert.match(gone.message, /sms\.example\.com\. .* could not be reached\./);
  assert(!gone.message.includes("10.0.0.7"), "what the network said is not told");
});

Deno.test("another project's supabase-sms is not ours, and ours is", async () => {
  assert.deepEqual(await createOurAddress({ ...ours, fetch: answerOf("sb_secret_ours") })(), { ours: true });
  const theirs = await createOurAddress({ ...ours, fetch: answerOf("sb_secret_theirs") })();
  assert(!theirs.ours);
  assert.equal(theirs.is, "sms.example.com: supabase-sms 1.0.0 of another project");
  assert.match(
    theirs.message,
    /answered as supabase-sms of another project\. .*SMS_PUBLIC_URL.*repair the number/,
  );
});

Deno.test("an answer of ours that was heard before proves nothing", async () => {
  let heard: Response | undefined;
  await createOurAddress({
    ...ours,
    fetch: async (url, init) => (heard = await answerOf("sb_secret_ours")(url, init)).clone(),
  })();
  const replayed = await createOurAddress({
    ...ours,
    fetch: () => Promise.resolve(heard?.clone() ?? new Response()),
  })();
  assert(!replayed.ours);
  assert.match(replayed.is, /of another project/);
});

Deno.test("an older version that proves nothing is named, with what to deploy", async () => {
  const older = async (version: string) => {
    const answer = new Response(null, { status: 405, headers: { "x-supabase-sms": version } });
    const found = await createOurAddress({ ...ours, fetch: () => Promise.resolve(answer) })();
    assert(!found.ours);
    return found;
  };
  const { is, message } = await older("1.0.0-rc.1");
  assert.equal(is, "sms.example.com: supabase-sms 1.0.0-rc.1, which does not say of which project");
  assert.match(
    message,
    /older sms-webhook.*functions deploy --use-api sms-webhook.*pass the header x-supabase-sms-challenge on/,
  );
  assert.match((await older("<b>1</b>")).is, /supabase-sms of an unknown version,/);
  const before = await createOurAddress({
    ...ours,
    fetch: () => Promise.resolve(new Response(null, { status: 405 })),
  })();
  assert(!before.ours && /405: a version before 1\.0, or another server\?/.test(before.message));
});

Deno.test("who asks at one moment shares one request; who comes later asks anew", async () => {
  const waits = Promise.withResolvers<void>();
  let asked = 0;
  const counting: typeof fetch = async (url, init) => {
    asked += 1;
    await waits.promise;
    return await answerOf("sb_secret_ours")(url, init);
  };
  const ask = createOurAddress({ ...ours, fetch: counting });
  const both = Promise.all([ask(), ask()]);
  waits.resolve();
  assert.deepEqual(await both, [{ ours: true }, { ours: true }]);
  assert.equal(asked, 1);
  assert.deepEqual(await ask(), { ours: true });
  assert.equal(asked, 2);
});
