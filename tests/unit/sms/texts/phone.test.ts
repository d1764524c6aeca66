import assert from "node:assert/strict";
import { toE164 } from "../../../../supabase/functions/_shared/sms/texts/phone.ts";

Deno.test("toE164() takes a number with its country, however it is written", () => {
  const same: Record<string, string[]> = {
    "+14155550101": [
      "+14155550101",
      " +14155550101\n",
      "+1 (415) 555-0101",
      "+1.415.555.0101",
      "+1-415-555-0101",
    ],
    "+442079460018": ["+44 20 7946 0018", "+44 (0)20 7946 0018"],
    "+493012345678": ["+49 (0)30 12345678", "+49 30 / 1234 5678"],
    "+390612345678": ["+39 06 1234 5678"],
  };
  for (const [number, written] of Object.entries(same)) {
    for (const spelling of written) assert.equal(toE164(spelling), number, spelling);
  }
});

Deno.test("toE164() leaves E.164 as it is, also where libphonenumber knows better or nothing", () => {
  const numbers = [
    "+15005550001", // Twilio's test numbers
    "+15005550009",
    "+15005530003",
    "+5215512345678", // dialled until 2019, and still what some carriers report
    "+999123456789",
    "+1234567",
    "+123456789012345",
  ];
  for (const number of numbers) assert.equal(toE164(number), number);
});

Deno.test("toE164() guesses no country, and takes nothing for a number that is none", () => {
  const others = [
    "",
    "+",
    "4155550101",
    "(415) 555-0101",
    "0014155550101",
    "tel:+14155550101",
    "+0123456789",
    "+123456",
    "+1234567890123456",
    "+1 415",
    "+14155550101 ext. 5",
    "+14155550101,+14155550102",
    "++14155550101",
    "+1415ABCDEFG",
    "call +14155550101 now",
    "x".repeat(10_000),
  ];
  for (const other of others) assert.equal(toE164(other), null, other.slice(0, 30));
});
