import assert from "node:assert/strict";
import type { Message } from "../../../web/src/inbox/api.ts";
import { rowsOf } from "../../../web/src/inbox/rows.ts";
import type { Outgoing } from "../../../web/src/lib/outbox/outgoing.ts";

const text = (seq: number, day: number, more: Partial<Message> = {}) =>
  ({
    id: `m${seq}`,
    seq,
    sender: "contact",
    body: `${seq}`,
    created_at: `2026-11-0${day}T12:00:00Z`,
    ...more,
  }) as Message;
const written = (key: string, body: string, more: Partial<Outgoing> = {}): Outgoing => ({
  key,
  conversationId: "c",
  body,
  at: "2026-11-03T12:00:00Z",
  afterSeq: 2,
  ...more,
});
const kinds = (rows: ReturnType<typeof rowsOf>) =>
  rows.map(({ kind, key }) => kind === "day" ? "day" : key).join(" ");

Deno.test("rowsOf() puts the oldest first and a day above its texts, except where its beginning is not here yet", () => {
  const messages = [text(3, 2), text(2, 1), text(1, 1)];
  assert.equal(kinds(rowsOf({ messages, outgoing: [], hasOlder: false })), "day m1 m2 day m3");
  assert.equal(kinds(rowsOf({ messages, outgoing: [], hasOlder: true })), "m1 m2 day m3");
});

Deno.test("rowsOf() shows what is on its way last, and no longer once it is stored", () => {
  const outgoing = [written("one", "Yes"), written("two", "Yes"), written("three", "No", { refused: "Why" })];
  const before = [text(2, 3)];
  assert.equal(kinds(rowsOf({ messages: before, outgoing, hasOlder: true })), "m2 one two three");
  const mine = { sender: "person", body: "Yes" } as const;
  const once = [text(3, 3, mine), ...before];
  assert.equal(kinds(rowsOf({ messages: once, outgoing, hasOlder: true })), "m2 m3 two three");
  const twice = [text(4, 3, mine), ...once];
  assert.equal(kinds(rowsOf({ messages: twice, outgoing, hasOlder: true })), "m2 m3 m4 three");
  // The same words of before it was written are another text.
  const earlier = [text(2, 3, mine)];
  assert.equal(kinds(rowsOf({ messages: earlier, outgoing, hasOlder: true })), "m2 one two three");
});
