import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { addConversations, addOldConversations, previews, search, searchAll } from "./conversation_lists.ts";
import { addTenant, callAs } from "./support.ts";

dbTest("sms_search_conversations() filters by unread, intent and who answers", async ({ sql, tenant }) => {
  const made = Array.from({ length: 48 }, (_, i) => ({
    preview: `${i % 3 === 0 ? "apple" : "pear"} ${i}`,
    unread: i % 2 === 0,
    intent: i % 4 < 2 ? "booking" : null,
    answeredBy: i % 5 === 0 ? "person" : "assistant",
    status: i % 7 === 0 ? "ended" : "active",
  }));
  const ids = await addConversations(sql, tenant, made);
  for (const [i, { unread, intent, answeredBy }] of made.entries()) {
    await sql`update public.sms_conversations set last_seq = 2, read_seq = ${
      unread ? 1 : 2
    }, intent = ${intent},
      ai_enabled = ${!(answeredBy === "person" && i % 2 === 0)},
      ai_paused_until = ${
      answeredBy === "person" ? "infinity" : "2026-01-01"
    }::text::timestamptz where id = ${ids[i] ?? ""}`;
  }
  for (const unread of [null, true, false]) {
    for (const intent of [null, "booking", "nothing of that name"]) {
      for (const answered_by of [null, "person", "assistant"]) {
        for (const needle of [null, "apple"]) {
          const args = { unread, intent, answered_by, search: needle, status: "active", page_size: 4 };
          const expected = made.filter((one) =>
            (unread === null || one.unread === unread) && (intent === null || one.intent === intent) &&
            (answered_by === null || one.answeredBy === answered_by) && one.status === "active" &&
            (needle === null || one.preview.includes(needle))
          );
          const found = previews(await searchAll(sql, tenant, args));
          assert.deepEqual(found, expected.map((one) => one.preview), JSON.stringify(args));
        }
      }
    }
  }
});

emptyDbTest("a filter that keeps little pages along the list, and ends", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await addOldConversations(sql, tenant, 11_000);
  await addOldConversations(sql, other, 10);
  await sql`update public.sms_conversations set intent = 'theirs' where user_id = ${other.userId}`;
  const [oldest] = await sql`update public.sms_conversations set intent = 'rare' where id =
    (select id from public.sms_conversations where user_id = ${tenant.userId} order by last_message_at limit 1)
    returning id`;
  const first = await search(sql, tenant, { intent: "rare" });
  assert.deepEqual(first.conversations, []);
  assert(first.next, "an empty page that has a next one");
  const all = await searchAll(sql, tenant, { intent: "rare" });
  assert.deepEqual(all.map(({ id }) => id), [oldest?.id]);
  assert.deepEqual(await searchAll(sql, tenant, { intent: "theirs" }), []);
});

dbTest("a pause that is over or a hand-back lets the assistant answer", async ({ sql, tenant }) => {
  const [conversation] = await addConversations(sql, tenant, [{}]);
  const answered_by = async () => {
    const { conversations } = await search(sql, tenant, { answered_by: "person" });
    return conversations.length === 1 ? "person" : "assistant";
  };
  assert.equal(await answered_by(), "assistant");
  await callAs(sql, tenant, "sms_take_over", { conversation_id: conversation });
  assert.equal(await answered_by(), "person");
  await callAs(sql, tenant, "sms_hand_back", { conversation_id: conversation });
  assert.equal(await answered_by(), "assistant");
});
