/** Drafts in the browser, filters in the address, numbers as people write them. */
import assert from "node:assert/strict";
import { addressOf, filterIn as figuresIn } from "../../../web/src/dashboard/address.ts";
import { understood } from "../../../web/src/inbox/spelling.ts";
import { filterIn } from "../../../web/src/inbox/useFilter.ts";
import { clearDrafts, readDraft, writeDraft } from "../../../web/src/lib/drafts.ts";
import { Reach } from "../../../web/src/lib/reach.ts";
import { Browser } from "./outbox_support.ts";

Deno.test("a draft is its writer's own, fifty are kept, and signing out clears them", () => {
  const storage = new Browser().open().localStorage;
  for (let place = 0; place < 55; place++) writeDraft("ada", String(place), `to ${place}`, storage);
  writeDraft("bob", "0", "Bob's", storage);
  const kept = Array.from({ length: 55 }, (_, place) => readDraft("ada", String(place), storage)).filter(
    Boolean,
  );
  assert.equal(kept.length, 50);
  assert.equal(readDraft("ada", "54", storage), "to 54", "the newest is kept");
  assert.equal(readDraft("bob", "54", storage), "");
  writeDraft("ada", "54", "", storage);
  assert.equal(readDraft("ada", "54", storage), "");
  clearDrafts("ada", storage);
  assert.equal(storage.length, 1);
  assert.equal(readDraft("bob", "0", storage), "Bob's");
});

Deno.test("an address narrows the list by what it may, and by nothing else", () => {
  assert.deepEqual(filterIn(new URLSearchParams("search=50%25&status=active&unread=true&days=7")), {
    search: "50%",
    status: "active",
    unread: "true",
  });
  assert.deepEqual(filterIn(new URLSearchParams("status=all&unread=1&answered_by=&intent=<b>&search=")), {});
});

Deno.test("an address says of the figures what is not usual, and is read as it was written", () => {
  const usual = figuresIn(
    new URLSearchParams("days=5&zone=Moon/Base&number=1&from=yesterday&to=2026-01-01"),
    "UTC",
  );
  assert.deepEqual(usual, { range: "30", timeZone: "UTC", numberId: null, assistantId: null });
  assert(Object.values(addressOf(usual, "UTC")).every((value) => value === null));
  const chosen = { ...usual, range: { from: "2026-11-01", to: "2026-11-07" }, timeZone: "Europe/Berlin" };
  const written = Object.entries(addressOf(chosen, "UTC")).filter((entry): entry is [string, string] =>
    entry[1] !== null
  );
  assert.deepEqual(figuresIn(new URLSearchParams(written), "UTC"), chosen);
});

Deno.test("a number is understood as it is dialled where the sender is, and no half of one is", () => {
  for (
    const [typed, own, number] of [
      ["(415) 555-2671", "+14155550100", "+14155552671"],
      ["1-415-555-2671", "+14155550100", "+14155552671"],
      ["0151 23456789", "+4930901820", "+4915123456789"],
      ["0049 151 23456789", "+4930901820", "+4915123456789"],
      ["07400 123456", "+442079460000", "+447400123456"],
      ["+48 (0)512 345 678", "+14155550100", "+48512345678"],
      ["06 12 34 56 78", "+33144556677", "+33612345678"],
    ] as const
  ) assert.equal(understood(typed, own)?.number, number, typed);
  assert.match(understood("0151 23456789", "+4930901820")?.country ?? "", /Germany/);
  for (const typed of ["", "415", "555-26", "Ada", "415 555 2671 or 415 555 2672", "1".repeat(80)]) {
    assert.equal(understood(typed, "+14155550100"), null, typed);
  }
  assert.equal(understood("415 555 2671", undefined), null, "nobody knows the country");
});

Deno.test("the server is lost after two failures in a row, and found by any answer", async () => {
  const reach = new Reach();
  const told: boolean[] = [];
  reach.subscribe(() => told.push(reach.isLost));
  const real = globalThis.fetch;
  const answers: (() => Response)[] = [
    () => new Response("", { status: 503 }),
    () => Response.json({}),
    () => new Response("", { status: 502 }),
    () => {
      throw new TypeError("network");
    },
    () => new Response("", { status: 422 }),
  ];
  globalThis.fetch = () =>
    new Promise((resolve) => resolve((answers.shift() ?? (() => Response.json({})))()));
  try {
    while (answers.length > 0) await reach.fetch("http://server.test").catch(() => {});
  } finally {
    globalThis.fetch = real;
  }
  assert.deepEqual(told, [true, false]);
});
