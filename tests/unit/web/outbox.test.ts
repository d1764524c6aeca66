/** What a person writes is sent once, and never silently given up: the outbox with the real client. */
import assert from "node:assert/strict";
import { outboxIn, unreachable, USER, whenOutbox, world } from "./outbox_support.ts";

const CONVERSATION = "c1";
const text = (body: string) => ({ conversationId: CONVERSATION, body, afterSeq: 4 });
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** An entry that an earlier page left. */
const entry = (key: string, hours: number): [string, string] => [
  `sms.outbox.${USER}.${key}`,
  JSON.stringify({ ...text(`${hours} hours old`), key, at: hoursAgo(hours) }),
];

const isEmpty = (outbox: { readonly items: readonly unknown[] }) => () => outbox.items.length === 0;

Deno.test("a text whose key the server may have forgotten is not sent by itself, and by hand with a new key", async () => {
  const on = world();
  on.browser.entries.set(...entry("old", 23.1)).set(...entry("young", 22.9));
  const outbox = outboxIn(on);
  outbox.start();
  await whenOutbox(outbox, () => outbox.items.length === 1 && outbox.items[0]?.refused !== undefined);
  assert.deepEqual(on.server.asked.map(({ key }) => key), ["young"]);
  assert.match(outbox.items[0]?.refused ?? "", /It may have been sent. Check the conversation/);
  outbox.retry("old", 9);
  assert.equal(outbox.items[0]?.afterSeq, 9, "what the thread showed is not it");
  await whenOutbox(outbox, isEmpty(outbox));
  assert.equal(on.server.asked[1]?.body, "23.1 hours old");
  assert.notEqual(on.server.asked[1]?.key, "old");
  assert.equal(on.browser.entries.size, 0);
});

Deno.test("a text that grew old while it was refused is not repeated with its key either", async () => {
  const on = world();
  const [name, value] = entry("old", 25);
  on.browser.entries.set(name, JSON.stringify({ ...JSON.parse(value), refused: "Sign in again." }));
  const outbox = outboxIn(on);
  outbox.start();
  outbox.retry("old", 4);
  await whenOutbox(outbox, () => /Check the conversation/.test(outbox.items[0]?.refused ?? ""));
  assert.deepEqual(on.server.asked, []);
});

Deno.test("what was on its way in a conversation that was erased stays in no browser, and that of others does", () => {
  const on = world();
  for (const conversationId of [CONVERSATION, "c2", CONVERSATION]) {
    const key = crypto.randomUUID();
    const item = { ...text("Hello"), conversationId, key, at: hoursAgo(1), refused: "Not there." };
    on.browser.entries.set(`sms.outbox.${USER}.${key}`, JSON.stringify(item));
  }
  const outbox = outboxIn(on);
  outbox.discardThread(CONVERSATION);
  assert.deepEqual(outbox.items.map(({ conversationId }) => conversationId), ["c2"]);
  assert.equal(on.browser.entries.size, 1);
});

Deno.test("what one tab sent or discarded is gone in the other, and stays so whatever that one writes", async () => {
  const on = world();
  for (const name of ["refused 1", "refused 2"]) {
    const [entryName, value] = entry(name, 1);
    on.browser.entries.set(entryName, JSON.stringify({ ...JSON.parse(value), refused: "Not there." }));
  }
  on.pauses.holds = true;
  const [one, two] = [outboxIn(on), outboxIn(on)];
  one.start();
  two.start();
  one.retry("refused 1", 4);
  one.discard("refused 2");
  await whenOutbox(two, isEmpty(two));
  on.server.answers.push(
    () => Response.json({ code: "COUNTRY_NOT_ALLOWED", message: "Not there." }, { status: 422 }),
  );
  two.add(text("Another"));
  await whenOutbox(one, () => one.items[0]?.refused !== undefined);
  assert.deepEqual(one.items.map(({ body }) => body), ["Another"]);
  assert.deepEqual(two.items, one.items);
  assert.equal(on.browser.entries.size, 1);
});

Deno.test("a tab sends what it wrote; another one takes over what is still there later", async () => {
  const on = world();
  on.pauses.holds = true;
  const [one, two] = [outboxIn(on), outboxIn(on)];
  const closeOne = one.start();
  two.start();
  on.server.answers.push(unreachable);
  one.add(text("Mine"));
  assert.deepEqual(two.items, one.items);
  await on.pauses.whenAsked(1_000);
  assert.deepEqual(on.pauses.asked, [30_000, 1_000]);
  assert.equal(on.server.asked.length, 1, "the second tab waits");
  closeOne();
  on.pauses.end();
  await whenOutbox(two, isEmpty(two));
  assert.equal(on.server.asked.length, 2);
  assert.equal(on.server.asked[1]?.key, on.server.asked[0]?.key);
});

Deno.test("a text does not wait for one before it that another tab has sent", async () => {
  const on = world();
  on.pauses.holds = true;
  const [one, two] = [outboxIn(on), outboxIn(on)];
  one.start();
  two.start();
  on.server.answers.push(unreachable);
  one.add(text("First"));
  one.add(text("Second"));
  await on.pauses.whenAsked(1_000);
  two.discard(two.items[0]?.key ?? "");
  await whenOutbox(one, isEmpty(one));
  assert.deepEqual(on.server.asked.map(({ body }) => body), ["First", "Second"]);
});
