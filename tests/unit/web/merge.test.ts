import assert from "node:assert/strict";
import type { Conversation, ListPage, Message, ThreadPage } from "../../../web/src/inbox/api.ts";
import { mergeList, mergeThread, patchList, patchThread, putMessage } from "../../../web/src/inbox/merge.ts";

/** A conversation whose last text came that many minutes past noon. */
const talk = (id: string, minute: number, more: Partial<Conversation> = {}) =>
  ({
    id,
    last_message_at: new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString(),
    ...more,
  }) as Conversation;
const page = (conversations: Conversation[], next_cursor: string | null = "next"): ListPage => ({
  conversations,
  next_cursor,
});
const shownIds = (list: ReturnType<typeof mergeList>) =>
  list.pages.map((one) => one.conversations.map(({ id }) => id).join(""));

Deno.test("mergeList() moves to the top what has a new text, on whatever page it was", () => {
  const shown = {
    pages: [page([talk("a", 9), talk("b", 8)]), page([talk("c", 7), talk("d", 6)], null)],
    pageParams: [null, "next"],
  };
  const merged = mergeList(shown, page([talk("d", 11), talk("n", 10), talk("a", 9)]));
  assert.deepEqual(shownIds(merged), ["dnab", "c"]);
  assert.deepEqual(merged.pageParams, shown.pageParams);
  assert.equal(merged.pages.at(-1)?.next_cursor, null);
});

Deno.test("mergeList() keeps in its place what no longer fits, and begins anew where nothing joins", () => {
  const shown = { pages: [page([talk("a", 9), talk("b", 8), talk("c", 7)])], pageParams: [null] };
  assert.deepEqual(shownIds(mergeList(shown, page([talk("a", 9), talk("c", 7)]))), ["abc"]);
  assert.deepEqual(shownIds(mergeList(shown, page([talk("x", 30), talk("y", 29)]))), ["xy"]);
  assert.deepEqual(shownIds(mergeList(shown, page([talk("a", 9)], null))), ["a"], "all there is");
  assert.deepEqual(shownIds(mergeList(undefined, page([talk("a", 9)]))), ["a"]);
});

Deno.test("mergeList() begins anew where all that it was given has moved: what lies below it is not known", () => {
  const shown = { pages: [page([talk("a", 9), talk("b", 8), talk("c", 7)])], pageParams: [null] };
  const merged = mergeList(shown, page([talk("c", 21), talk("b", 20)], "below b"));
  assert.deepEqual(shownIds(merged), ["cb"]);
  assert.equal(merged.pages[0]?.next_cursor, "below b");
});

Deno.test("mergeList() keeps the list where a filter kept nothing of what was looked through", () => {
  const shown = { pages: [page([talk("a", 9), talk("b", 8)])], pageParams: [null] };
  assert.deepEqual(shownIds(mergeList(shown, page([]))), ["ab"]);
  assert.deepEqual(shownIds(mergeList(shown, page([], null))), [""], "nothing is left");
});

const at = (second: number) => ({ updated_at: `2026-11-23T12:00:0${second}+00:00` });

Deno.test("a row that is known better than it was read stays as it is known", () => {
  const known = talk("a", 9, { ...at(5), ai_enabled: false });
  const older = talk("a", 9, { ...at(4), ai_enabled: true });
  const list = { pages: [page([known, talk("b", 8)])], pageParams: [null] };
  for (const head of [page([older, talk("b", 8)]), page([older], null)]) {
    assert.equal(mergeList(list, head).pages[0]?.conversations[0]?.ai_enabled, false);
  }
  assert.equal(patchList(list, older).pages[0]?.conversations[0]?.ai_enabled, false);
  assert.equal(patchList(list, { id: "a", unread: 3 }).pages[0]?.conversations[0]?.unread, 3);

  const delivered = { ...text(4), status: "delivered", ...at(5) } as Message;
  const sent = { ...text(4), status: "sent", ...at(4) } as Message;
  const thread = {
    pages: [{ ...threadPage([delivered, text(3)]), conversation: known }],
    pageParams: [null],
  };
  const read = mergeThread(thread, { ...threadPage([sent, text(3)]), conversation: older });
  assert.equal(read.pages[0]?.messages[0]?.status, "delivered");
  assert.equal(read.pages[0]?.conversation.ai_enabled, false);
  assert.equal(putMessage(thread, sent).pages[0]?.messages[0]?.status, "delivered");
  assert.equal(patchThread(thread, older).pages[0]?.conversation.ai_enabled, false);
});

const text = (seq: number, body = `${seq}`) => ({ id: `m${seq}`, seq, body }) as Message;
const threadPage = (messages: Message[], next_cursor: string | null = "next"): ThreadPage => ({
  conversation: talk("a", 0, { last_seq: messages[0]?.seq ?? 0 }),
  messages,
  next_cursor,
});

Deno.test("mergeThread() adds what is new and replaces what changed, or begins anew across a gap", () => {
  const shown = {
    pages: [threadPage([text(4), text(3)]), threadPage([text(2)], null)],
    pageParams: [null, "next"],
  };
  const merged = mergeThread(shown, threadPage([text(5), text(4, "changed")]));
  assert.deepEqual(merged.pages.map((one) => one.messages.map(({ body }) => body)), [["5", "changed", "3"], [
    "2",
  ]]);
  assert.equal(merged.pages[0]?.conversation.last_seq, 5);
  assert.equal(mergeThread(shown, threadPage([text(99), text(98)])).pages.length, 1);
});

Deno.test("putMessage() puts a stored text once, in its place", () => {
  const shown = { pages: [threadPage([text(3), text(2)])], pageParams: [null] };
  const put = putMessage(putMessage(shown, text(4)), text(4, "again"));
  assert.deepEqual(put.pages[0]?.messages.map(({ body }) => body), ["again", "3", "2"]);
  assert.equal(put.pages[0]?.conversation.last_seq, 4);
});

Deno.test("patchList() changes one conversation and leaves other pages as they are", () => {
  const shown = { pages: [page([talk("a", 9)]), page([talk("b", 8)])], pageParams: [null, "next"] };
  const patched = patchList(shown, { id: "b", unread: 0 });
  assert.equal(patched.pages[0], shown.pages[0]);
  assert.equal(patched.pages[1]?.conversations[0]?.unread, 0);
});
