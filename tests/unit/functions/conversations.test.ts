import assert from "node:assert/strict";
import { numberIn, referenceOf } from "../../../supabase/functions/sms-conversation/conversations.ts";
import {
  CursorTime,
  decodeCursor,
  encodeCursor,
} from "../../../supabase/functions/sms-conversation/cursor.ts";
import { z } from "zod";

const ID = "00000000-0000-4000-8000-000000000001";
const byNumber = (contact_number: string, from_number: string | null = null) => ({
  conversation_id: null,
  contact_number,
  from_number,
});

Deno.test("referenceOf() takes an id, and numbers behind phone- and conv_", () => {
  const byId = { conversation_id: ID, contact_number: null, from_number: null };
  assert.deepEqual(referenceOf(ID, undefined), byId);
  assert.deepEqual(referenceOf(ID, "+14155550101"), byId);
  assert.deepEqual(referenceOf("phone-+14155550101", undefined), byNumber("+14155550101"));
  assert.deepEqual(referenceOf("conv_+1 (415) 555-0101", undefined), byNumber("+14155550101"));
  assert.deepEqual(
    referenceOf("conv_+14155550101", " 14155550199"),
    byNumber("+14155550101", "+14155550199"),
  );
  assert.deepEqual(referenceOf("phone-AMAZON", undefined), byNumber("AMAZON"));
  assert.deepEqual(referenceOf("phone-12345", undefined), byNumber("12345"));
  for (const nothing of ["", "phone-", "conv_", "+14155550101", "conv-+14155550101", "me", `${ID}x`]) {
    assert.equal(referenceOf(nothing, undefined), null, nothing);
  }
});

Deno.test("numberIn() reads a plus that became a blank, and leaves what is no number", () => {
  assert.equal(numberIn(" 14155550101"), "+14155550101");
  assert.equal(numberIn("+1 415 555 0101"), "+14155550101");
  assert.equal(numberIn("\u202A+1–415–555–0101\u202C"), "+14155550101");
  assert.equal(numberIn("\u202A 14155550101\u202C"), "+14155550101");
  assert.equal(numberIn(" short "), "short");
});

Deno.test("a cursor comes back as it was, and everything else is INVALID_CURSOR", () => {
  const Place = z.strictObject({ at: CursorTime, id: z.string() });
  const place = { at: "2026-11-23T09:00:00.123456+00:00", id: "ü🎉" };
  const cursor = encodeCursor(place);
  assert.match(cursor, /^[\w-]+$/);
  assert.deepEqual(decodeCursor(cursor, Place), place);
  const wrong = [
    "",
    "%",
    "*",
    "bnVsbA",
    `${cursor}x`,
    cursor.slice(2),
    encodeCursor({ seq: 1 }),
    encodeCursor({ ...place, at: "2026-02-30T00:00:00Z" }),
    encodeCursor({ ...place, at: "0000-01-01T00:00:00Z" }),
    encodeCursor({ ...place, at: "2026-01-01T00:00:00+15:00" }),
    encodeCursor({ ...place, at: "2026-01-01T00:00:00.1234567Z" }),
    encodeCursor({ ...place, at: "2026-01-01T00:00Z" }),
    encodeCursor({ ...place, at: "infinity" }),
  ];
  for (const one of wrong) {
    assert.throws(() => decodeCursor(one, Place), { code: "INVALID_CURSOR", status: 400 }, one);
  }
});
