/** What is read anew beside TanStack Query's own readings, with its real cache. */
import assert from "node:assert/strict";
import { changeLoaded, refresh } from "../../../web/src/inbox/refresh.ts";
import { SmsError } from "../../../client/mod.ts";
import { createQueryClient } from "../../../web/src/lib/query.ts";

const KEY: readonly unknown[] = ["rows"];
type Rows = readonly string[];

/** A query that somebody looks at, and the answers of its server: each comes when the test gives it. */
class Watched implements Disposable {
  readonly queries = createQueryClient();
  readonly query = this.queries.getQueryCache().build(this.queries, { queryKey: KEY });
  readonly reads: PromiseWithResolvers<Rows>[] = [];
  readonly pauses: number[] = [];
  readonly #observer = { options: {}, onQueryUpdate() {} } as never;

  constructor(shown?: Rows) {
    this.query.addObserver(this.#observer);
    if (shown) this.query.setData(shown);
  }

  get shown(): Rows | undefined {
    return this.queries.getQueryData<Rows>(KEY);
  }

  look(): Promise<void> {
    return refresh<Rows, Rows>(this.queries, this.query, {
      read: () => {
        const read = Promise.withResolvers<Rows>();
        this.reads.push(read);
        return read.promise;
      },
      merge: (shown = [], head) => [...head, ...shown.filter((row) => !head.includes(row))],
      pause: (milliseconds) => Promise.resolve(void this.pauses.push(milliseconds)),
    });
  }

  /** The query's own reading, of a page that is put to what is shown when it is asked for. */
  page(): PromiseWithResolvers<string> {
    const page = Promise.withResolvers<string>();
    const before = this.shown ?? [];
    void this.query.fetch({
      queryKey: KEY,
      queryFn: async () => [...before, await page.promise],
      retry: false,
    }).catch(() => null);
    return page;
  }

  leave(): void {
    this.query.removeObserver(this.#observer);
  }

  [Symbol.dispose](): void {
    this.queries.clear();
  }
}

/** Until all that can go on has gone on. */
const settle = () => new Promise((resolve) => setTimeout(resolve));
const unreachable = new SmsError("UNREACHABLE", 0, "Away");

Deno.test("what is told during a reading is read after it, once, and an older answer never comes last", async () => {
  using on = new Watched(["sent"]);
  const done = on.look();
  await settle();
  for (let times = 0; times < 3; times++) void on.look();
  await settle();
  assert.equal(on.reads.length, 1, "one at a time");
  on.reads[0]?.resolve(["first"]);
  await settle();
  assert.equal(on.reads.length, 2);
  on.reads[1]?.resolve(["second"]);
  await done;
  assert.deepEqual(on.shown, ["second", "first", "sent"]);
  assert.equal(on.reads.length, 2, "and once");
});

Deno.test("a reading that failed is repeated with growing pauses, as long as the failure may pass", async () => {
  using on = new Watched([]);
  const done = on.look();
  for (let times = 0; times < 3; times++) {
    await settle();
    on.reads[times]?.reject(unreachable);
  }
  await settle();
  on.reads[3]?.resolve(["at last"]);
  await done;
  assert.deepEqual(on.shown, ["at last"]);
  assert.deepEqual(on.pauses, [1_000, 2_000, 4_000]);
  const gone = on.look();
  await settle();
  on.reads[4]?.reject(new SmsError("CONVERSATION_NOT_FOUND", 404, "Gone"));
  await gone;
  assert.equal(on.reads.length, 5);
});

Deno.test("what could not be read and is not looked at any more is forgotten", async () => {
  using on = new Watched(["old"]);
  const done = on.look();
  await settle();
  on.leave();
  on.reads[0]?.reject(unreachable);
  await done;
  assert.equal(on.shown, undefined);
  assert.equal(on.reads.length, 1);
});

Deno.test("a change that is told during the first load is read after it", async () => {
  using on = new Watched();
  const load = on.page();
  const done = on.look();
  await settle();
  load.resolve("loaded");
  await settle();
  on.reads[0]?.resolve(["new"]);
  await done;
  assert.deepEqual(on.shown, ["new", "loaded"]);
});

Deno.test("what was read while a page was under way is not lost when the page comes", async () => {
  using on = new Watched(["shown"]);
  const done = on.look();
  await settle();
  const page = on.page();
  on.reads[0]?.resolve(["new"]);
  await settle();
  page.resolve("older");
  await done;
  assert.deepEqual(on.shown, ["new", "shown", "older"]);
});

Deno.test("what somebody changed shows at once, and still does when the page under way has come", async () => {
  using on = new Watched(["shown"]);
  const pages = [on.page()];
  const change = () =>
    changeLoaded<Rows>(on.queries, on.query, (shown) => shown.includes("mine") ? shown : ["mine", ...shown]);
  change();
  assert.deepEqual(on.shown, ["mine", "shown"]);
  pages[0]?.resolve("older");
  await settle();
  assert.deepEqual(on.shown, ["mine", "shown", "older"]);
});

Deno.test("a query that was removed while it was read keeps nobody waiting", async () => {
  using on = new Watched(["shown"]);
  on.page();
  on.queries.removeQueries({ queryKey: KEY });
  const done = on.look();
  await settle();
  on.reads[0]?.resolve(["new"]);
  await done;
  assert.equal(on.shown, undefined);
});
