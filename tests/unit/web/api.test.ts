/** What the page's calls add to the client's: how often they are tried, and the words that are shown. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { createSms, SmsError } from "../../../client/mod.ts";
import type { Database } from "../../../supabase/functions/_shared/sms/database/types.ts";
import { smsOf } from "../../../web/src/lib/api.ts";
import { messageOf } from "../../../web/src/lib/errors.ts";

/** A server in trouble, which counts. */
function troubled() {
  const asked = { times: 0 };
  const client = createClient<Database>("http://server.test", "sb_publishable_key", {
    auth: { persistSession: false, autoRefreshToken: false },
    global: {
      fetch: () => {
        asked.times += 1;
        return Promise.resolve(
          Response.json({ code: "UNAVAILABLE", message: "Later." }, {
            status: 503,
            headers: { "retry-after": "0" },
          }),
        );
      },
    },
  });
  return { asked, client };
}

Deno.test("the page's calls are tried once, because its queries repeat them; an app's are repeated", async () => {
  const page = troubled();
  await assert.rejects(smsOf(page.client).numbers.unassigned(), SmsError);
  assert.equal(page.asked.times, 1);
  const app = troubled();
  await assert.rejects(createSms(app.client).numbers.unassigned(), SmsError);
  assert.equal(app.asked.times, 4);
});

Deno.test("a person reads our words, and never those of Postgres", () => {
  const theirs = 'new row for relation "sms_contacts" violates check constraint "contacts_name_check"';
  for (const code of ["23514", "22P02", "P0001", "PGRST204"]) {
    const words = messageOf(new SmsError(code, 400, theirs));
    assert.equal(words, "The server could not do that just now. Try again.", code);
  }
  for (const code of ["TOO_LATE", "NOT_ALLOWED", "HTTP_502", "UNREACHABLE"]) {
    assert.equal(messageOf(new SmsError(code, 400, "Our words.")), "Our words.", code);
  }
});
