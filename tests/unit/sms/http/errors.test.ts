import assert from "node:assert/strict";
import { AppError, explainTwilioCode } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import { TWILIO_CODES } from "../../../../supabase/functions/_shared/sms/http/twilio_codes.ts";

/** What people who text in the US meet: sending, the carriers' limits, fraud checks, registration. */
const MET = [
  "20003 21211 21402 21408 21606 21608 21609 21610 21611 21614 21617 21635 21659 21660 30001 30003 30004 30005 30006 30007 30008",
  "30010 30019 30022 30023 30024 30032 30033 30034 30035 30036 30038 30039 30040 30041 30450 30453 30454 30610 60728 63038",
  "30909 30913 30924 30511 30513",
].join(" ").split(" ");

Deno.test("each error that people meet has words of its own", () => {
  for (const code of MET) assert.ok(!explainTwilioCode(code)?.includes("https://"), code);
  assert.equal(explainTwilioCode(21609), explainTwilioCode("21609"));
  assert.match(explainTwilioCode(21609) ?? "", /SMS_PUBLIC_URL/);
});

Deno.test("an unknown error code leads to its page, and a text that is no code does not", () => {
  assert.match(explainTwilioCode(12345) ?? "", /errors\/12345$/);
  for (const odd of ["<b>", "constructor", "1234567"]) {
    assert.equal(explainTwilioCode(odd), "Twilio reported an error it did not name.");
  }
  for (const none of [null, "", "0", 0]) assert.equal(explainTwilioCode(none), null);
});

Deno.test("the words for an error are short whole sentences, different ones for each", () => {
  const codes = Object.entries(TWILIO_CODES);
  for (const [code, words] of codes) {
    assert.match(code, /^\d{5}$/);
    assert.match(words, /^[A-Z0-9].*[^.]\.$/, code);
    // The inbox shows them in one or two lines. `last_error` keeps 500 characters, with the code before them.
    assert.ok(words.length <= 140, `${code} has ${words.length} characters`);
    assert.ok(!/[\u2018-\u201d]|\s{2}|https?:/.test(words), code);
  }
  assert.equal(new Set(codes.map(([, words]) => words)).size, codes.length);
});

Deno.test("an AppError shows its code, message and details, never its cause", () => {
  const error = new AppError(422, "NO", "No.", { details: { id: "1" }, cause: new Error("secret") });
  assert.equal(JSON.stringify(error), '{"code":"NO","message":"No.","details":{"id":"1"}}');
});
