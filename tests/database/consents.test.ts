/** Consents are recorded with their evidence, read, listed and exported, each tenant's by itself. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  addTenant,
  type Answer,
  as,
  call,
  callAs,
  PERMISSION_DENIED,
  phone,
  stateOf,
  type Tenant,
  text,
} from "./support.ts";

type Line = Record<string, unknown>;
type Owner = Pick<Tenant, "userId">;

const form = (number: string, more: Line = {}): Line => ({
  number,
  basis: "form",
  given_at: "2026-03-01T10:00:00+01:00",
  page: "https://example.com/news",
  form_text: "Yes, text me offers.",
  ...more,
});
const record = (sql: Sql, tenant: Owner, consents: unknown, more: Line = {}): Promise<Answer> =>
  callAs(sql, tenant, "sms_record_consents", { consents: sql.json(consents as never), ...more });
const events = (sql: Sql) =>
  sql`select * from public.sms_consent_events where change = 'consent' order by at`;

async function idOf(sql: Sql, tenant: Owner, number: string): Promise<string> {
  const [row] =
    await sql`select id from public.sms_contacts where user_id = ${tenant.userId} and number = ${number}`;
  assert(row, number);
  return row.id;
}

emptyDbTest("a consent is stored with its evidence, of a contact that is new too", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [known, fresh] = [phone(), phone()];
  await text(sql, tenant, known, "Hello");
  const answer = await record(sql, tenant, [
    form(known),
    {
      number: ` ${fresh.replace(/^\+1(\d{3})/, "+1 ($1) ")} `,
      basis: "keyword",
      given_at: "2026-02-01",
      words: "JOIN",
    },
  ]);
  assert.deepEqual([answer.outcome, answer.recorded, answer.known, answer.rejected], ["created", 2, 0, []]);
  const [first, second] = await events(sql);
  assert(first && second);
  const { id } = answer.import as { id: string };
  assert.deepEqual(
    [
      first.user_id,
      first.basis,
      first.given_at,
      first.page,
      first.form_text,
      first.words,
      first.source,
      first.import_id,
    ],
    [
      tenant.userId,
      "form",
      new Date("2026-03-01T09:00:00Z"),
      "https://example.com/news",
      "Yes, text me offers.",
      null,
      "person",
      id,
    ],
  );
  assert.deepEqual(
    [second.contact_id, second.basis, second.given_at, second.words],
    [await idOf(sql, tenant, fresh), "keyword", new Date("2026-02-01T00:00:00Z"), "JOIN"],
  );
  const seen = await as(
    sql,
    { role: "authenticated", userId: other.userId },
    (theirs) => theirs`select 1 from public.sms_consent_events`,
  );
  assert.equal(seen.length, 0);
  const [none] = await sql`select count(*)::int from public.sms_contacts where user_id = ${other.userId}`;
  assert.equal(none?.count, 0);
});

dbTest("each line says why it is refused, and nothing of it is stored", async ({ sql, tenant }) => {
  const stopped = phone();
  await text(sql, tenant, stopped, "STOP");
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const wrong: [unknown, string][] = [
    ["a text", "INVALID_LINE"],
    [null, "INVALID_LINE"],
    [form(phone(), { brand: "Ada's" }), "INVALID_LINE"],
    [form(phone(), { words: 7 }), "INVALID_LINE"],
    [form("555"), "INVALID_RECIPIENT"],
    [{ ...form(phone()), number: undefined }, "INVALID_RECIPIENT"],
    [form(phone(), { basis: "contact_wrote_first" }), "INVALID_BASIS"],
    [form(phone(), { basis: null }), "INVALID_BASIS"],
    [form(phone(), { given_at: "tomorrow" }), "INVALID_GIVEN_AT"],
    [form(phone(), { given_at: "infinity" }), "INVALID_GIVEN_AT"],
    [form(phone(), { given_at: "2026-02-30" }), "INVALID_GIVEN_AT"],
    [form(phone(), { given_at: "1999-12-31" }), "INVALID_GIVEN_AT"],
    [form(phone(), { given_at: null }), "INVALID_GIVEN_AT"],
    [form(phone(), { given_at: tomorrow }), "CONSENT_OF_TOMORROW"],
    [form(phone(), { given_at: tomorrow.slice(0, 10) }), "CONSENT_OF_TOMORROW"],
    [form(phone(), { page: " ", form_text: null }), "EVIDENCE_MISSING"],
    [form(phone(), { page: null, form_text: null, words: "They said so" }), "EVIDENCE_MISSING"],
    [{ number: phone(), basis: "import", given_at: "2026-01-01" }, "EVIDENCE_MISSING"],
    [form(phone(), { form_text: "x".repeat(4_001) }), "EVIDENCE_TOO_LONG"],
    [form(phone(), { page: "x".repeat(2_049) }), "EVIDENCE_TOO_LONG"],
    [form(phone(), { words: "x".repeat(1_001) }), "EVIDENCE_TOO_LONG"],
    [form(stopped), "RECIPIENT_OPTED_OUT"],
  ];
  const good = phone();
  const [before] = await sql`select count(*)::int from public.sms_contacts`;
  const answer = await record(sql, tenant, [...wrong.map(([line]) => line), form(good)]);
  assert.deepEqual(answer.rejected, wrong.map(([, code], index) => ({ line: index + 1, code })));
  assert.deepEqual([answer.outcome, answer.recorded], ["created", 1]);
  const stored = await events(sql);
  assert.deepEqual(stored.map((event) => event.contact_id), [await idOf(sql, tenant, good)]);
  const [after] = await sql`select count(*)::int from public.sms_contacts`;
  assert.equal(after?.count, before?.count + 1, "who is refused becomes no contact");
});

dbTest("a list that is no list, empty or too long is refused as a whole", async ({ sql, tenant }) => {
  for (const none of [[], {}, "x", null, 7]) {
    assert.deepEqual(await record(sql, tenant, none), { outcome: "CONSENTS_REQUIRED" });
  }
  const broken = Array.from({ length: 1_001 }, () => "broken");
  assert.deepEqual(await record(sql, tenant, broken), { outcome: "TOO_MANY_CONSENTS" });
  const answer = await record(sql, tenant, broken.slice(1));
  assert.equal((answer.rejected as unknown[]).length, 1_000, "each line has its refusal");
  assert.equal((await events(sql)).length, 0);
});

emptyDbTest("a key stores once, and a list that comes again is known", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [one, two] = [phone(), phone()];
  const first = await record(sql, tenant, [form(one), form(one), "broken"], { idempotency_key: "list" });
  assert.deepEqual([first.recorded, first.known], [1, 1]);
  const again = await record(sql, tenant, [form(one), form(one), "broken"], { idempotency_key: "list" });
  assert.deepEqual(again, { ...first, outcome: "repeated" });
  assert.equal(
    (await record(sql, tenant, [form(two)], { idempotency_key: "list" })).outcome,
    "IDEMPOTENCY_KEY_REUSED",
  );
  const longer = await record(sql, tenant, [form(one), form(two), form(one, { form_text: "Other words." })]);
  assert.deepEqual([longer.recorded, longer.known], [2, 1]);
  assert.equal((await events(sql)).length, 3);
  assert.equal(
    (await record(sql, other, [form(one)], { idempotency_key: "list" })).outcome,
    "created",
    "their own key",
  );
});

dbTest("new contacts of a list count towards the tenant's limit", async ({ sql, tenant }) => {
  const [known, ...fresh] = [phone(), phone(), phone(), phone()] as [string, ...string[]];
  await text(sql, tenant, known, "Hello");
  await call(sql, "sms_set_limits", { owner_id: tenant.userId, limits: sql.json({ contacts: 3 }) });
  const answer = await record(sql, tenant, [
    form(fresh[0] ?? ""),
    form(known),
    form(fresh[0] ?? "", { given_at: "2026-04-01" }),
    ...fresh.slice(1).map((number) => form(number)),
  ]);
  assert.deepEqual([answer.recorded, answer.rejected], [4, [{ line: 5, code: "CONTACTS_USED_UP" }]]);
  await call(sql, "sms_set_limits", { owner_id: tenant.userId, limits: sql.json({ contacts: null }) });
  assert.equal((await record(sql, tenant, [form(fresh[2] ?? "")])).recorded, 1);
});

dbTest("who opted out and was erased is not made a contact by a list", async ({ sql, tenant }) => {
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  const contact_id = await idOf(sql, tenant, gone);
  assert.equal((await callAs(sql, tenant, "sms_erase_contact", { contact_id })).outcome, "erased");
  const answer = await record(sql, tenant, [form(gone)]);
  assert.deepEqual(answer.rejected, [{ line: 1, code: "RECIPIENT_OPTED_OUT" }]);
  assert.equal((await sql`select 1 from public.sms_contacts where number = ${gone}`).length, 0);
});

dbTest("a tenant may record so often a minute", async ({ sql, tenant }) => {
  await sql`insert into sms_private.turns (user_id, action, next_at)
    values (${tenant.userId}, 'record_consents', clock_timestamp() + interval '1 minute')`;
  const refused = await record(sql, tenant, [form(phone())]);
  assert.equal(refused.outcome, "RATE_LIMITED");
  assert((refused.retry_after_ms as number) > 0);
});

emptyDbTest("the record says who stored it, and nobody changes it", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [one, two] = [phone(), phone()];
  await record(sql, tenant, [form(one)]);
  const app = await as(sql, { role: "service_role" }, (secret) =>
    call(secret, "sms_call_for", {
      owner_id: tenant.userId,
      verb: "sms_record_consents",
      arguments: sql.json({ consents: [form(two)] } as never),
    }));
  assert.equal(app.outcome, "created", JSON.stringify(app));
  assert.deepEqual((await events(sql)).map((event) => event.source), ["person", "app"]);
  for (const userId of [tenant.userId, other.userId]) {
    for (
      const change of [
        "update public.sms_consent_events set basis = 'import'",
        "delete from public.sms_consent_events",
        "insert into public.sms_consent_events (user_id) values (gen_random_uuid())",
      ]
    ) {
      const state = await stateOf(
        as(sql, { role: "authenticated", userId }, (theirs) => theirs.unsafe(change)),
      );
      assert.equal(state, PERMISSION_DENIED, change);
    }
  }
  const state = await stateOf(
    as(sql, { role: "service_role" }, (secret) => secret`delete from public.sms_consent_events`),
  );
  assert.equal(state, PERMISSION_DENIED, "append-only, also for the secret key");
  assert.equal(
    await stateOf(
      as(
        sql,
        { role: "anon" },
        (nobody) => call(nobody, "sms_record_consents", { consents: sql.json([form(one)] as never) }),
      ),
    ),
    PERMISSION_DENIED,
  );
});

emptyDbTest("a contact's consent is told with its history, to its tenant alone", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const number = phone();
  await record(sql, tenant, [form(number), {
    number,
    basis: "transactional",
    given_at: "2026-05-01",
    words: "Order 7",
  }]);
  await text(sql, tenant, number, "STOP");
  await text(sql, tenant, number, "START");
  await text(sql, tenant, number, "When do you open?");
  const contact_id = await idOf(sql, tenant, number);
  const consent = await callAs(sql, tenant, "sms_get_consent", { contact_id });
  assert.deepEqual([consent.outcome, consent.promotional, consent.transactional, consent.opted_out_at], [
    "found",
    "contact_wrote_first",
    "contact_wrote_first",
    null,
  ]);
  const history = consent.history as Record<string, unknown>[];
  assert.deepEqual(history.map((entry) => [entry.change, entry.basis, entry.words]), [
    ["consent", "contact_wrote_first", "When do you open?"],
    ["opt_in", "keyword", "START"],
    ["opt_out", null, "STOP"],
    ["consent", "transactional", "Order 7"],
    ["consent", "form", null],
  ]);
  assert.deepEqual(await callAs(sql, other, "sms_get_consent", { contact_id }), {
    outcome: "CONTACT_NOT_FOUND",
  });
});

emptyDbTest("contacts without a consent are listed page by page, each tenant's own", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [wrote, agreed, bought, stranger, stopped] = [phone(), phone(), phone(), phone(), phone()];
  await text(sql, tenant, wrote, "Hello");
  await text(sql, tenant, stopped, "STOP");
  await record(sql, tenant, [form(agreed), {
    number: bought,
    basis: "transactional",
    given_at: "2026-05-01",
    words: "Order 7",
  }]);
  await sql`insert into public.sms_contacts (user_id, number, name) values (${tenant.userId}, ${stranger}, 'Bob')`;
  const found: unknown[] = [];
  let after: unknown = null;
  for (let page = 0; page < 10; page++) {
    const answer = await callAs(sql, tenant, "sms_list_contacts_without_consent", { after, page_size: 2 });
    assert.equal(answer.outcome, "listed");
    found.push(
      ...(answer.contacts as Record<string, unknown>[]).map((
        { number, name, transactional },
      ) => [number, name, transactional]),
    );
    after = answer.next;
    if (after === null) break;
  }
  assert.deepEqual(found, [[bought, null, "transactional"], [stranger, "Bob", null]]);
  const theirs = await callAs(sql, other, "sms_list_contacts_without_consent");
  assert.deepEqual([theirs.contacts, theirs.next], [[], null]);
  for (const page_size of [0, 1_001, null]) {
    assert.equal(
      (await callAs(sql, tenant, "sms_list_contacts_without_consent", { page_size })).outcome,
      "INVALID_PAGE_SIZE",
    );
  }
  assert.equal(
    (await callAs(sql, tenant, "sms_export_consents", { after: "x".repeat(65) })).outcome,
    "INVALID_CURSOR",
  );
});

emptyDbTest("the export has all evidence, and no cell that a spreadsheet runs", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [one, two] = [phone(), phone()];
  const evil = '=HYPERLINK("https://evil.example";"a")';
  await record(sql, tenant, [form(one, { words: evil, form_text: 'He said "yes",\nthen left.' })]);
  await text(sql, tenant, two, "+1-1|cmd");
  await record(sql, other, [form(phone(), { words: "theirs" })]);
  const pages: string[] = [];
  let after: unknown = null;
  do {
    const answer = await callAs(sql, tenant, "sms_export_consents", { after, page_size: 1 });
    assert.equal(answer.outcome, "exported");
    pages.push(answer.csv as string);
    after = answer.next;
  } while (after !== null);
  const file = pages.join("");
  const lines = file.split("\r\n");
  assert.equal(
    lines[0],
    "number,contact_id,change,basis,said_at,recorded_at,source,words,page,form_text,message_id,import_id",
  );
  assert(lines[1]?.startsWith(`"${one}",`) && lines[2]?.startsWith(`"${two}",`), file);
  assert(lines[1]?.includes(`"'=HYPERLINK(""https://evil.example"";""a"")"`), file);
  assert(lines[1]?.includes('"He said ""yes"",\nthen left."'), file);
  assert(lines[2]?.includes(`"contact_wrote_first"`) && lines[2]?.includes(`"'+1-1|cmd"`), file);
  assert.equal(lines.length, 4, "two lines, each ended");
  assert(!file.includes("theirs"));
  const contact_id = await idOf(sql, tenant, one);
  const single = await callAs(sql, tenant, "sms_export_consents", { contact_id });
  assert.deepEqual([single.rows, single.next], [1, null]);
  assert.equal(
    (await callAs(sql, other, "sms_export_consents", { contact_id })).outcome,
    "CONTACT_NOT_FOUND",
  );
});

dbTest("a cell is dangerous by its first sign, also behind blanks", async ({ sql }) => {
  for (
    const value of ["=1", "+cmd", "-2", "@a", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1", "－1", "＠a"]
  ) {
    const [row] = await sql`select sms_private.csv_cell(${value}) as cell`;
    assert.equal(row?.cell, `"'${value}"`);
  }
  for (const value of ["+14155550101", "a=1", "5", "'=1"]) {
    const [row] = await sql`select sms_private.csv_cell(${value}) as cell`;
    assert.equal(row?.cell, `"${value}"`);
  }
});
