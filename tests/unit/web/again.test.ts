/** Which text may be sent again, once, and which was. */
import assert from "node:assert/strict";
import { TWILIO_CODES } from "../../../supabase/functions/_shared/sms/http/twilio_codes.ts";
import { canSendAgain, linksOf, MAY_PASS } from "../../../web/src/inbox/again.ts";
import type { Message } from "../../../web/src/inbox/api.ts";

const message = (id: string, more: Partial<Message> = {}) =>
  ({
    id,
    sender: "person",
    status: "failed",
    error_code: "30003",
    body: "Your table is ready",
    media: [],
    created_at: `2026-12-01T10:00:0${id}Z`,
    ...more,
  }) as unknown as Message;

Deno.test("a text is offered again where its code may pass, and not where it tells the same twice", () => {
  const offered = (more: Partial<Message>) => canSendAgain(message("1", more), undefined);
  for (const error_code of ["30003", "30008", "EXPIRED", "20429"]) {
    assert(offered({ error_code }), error_code);
  }
  for (
    const error_code of [
      "21610",
      "21614",
      "30005",
      "30034",
      "30007",
      "OUTCOME_UNKNOWN",
      "RECIPIENT_OPTED_OUT",
    ]
  ) {
    assert.equal(offered({ error_code }), false, error_code);
  }
  assert.equal(offered({ sender: "assistant" }), false);
  assert.equal(offered({ body: "" }), false);
  assert.equal(canSendAgain(message("1"), { againAt: "2026-12-01" }), false, "once");
  assert.equal(canSendAgain(message("2"), { firstAt: "2026-12-01" }), false, "a second try has no third");
});

Deno.test("every code that may pass is a code that there is", () => {
  for (const code of MAY_PASS) assert(/\D/.test(code) || Object.hasOwn(TWILIO_CODES, code), code);
  const hopeless = ["opted out", "landline", "not registered", "does not exist"];
  for (const code of MAY_PASS) {
    const words = TWILIO_CODES[code] ?? "";
    assert(!hopeless.some((word) => words.includes(word)), `${code}: ${words}`);
  }
});

Deno.test("a failed text and its second try know each other, and no third text does", () => {
  const thread = [
    message("5", { status: "delivered" }),
    message("4", { status: "delivered" }),
    message("3", { sender: "contact", status: "received" }),
    message("2", { body: "Something else" }),
    message("1"),
  ];
  const links = linksOf(thread);
  assert.equal(links.get("1")?.againAt, "2026-12-01T10:00:04Z");
  assert.equal(links.get("4")?.firstAt, "2026-12-01T10:00:01Z");
  for (const id of ["2", "3", "5"]) assert.equal(links.get(id), undefined, id);
});
