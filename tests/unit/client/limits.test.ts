/** What the client does with a server that hangs, and with nothing to ask for. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { createSms, isRefusal, type Sms } from "../../../client/mod.ts";

function smsOn(fetch: typeof globalThis.fetch): Sms {
  return createSms(
    createClient("http://server.test", "sb_publishable_key", {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch },
    }),
  );
}

/** Answers nothing until it is told to stop. */
const hanging: typeof fetch = (_input, init) =>
  new Promise((_resolve, reject) => {
    // An open connection keeps the process up, as this does.
    const open = setInterval(() => {}, 1_000);
    const stop = () => {
      clearInterval(open);
      reject(init?.signal?.reason);
    };
    if (init?.signal?.aborted) stop();
    else init?.signal?.addEventListener("abort", stop, { once: true });
  });

Deno.test("waitFor() ends in time on a connection that hangs, and at once when it is told to stop", async () => {
  const sms = smsOn(hanging);
  await assert.rejects(
    sms.messages.waitFor("m1", { timeoutMs: 1 }),
    (error) => isRefusal(error, "TIMED_OUT"),
  );
  const stop = new AbortController();
  const waiting = sms.messages.waitFor("m1", { signal: stop.signal });
  stop.abort();
  await assert.rejects(waiting, (error) => !isRefusal(error, "TIMED_OUT"));
});

Deno.test("a list of no conversations asks nobody", async () => {
  const sms = smsOn(() => Promise.reject(new Error("asked")));
  assert.deepEqual(await Array.fromAsync(sms.conversations.list({ limit: 0 })), []);
});
