import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { addConversations, addOldConversations, previews, search, searchAll } from "./conversation_lists.ts";
import { addTenant } from "./support.ts";

dbTest("sms_search_conversations() takes every character for itself", async ({ sql, tenant }, t) => {
  await addConversations(sql, tenant, [
    { preview: "Is 50% off?", name: "Grace O'Hopper", number: "+14155550101" },
    { preview: "snake_case \\ back", name: "Ödön von Horváth", number: "+14155550199" },
    { preview: "שלום עולם", name: null, number: "+447911123456" },
    { preview: "Party 🎉 tonight (((((", name: "x|y", number: "AMAZON" },
    { preview: 'Zoe said: "ok"', name: "100 percent", number: "12345" },
  ]);
  const cases: Record<string, number[]> = {
    "(415) 555": [0, 1],
    "+1 415-555-0101": [0],
    "+1\u00a0415\u00a05550101": [0],
    "415.555/0199": [1],
    "+44 7911": [2],
    // From its beginning, because of the plus.
    "+7911": [],
    "7911 123": [2],
    "12345": [2, 4],
    "+14": [0, 1],
    "12": [4],
    "amazon": [3],
    "GRACE": [0],
    "o'hop": [0],
    "HORVÁTH": [1],
    "50%": [0],
    "%": [0],
    "_": [1],
    "e_c": [1],
    "\\": [1],
    "\\ b": [1],
    "%%%": [],
    "___": [],
    "(((((": [3],
    "🎉": [3],
    "party 🎉 T": [3],
    "|": [3],
    "x|y": [3],
    "שלום": [2],
    '"ok"': [4],
    "'": [0],
    "\\m": [],
    "(?i)zoe": [],
    "***=zoe": [],
    // One or two characters: beginnings of words.
    "to": [3],
    "z": [4],
    "gh": [],
    "no such text": [],
    "  grace  ": [0],
    "": [0, 1, 2, 3, 4],
    "   ": [0, 1, 2, 3, 4],
  };
  const everything = await searchAll(sql, tenant);
  const expected = (which: number[]) => which.map((i) => everything[i]?.last_message_preview);
  for (const [needle, which] of Object.entries(cases)) {
    await t.step(JSON.stringify(needle), async () => {
      assert.deepEqual(previews(await searchAll(sql, tenant, { search: needle })), expected(which));
    });
  }
  // The same searches once the list is too long to be looked through: by the indexes.
  await addOldConversations(sql, tenant, 3000);
  await sql`update public.sms_conversations set last_message_at = now() - interval '1 week'
    - (now() - last_message_at) where last_message_preview <> 'Ordinary text'`;
  await sql`analyze`;
  for (const [needle, which] of Object.entries(cases).filter(([needle]) => needle.trim() !== "")) {
    await t.step(`${JSON.stringify(needle)} far down a long list`, async () => {
      const found = (await searchAll(sql, tenant, { search: needle })).filter((entry) =>
        !entry.contact.number.startsWith("+447000")
      );
      assert.deepEqual(previews(found), expected(which));
    });
  }
});

emptyDbTest("sms_search_conversations() finds no other tenant's conversations", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  await addConversations(sql, other, [{ preview: "secret word", name: "Secret", number: "+14155559999" }]);
  for (const old of [0, 1000]) {
    await addOldConversations(sql, tenant, old);
    for (const needle of ["secret", "4155559999", "se"]) {
      assert.deepEqual((await search(sql, tenant, { search: needle })).conversations, []);
      assert.equal((await search(sql, other, { search: needle })).conversations.length, 1);
    }
  }
});

dbTest("a search without an index goes through the whole list by pages", async ({ sql, tenant }) => {
  await addConversations(sql, tenant, [{ preview: "🎉", at: "2026-01-01T00:00:00Z" }]);
  await addOldConversations(sql, tenant, 2500);
  const first = await search(sql, tenant, { search: "🎉" });
  assert.deepEqual(first.conversations, []);
  assert(first.next, "an empty page that is not the last");
  assert.deepEqual(previews(await searchAll(sql, tenant, { search: "🎉" })), ["🎉"]);
});

dbTest("a common word is found without gaps", async ({ sql, tenant }) => {
  await addOldConversations(sql, tenant, 2000);
  // Some near, many far.
  await sql`update public.sms_conversations c set last_message_preview = 'Ordinary banana'
    from (select id, row_number() over (order by last_message_at desc) as i from public.sms_conversations) o
    where o.id = c.id and (i % 20 = 0 or i > 1500)`;
  const [expected] = await sql`select array_agg(id order by last_message_at desc, id desc) as ids
    from public.sms_conversations where last_message_preview like '%banana'`;
  for (const page_size of [10, 50, 100]) {
    const found = await searchAll(sql, tenant, { search: "banana", page_size });
    assert.deepEqual(found.map((entry) => entry.id), expected?.ids);
  }
});
