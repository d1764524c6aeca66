import assert from "node:assert/strict";
import { createWaker } from "../../../../supabase/functions/_shared/sms/worker/wake.ts";
import { capturedLog, quiet } from "../support.ts";

function waker() {
  const posts: PromiseWithResolvers<void>[] = [];
  const pauses: PromiseWithResolvers<void>[] = [];
  const next = (list: PromiseWithResolvers<void>[]) => () => {
    const one = Promise.withResolvers<void>();
    list.push(one);
    return one.promise;
  };
  const { log, lines } = capturedLog();
  return { posts, pauses, lines, wake: createWaker({ log, post: next(posts), pause: next(pauses) }) };
}

Deno.test("a thousand wakes become one on its way and one after it", async () => {
  const { posts, pauses, wake } = waker();
  const all = Promise.all(Array.from({ length: 1_000 }, () => wake()));
  await quiet();
  assert.equal(posts.length, 1);
  posts[0]?.resolve();
  await quiet();
  assert.equal(posts.length, 1);
  pauses[0]?.resolve();
  await quiet();
  assert.equal(posts.length, 2);
  posts[1]?.resolve();
  await quiet();
  pauses[1]?.resolve();
  await all;
  assert.equal(posts.length, 2);
});

Deno.test("wakes that come one after the other are held to one a pause", async () => {
  const { posts, pauses, wake } = waker();
  const first = wake();
  posts[0]?.resolve();
  await quiet();
  for (let i = 0; i < 100; i++) assert.equal(wake(), first);
  await quiet();
  assert.equal(posts.length, 1);
  pauses[0]?.resolve();
  await quiet();
  assert.equal(posts.length, 2);
  posts[1]?.resolve();
  await quiet();
  pauses[1]?.resolve();
  await first;
});

Deno.test("a wake that fails is logged, and the next one is sent", async () => {
  const { posts, pauses, lines, wake } = waker();
  const first = wake();
  posts[0]?.reject(new Error("sms-worker answered 500"));
  await quiet();
  pauses[0]?.resolve();
  await first;
  assert.ok(lines[0]?.includes("WAKE_FAILED"));
  const second = wake();
  posts[1]?.resolve();
  await quiet();
  pauses[1]?.resolve();
  await second;
  assert.equal(posts.length, 2);
});
