/** Lists of tables, as PostgREST answers them: a page at most, and no word of it. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { createSms } from "../../../client/mod.ts";

/** @param most rows of one answer, the project's `max_rows` */
function projectWith(count: number, most: number) {
  const asked: URL[] = [];
  const all = Array.from({ length: count }, (_, at) => ({ id: `contact ${at}` }));
  const client = createClient("http://server.test", "sb_publishable_key", {
    auth: { persistSession: false, autoRefreshToken: false },
    global: {
      fetch: (input) => {
        const url = new URL(String(input));
        asked.push(url);
        const from = Number(url.searchParams.get("offset") ?? 0);
        const size = Math.min(most, Number(url.searchParams.get("limit") ?? most));
        return Promise.resolve(Response.json(all.slice(from, from + size)));
      },
    },
  });
  return { asked, sms: createSms(client) };
}

Deno.test("list() has every row, however many the API gives at once, and asks once for a few", async () => {
  const cases: [count: number, most: number, requests: number][] = [
    [0, 1_000, 1],
    [99, 1_000, 1],
    [2_345, 1_000, 3],
    [1_000, 500, 3],
    [250, 10_000, 2],
  ];
  for (const [count, most, requests] of cases) {
    const { asked, sms } = projectWith(count, most);
    const found = await sms.contacts.list();
    assert.equal(new Set(found.map(({ id }) => id)).size, count);
    assert.deepEqual([found.length, asked.length], [count, requests]);
  }
});

Deno.test("rows with one name have an order too, or a page could repeat one and leave one out", async () => {
  const { asked, sms } = projectWith(1, 1_000);
  await sms.contacts.list();
  await sms.templates.list();
  await sms.assistants.list();
  await sms.limits();
  assert.deepEqual(asked.map(({ searchParams }) => searchParams.get("order")), [
    "number.asc,id.asc",
    "name.asc,id.asc",
    "name.asc,id.asc",
    "user_id.asc",
  ]);
});
