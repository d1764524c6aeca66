/** A stored number is found as people type and paste it (docs/rules/reading.md). */
import { strict as assert } from "node:assert";
import { addConversations, search } from "./conversation_lists.ts";
import { dbTest } from "./db_test.ts";
import { addTenant } from "./support.ts";

const FOUND: Record<string, readonly string[]> = {
  "+447700900177": [
    "07700 900177",
    "07700900177",
    "0770 090",
    "+44 (0)7700 900177",
    "44 (0)7700 900177",
    "+44 7700 900177",
    "0044 7700 900177",
    "011 44 7700 900177",
    "00447700",
    "+4407700900177",
    "900177",
    "\u202A07700 900177\u202C",
    "07700–900177",
    "０７７００ ９００１７７",
    "(07700) 900-177",
    "٠٧٧٠٠ ٩٠٠١٧٧",
  ],
  "+14155550101": [
    "001 415 555 0101",
    "(415) 555-0101",
    "415 555",
    "1 415 555 0101",
    "+1 415",
    "\u2066+1\u2011415\u2011555\u20110101\u2069",
    "415−555",
    "+1️4️1️5️",
  ],
  "+79161234567": ["8 916 123-45-67", "+7 916", "007 916 123"],
  "+36201234567": ["06 20 123 4567", "0036 20"],
  "+525512345678": ["+52 1 55 1234 5678", "5215512345678", "55 1234 5678"],
  "+5511987654321": ["+55 11 8765-4321", "011 98765-4321", "(11) 98765-4321"],
  "+390612345678": ["06 1234 5678", "+39 06 1234"],
};
/** Somebody else's, or nobody's. */
const NOT_FOUND: Record<string, readonly string[]> = {
  "+447700900177": ["07700 900178", "00 7700", "+7700", "+44 0 900177", "0900178"],
  "+14155550101": ["001 416", "0416 555", "+415"],
};

dbTest("a number is found in national spellings, and as it is pasted", async ({ sql, tenant }, t) => {
  const other = await addTenant(sql);
  const numbers = Object.keys(FOUND);
  // More than a page that is read along the list, so that the index is asked as well.
  const filler = Array.from({ length: 150 }, (_, i) => ({ number: `+8613800${138_000 + i}` }));
  const at = (numbers: string[]) =>
    numbers.map((number, i) => ({ number, at: `2026-01-0${i + 1}T00:00:00Z` }));
  await addConversations(sql, tenant, [...at(numbers), ...filler]);
  await addConversations(sql, other, at(numbers));
  const found = async (needle: string) =>
    (await search(sql, tenant, { search: needle })).conversations.map(({ contact }) => contact.number);
  for (const [number, needles] of Object.entries(FOUND)) {
    await t.step(number, async () => {
      for (const needle of needles) assert.deepEqual(await found(needle), [number], needle);
    });
  }
  for (const [number, needles] of Object.entries(NOT_FOUND)) {
    await t.step(`not ${number}`, async () => {
      for (const needle of needles) assert(!(await found(needle)).includes(number), needle);
    });
  }
});
