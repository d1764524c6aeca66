/** What asking now and then notices, with the real client. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../../supabase/functions/_shared/sms/database/types.ts";
import { polling } from "../../../client/live/polling.ts";
import type { Change } from "../../../client/live/source.ts";

/** What each table answers; what was told is a list to wait for the next of. */
class Poll implements Disposable {
  readonly rows = {
    conversations: [{ id: "c1", updated_at: "1" }],
    sms_messages: [{ id: "m1", updated_at: "1" }],
  };
  watched: string | null = null;
  readonly #told: Change[] = [];
  #turns = 0;
  #waiting: (() => void)[] = [];
  readonly #end: () => void;

  constructor() {
    const page = Object.assign(new EventTarget(), { hidden: false });
    const client = createClient<Database>("http://server.test", "sb_publishable_key", {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch: (url) => Promise.resolve(this.#answer(new URL(String(url)))) },
    });
    this.#end = polling({ client, page, watched: () => this.watched, interval: () => 1 })
      .start((change) => this.#told.push(change));
  }

  #answer({ pathname }: URL): Response {
    const isConversations = pathname.endsWith("/sms_conversations");
    if (isConversations) {
      this.#turns += 1;
      for (const tell of this.#waiting.splice(0)) tell();
    }
    return Response.json(isConversations ? this.rows.conversations : this.rows.sms_messages);
  }

  /** What is told until it has looked twice more: once may have begun before. */
  async next(): Promise<readonly Change[]> {
    const until = this.#turns + 3;
    while (this.#turns < until) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    return this.#told.splice(0);
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}

Deno.test("polling() says at first that anything may have changed, and then only what did", async () => {
  using poll = new Poll();
  assert.deepEqual(await poll.next(), [null]);
  assert.deepEqual(await poll.next(), []);
  poll.rows.conversations = [{ id: "c2", updated_at: "1" }, { id: "c1", updated_at: "1" }];
  assert.deepEqual(await poll.next(), [["c2"]]);
});

Deno.test("polling() goes on as one, however often somebody comes back while it asks", async () => {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const asking: (() => void)[] = [];
  let asked = Promise.withResolvers<void>();
  const client = createClient<Database>("http://server.test", "sb_publishable_key", {
    auth: { persistSession: false, autoRefreshToken: false },
    global: {
      fetch: () =>
        new Promise((resolve) => {
          asking.push(() => resolve(Response.json([])));
          asked.resolve();
        }),
    },
  });
  const end = polling({ client, page, watched: () => null, interval: () => 1 }).start(() => {});
  page.dispatchEvent(new Event("visibilitychange"));
  page.dispatchEvent(new Event("visibilitychange"));
  while (asking.length < 3) {
    await asked.promise;
    asked = Promise.withResolvers();
  }
  asking.splice(0).forEach((answer) => answer());
  // Each that goes on asks again after a millisecond; and none is answered, so that none asks twice.
  await new Promise((resolve) => setTimeout(resolve, 50));
  end();
  assert.equal(asking.length, 1);
  asking.splice(0).forEach((answer) => answer());
});

Deno.test("polling() has a thread that was just opened read again, and then when a delivery changes its texts", async () => {
  using poll = new Poll();
  await poll.next();
  poll.watched = "c1";
  assert.deepEqual(await poll.next(), [["c1"]]);
  assert.deepEqual(await poll.next(), []);
  poll.rows.sms_messages = [{ id: "m1", updated_at: "2" }];
  assert.deepEqual(await poll.next(), [["c1"]]);
  poll.watched = null;
  await poll.next();
  poll.rows.sms_messages = [{ id: "m1", updated_at: "3" }];
  poll.watched = "c1";
  assert.deepEqual(await poll.next(), [["c1"]], "what nobody looked at meanwhile");
});
