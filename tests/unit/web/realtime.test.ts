/** The page's end of Realtime, with the real client and a stand-in for the service. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../../supabase/functions/_shared/sms/database/types.ts";
import { realtime } from "../../../client/live/realtime.ts";
import type { Change } from "../../../client/live/source.ts";
import { RealtimeServer } from "../../support/realtime.ts";

const USER = "01a208d3-df7f-74a5-82a4-c6bc01e7d9e2";
const TOPIC = `realtime:sms:${USER}`;

/** What a page hears, as a list to wait for the next of. */
class Heard {
  readonly #told: (Change | boolean)[] = [];
  #waiting: ((told: Change | boolean) => void) | undefined;

  tell(told: Change | boolean): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(told);
    else this.#told.push(told);
  }

  async next(): Promise<Change | boolean> {
    const told = this.#told.shift();
    return told === undefined ? await new Promise((resolve) => (this.#waiting = resolve)) : told;
  }
}

/** A page that listens, until the test ends. */
function listen(server: RealtimeServer): Heard & AsyncDisposable {
  const client = createClient<Database>(server.url, "sb_publishable_key", {
    accessToken: () => Promise.resolve("the user's token"),
  });
  const heard = new Heard();
  const end = realtime({ client, userId: USER, onHeard: (now) => heard.tell(now) })
    .start((change) => heard.tell(change));
  return Object.assign(heard, {
    async [Symbol.asyncDispose]() {
      end();
      await client.removeAllChannels();
      await client.realtime.disconnect();
    },
  });
}

Deno.test("realtime() joins the user's private topic with their token, and then asks for everything once", async () => {
  await using server = new RealtimeServer();
  await using heard = listen(server);
  assert.equal(await heard.next(), true);
  assert.equal(await heard.next(), null);
  assert.deepEqual(server.joins, [{ topic: TOPIC, private: true, accessToken: "the user's token" }]);
});

Deno.test("realtime() tells the ids that were announced, and that anything may have changed where it cannot read them", async () => {
  await using server = new RealtimeServer();
  await using heard = listen(server);
  await heard.next();
  await heard.next();
  server.broadcast(TOPIC, "changed", { conversations: ["c1", "c2"] });
  assert.deepEqual(await heard.next(), ["c1", "c2"]);
  for (const payload of [{}, { conversations: null }, { conversations: [1] }, "c1"]) {
    server.broadcast(TOPIC, "something else", { conversations: ["c3"] });
    server.broadcast(TOPIC, "changed", payload);
    assert.equal(await heard.next(), null);
  }
});

Deno.test("realtime() says that nothing is heard where the topic is refused, so that asking goes on", async () => {
  await using server = new RealtimeServer();
  server.refuses = true;
  await using heard = listen(server);
  assert.equal(await heard.next(), false);
});

Deno.test("realtime() says when the connection is lost, comes back by itself and asks for everything again", async () => {
  await using server = new RealtimeServer();
  await using heard = listen(server);
  await heard.next();
  await heard.next();
  server.drop();
  assert.equal(await heard.next(), false);
  assert.equal(await heard.next(), true);
  assert.equal(await heard.next(), null);
  assert.equal(server.joins.length, 2);
});
