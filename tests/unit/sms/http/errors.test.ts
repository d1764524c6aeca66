import assert from "node:assert/strict";
import { AppError, explainTwilioCode } from "../../../../supabase/functions/_shared/sms/http/errors.ts";

Deno.test("explainTwilioCode() explains the errors that people meet", () => {
  const met =
    "20003 21211 21614 21635 21408 21606 21608 21610 21611 30001 21617 30003 30004 30005 30006 30007 30008 30034 63038";
  for (const code of met.split(" ")) assert.ok(!explainTwilioCode(code)?.includes("https://"), code);
  assert.match(explainTwilioCode(12345) ?? "", /errors\/12345$/);
  assert.equal(explainTwilioCode("<b>"), "Twilio reported an error it did not name.");
  for (const none of [null, "", "0", 0]) assert.equal(explainTwilioCode(none), null);
});

Deno.test("an AppError shows its code, message and details, never its cause", () => {
  const error = new AppError(422, "NO", "No.", { details: { id: "1" }, cause: new Error("secret") });
  assert.equal(JSON.stringify(error), '{"code":"NO","message":"No.","details":{"id":"1"}}');
});
