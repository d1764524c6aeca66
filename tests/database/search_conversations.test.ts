import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { addConversations, type Page, previews, search, searchAll } from "./conversation_lists.ts";
import { addTenant, callAs, phone, text } from "./support.ts";

emptyDbTest("sms_search_conversations() lists newest first, with what is unread", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [first, second] = [phone(), phone()];
  await text(sql, tenant, first, "One");
  await text(sql, tenant, second, "Two");
  await text(sql, tenant, first, "Three");
  await text(sql, other, first, "Not yours");
  const { outcome, conversations, next } = await search(sql, tenant);
  assert.equal(outcome, "found");
  assert.equal(next, null);
  assert.deepEqual(previews(conversations), ["Three", "Two"]);
  const [newest] = conversations;
  const [row] = await sql`select to_jsonb(c) as c, to_jsonb(k) as k from public.sms_conversations c
    join public.sms_contacts k on k.id = c.contact_id where k.number = ${first} and c.user_id = ${tenant.userId}`;
  const { id, number, name, opted_out_at } = row?.k;
  assert.deepEqual(newest, {
    ...row?.c,
    contact: { id, number, name, opted_out_at },
    phone_number: { id: tenant.numberId, number: tenant.number },
    unread: 2,
  });
  await callAs(sql, tenant, "sms_update_conversation", { conversation_id: newest?.id, read_through: 1 });
  assert.equal((await search(sql, tenant)).conversations[0]?.unread, 1);
});

dbTest("sms_search_conversations() filters by status, also with a search", async ({ sql, tenant }) => {
  const made = Array.from({ length: 30 }, (_, i) => ({
    preview: i % 3 === 0 ? "apple pie" : "pear",
    status: i % 2 === 0 ? "active" : "ended",
  }));
  await addConversations(sql, tenant, made);
  for (const status of ["active", "ended"]) {
    for (const needle of [undefined, "apple"]) {
      const found = await searchAll(sql, tenant, { status, page_size: 4, search: needle ?? null });
      const expected = made.filter((one) =>
        one.status === status && (!needle || one.preview.includes(needle))
      );
      assert.deepEqual(previews(found), expected.map((one) => one.preview));
      assert(found.every((entry) => entry.status === status));
    }
  }
});

dbTest("paging gives every conversation once, also those of one moment", async ({ sql, tenant }, t) => {
  const at = "2026-11-01T12:00:00.123456Z";
  const same = await addConversations(
    sql,
    tenant,
    Array.from({ length: 9 }, () => ({ at, preview: "same moment" })),
  );
  const rest = await addConversations(
    sql,
    tenant,
    Array.from({ length: 12 }, () => ({ preview: "other moment" })),
  );
  for (
    const [what, args] of Object.entries({ list: {}, search: { search: "moment" }, short: { search: "mo" } })
  ) {
    for (const page_size of [1, 4, 5, 21, 100]) {
      await t.step(`${what} by ${page_size}`, async () => {
        const ids = (await searchAll(sql, tenant, { ...args, page_size })).map((entry) => entry.id);
        assert.deepEqual([...ids].sort(), [...same, ...rest].sort());
      });
    }
  }
});

dbTest("texts that come while somebody pages repeat and hide nothing", async ({ sql, tenant }) => {
  const ids = await addConversations(sql, tenant, Array.from({ length: 40 }, () => ({ number: phone() })));
  const seen: string[] = [];
  let next: Page["next"] = null;
  do {
    const page: Page = await search(sql, tenant, {
      page_size: 7,
      before_at: next?.at ?? null,
      before_id: next?.id ?? null,
    });
    seen.push(...page.conversations.map((entry) => entry.id));
    next = page.next;
    // One that was shown already moves to the top, and a new one appears there.
    await text(sql, tenant, page.conversations[0]?.contact.number ?? "", "Again");
    await text(sql, tenant, phone(), "New here");
  } while (next);
  assert.deepEqual(seen, ids);
});
