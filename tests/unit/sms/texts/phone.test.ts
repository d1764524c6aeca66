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

Deno.test("toE164() takes a number as it is pasted, with what nobody sees and every dash", () => {
  const pasted = [
    "\u202A+14155550101\u202C", // what Windows and Contacts put around a copied number
    "\u2066+1 415 555 0101\u2069",
    "\u200E+1 (415) 555-0101\u200F",
    "\uFEFF+14155550101",
    "+1\u00A0415\u202F555\u20090101",
    "+1\u200B415\u2060555\u200D0101",
    "+1\u00AD415\u00AD5550101",
    "+1\uFE0F4\uFE0F155550101",
    "+1️⃣4️⃣1️⃣5️⃣5️⃣5️⃣5️⃣0️⃣1️⃣0️⃣1️⃣",
    "＋１４１５５５５０１０１",
    "+١٤١٥٥٥٥٠١٠١",
    "+۱ ۴۱۵ ۵۵۵ ۰۱۰۱",
    "+१ ४१५ ५५५ ०१०१",
    "+𝟏𝟒𝟏𝟓𝟓𝟓𝟓𝟎𝟏𝟎𝟏",
    "➕1 415 555 0101",
    "﹢1（415）555－0101",
    "+1.415·555•0101",
    "+1/415⁄555∕0101",
    "+1\t415\r\n555 0101",
    ...[..."-‐‑‒–—―⁃−˗﹘﹣－➖ー־᠆⸺〜"].map((dash) => `+1${dash}415${dash}555${dash}0101`),
  ];
  for (const number of pasted) assert.equal(toE164(number), "+14155550101", JSON.stringify(number));
  assert.equal(toE164("\u202A+44 (0)7700 900177\u202C"), "+447700900177");
  assert.equal(toE164("\u202A4155550101\u202C"), null, "no country is guessed");
  assert.equal(toE164("+1415555\u{1F600}0101"), null, "what can be seen is not taken away");
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

Deno.test("the 0 that is dialled at home is left out where it is noted, and an unclear number is none", () => {
  const cases: Record<string, string | null> = {
    "+48 (0)512 345 678": "+48512345678",
    "+34 [0]612 34 56 78": "+34612345678",
    "+1 (0) 415 277 7001": "+14152777001",
    "+39 (0)6 1234 5678": "+390612345678",
    "tel:+48512345678": "+48512345678",
    "SMS:+48 512 345 678": "+48512345678",
    "+48512345678/9": null,
    "+44 7700 900177 (0)": null,
    "tel:0101;phone-context=+1415555": null,
  };
  for (const [written, number] of Object.entries(cases)) assert.equal(toE164(written), number, written);
});
