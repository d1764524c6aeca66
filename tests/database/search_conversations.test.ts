import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { testDatabase } from "../support/postgres.ts";
import { addTenant, callAs, phone, type Tenant, text } from "./support.ts";

interface Entry {
  id: string;
  status: string;
  contact: { id: string; number: string; name: string | null; opted_out_at: string | null };
  phone_number: { id: string; number: string };
  unread: number;
  last_message_preview: string;
  last_message_at: string;
  last_seq: number;
}

interface Page {
  outcome: string;
  conversations: Entry[];
  next: { at: string; id: string } | null;
}

async function search(sql: Sql, tenant: Tenant, args: Record<string, unknown> = {}): Promise<Page> {
  return await callAs(sql, tenant, "search_conversations", args) as unknown as Page;
}

/** All pages, one after the other. */
async function searchAll(sql: Sql, tenant: Tenant, args: Record<string, unknown> = {}): Promise<Entry[]> {
  const all: Entry[] = [];
  let page = await search(sql, tenant, args);
  for (;;) {
    all.push(...page.conversations);
    if (!page.next) return all;
    page = await search(sql, tenant, { ...args, before_at: page.next.at, before_id: page.next.id });
  }
}

/** Conversations without texts, made at once, the first being the newest. */
async function addConversations(
  sql: Sql,
  tenant: Tenant,
  made: { preview?: string; name?: string | null; number?: string; status?: string; at?: string }[],
): Promise<string[]> {
  const ids: string[] = [];
  for (
    const [i, { preview = "Hello", name = null, number = phone(), status = "active", at }] of made.entries()
  ) {
    const [contact] = await sql`insert into public.contacts (user_id, number, name)
      values (${tenant.userId}, ${number}, ${name}) returning id`;
    const ended = status === "ended" ? new Date() : null;
    const [row] =
      await sql`insert into public.conversations (user_id, phone_number_id, contact_id, last_message_preview,
        last_message_at, status, ended_at, end_reason)
      values (${tenant.userId}, ${tenant.numberId}, ${contact?.id}, ${preview},
        ${at ?? new Date(Date.now() - i * 1000)}, ${status}, ${ended}, ${ended && "person"}) returning id`;
    ids.push(row?.id);
  }
  return ids;
}

/** Many conversations at once, older than all others, that no search below is for. */
async function addOldConversations(sql: Sql, tenant: Tenant, count: number): Promise<void> {
  await sql`with people as (
      insert into public.contacts (user_id, number)
      select ${tenant.userId}, '+44' || (7000000000 + i) from generate_series(1, ${count}::int) i returning *)
    insert into public.conversations (user_id, phone_number_id, contact_id, last_message_preview, last_message_at)
    select user_id, ${tenant.numberId}, id, 'Ordinary text', now() - interval '1 day' - random() * interval '1 day'
    from people`;
}

const previews = (entries: Entry[]) => entries.map((entry) => entry.last_message_preview);

Deno.test("search_conversations() lists newest first, with contact, own number and what is unread", async () => {
  await using database = await testDatabase();
  const { sql } = database;
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
  const [row] = await sql`select to_jsonb(c) as c, to_jsonb(k) as k from public.conversations c
    join public.contacts k on k.id = c.contact_id where k.number = ${first} and c.user_id = ${tenant.userId}`;
  const { id, number, name, opted_out_at } = row?.k;
  assert.deepEqual(newest, {
    ...row?.c,
    contact: { id, number, name, opted_out_at },
    phone_number: { id: tenant.numberId, number: tenant.number },
    unread: 2,
  });
  await callAs(sql, tenant, "mark_read", { conversation_id: newest?.id, through_seq: 1 });
  assert.equal((await search(sql, tenant)).conversations[0]?.unread, 1);
});

Deno.test("search_conversations() finds number, name and text, and takes every character for itself", async (t) => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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
  await sql`update public.conversations set last_message_at = now() - interval '1 week'
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

Deno.test("search_conversations() finds no other tenant's conversations, near or far", async () => {
  await using database = await testDatabase();
  const { sql } = database;
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

Deno.test("search_conversations() filters by status, with and without a search", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

Deno.test("paging gives every conversation exactly once, also those of the same moment", async (t) => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

Deno.test("texts that come while somebody pages neither repeat nor hide the conversations that stay", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
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

Deno.test("a search that cannot be indexed goes through the whole list, page by page", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await addConversations(sql, tenant, [{ preview: "🎉", at: "2026-01-01T00:00:00Z" }]);
  await addOldConversations(sql, tenant, 2500);
  const first = await search(sql, tenant, { search: "🎉" });
  assert.deepEqual(first.conversations, []);
  assert(first.next, "an empty page that is not the last");
  assert.deepEqual(previews(await searchAll(sql, tenant, { search: "🎉" })), ["🎉"]);
});

Deno.test("a common word is found without gaps where the near end of the list has few of it", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  await addOldConversations(sql, tenant, 2000);
  // Some near, many far.
  await sql`update public.conversations c set last_message_preview = 'Ordinary banana'
    from (select id, row_number() over (order by last_message_at desc) as i from public.conversations) o
    where o.id = c.id and (i % 20 = 0 or i > 1500)`;
  const [expected] = await sql`select array_agg(id order by last_message_at desc, id desc) as ids
    from public.conversations where last_message_preview like '%banana'`;
  for (const page_size of [10, 50, 100]) {
    const found = await searchAll(sql, tenant, { search: "banana", page_size });
    assert.deepEqual(found.map((entry) => entry.id), expected?.ids);
  }
});

Deno.test("search_conversations() refuses what it cannot do", async (t) => {
  await using database = await testDatabase();
  const { sql } = database;
  const tenant = await addTenant(sql);
  const refused: [Record<string, unknown>, string][] = [
    [{ page_size: 0 }, "INVALID_PAGE_SIZE"],
    [{ page_size: 101 }, "INVALID_PAGE_SIZE"],
    [{ page_size: -1 }, "INVALID_PAGE_SIZE"],
    [{ page_size: null }, "INVALID_PAGE_SIZE"],
    [{ status: "closed" }, "INVALID_STATUS"],
    [{ search: "x".repeat(101) }, "SEARCH_TOO_LONG"],
    [{ search: "x".repeat(1_000_000) }, "SEARCH_TOO_LONG"],
    [{ before_at: "2026-01-01T00:00:00Z" }, "INVALID_CURSOR"],
    [{ before_id: crypto.randomUUID() }, "INVALID_CURSOR"],
  ];
  for (const [args, outcome] of refused) {
    await t.step(`${JSON.stringify(args).slice(0, 60)} is ${outcome}`, async () => {
      assert.deepEqual(await search(sql, tenant, args), { outcome });
    });
  }
  assert.equal((await search(sql, tenant, { search: ` ${"x".repeat(100)} ` })).outcome, "found");
});
