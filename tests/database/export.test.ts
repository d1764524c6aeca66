import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import {
  addFilledTenant,
  addTenant,
  type Answer,
  as,
  call,
  callAs,
  messageSid,
  phone,
  text,
} from "./support.ts";

type Row = Record<string, unknown>;

async function contactId(sql: Sql, tenant: { userId: string }, number: string): Promise<string> {
  const [row] =
    await sql`select id from public.sms_contacts where user_id = ${tenant.userId} and number = ${number}`;
  assert(row);
  return row.id;
}

emptyDbTest("an export of a contact has all that was said, with consent and events", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  await text(sql, tenant, tenant.contact, "STOP");
  await sql`insert into sms_private.archived_messages (id, user_id, conversation_id, created_at, message, events)
    values (gen_random_uuid(), ${tenant.userId}, ${tenant.conversationId}, now(), '{"body": "Long ago"}', '[{"status": "sent"}]')`;
  const other = phone();
  await text(sql, tenant, other, "Not theirs");
  const answer = await callAs(sql, tenant, "sms_export_contact", { contact_id: tenant.contactId });
  const { outcome, contact, conversations, messages, archived_messages, consent, blocked_numbers } = answer as
    & Answer
    & {
      contact: Row;
      conversations: Row[];
      messages: (Row & { events: Row[] })[];
      archived_messages: Row[];
      consent: Row[];
      blocked_numbers: string[];
    };
  assert.equal(outcome, "exported");
  assert.equal(contact.number, tenant.contact);
  assert.deepEqual(conversations.map((row) => row.id), [tenant.conversationId]);
  const stored =
    await sql`select id from public.sms_messages where conversation_id = ${tenant.conversationId} order by created_at, id`;
  assert.deepEqual(messages.map((row) => row.id), stored.map((row) => row.id));
  assert.deepEqual(messages.find((row) => row.id === tenant.replyId)?.events.map((event) => event.status), [
    "queued",
  ]);
  assert.deepEqual(archived_messages, [{ body: "Long ago", events: [{ status: "sent" }] }]);
  assert.deepEqual(consent.map((event) => event.change), ["opt_out"]);
  assert.deepEqual(blocked_numbers, []);
  assert(!JSON.stringify(answer).includes("Not theirs"));
});

emptyDbTest(
  "another tenant's contact cannot be exported, the operator's call names the tenant",
  async ({ sql }) => {
    const [owner, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
    const contact_id = owner.contactId;
    assert.deepEqual(await callAs(sql, other, "sms_export_contact", { contact_id }), {
      outcome: "CONTACT_NOT_FOUND",
    });
    const secret = (owner_id: string) =>
      as(
        sql,
        { role: "service_role" },
        (all) => call(all, "sms_export_contact_for", { owner_id, contact_id }),
      );
    assert.deepEqual(await secret(other.userId), { outcome: "CONTACT_NOT_FOUND" });
    assert.deepEqual(
      await secret(owner.userId),
      await callAs(sql, owner, "sms_export_contact", { contact_id }),
    );
  },
);

/** All pages, by part. */
async function everyPage(page: (after: unknown) => Promise<Answer>): Promise<Record<string, Row[]>> {
  const parts: Record<string, Row[]> = {};
  let after: unknown = null;
  do {
    const answer = await page(after);
    assert.equal(answer.outcome, "exported");
    parts[answer.part as string] = [...parts[answer.part as string] ?? [], ...answer.rows as Row[]];
    after = answer.next;
  } while (after !== null);
  return parts;
}

emptyDbTest("an export of a tenant has each of its rows once, whatever a page holds", async ({ sql }) => {
  const [tenant, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  for (let n = 0; n < 5; n++) await text(sql, tenant, phone(), `Text ${n}`);
  await call(sql, "sms_fold_stats");
  for (const page_size of [1, 2, 1000]) {
    const parts = await everyPage((after) => callAs(sql, tenant, "sms_export_tenant", { after, page_size }));
    for (const [part, rows] of Object.entries(parts)) {
      if (part === "archived_messages") continue;
      const [counted] = await sql.unsafe(
        `select count(*)::int as rows from public.sms_${
          part === "profile" ? "profiles" : part
        } where user_id = $1`,
        [tenant.userId],
      );
      assert.equal(rows.length, counted?.rows, `${part}, ${page_size} a page`);
      assert(rows.length > 0, part);
      assert.equal(new Set(rows.map((row) => row.id ?? row.user_id)).size, rows.length, part);
      assert(rows.every((row) => row.user_id === tenant.userId), part);
    }
    assert.equal(Object.keys(parts).length, 13);
    assert((parts.messages as (Row & { events: Row[] })[]).some((row) => row.events.length > 0));
    assert(!JSON.stringify(parts).includes(other.contact));
  }
  const secret = await everyPage((after) =>
    call(sql, "sms_export_tenant_for", { owner_id: tenant.userId, after })
  );
  assert.deepEqual(secret, await everyPage((after) => callAs(sql, tenant, "sms_export_tenant", { after })));
});

emptyDbTest("no export has a token, a key or a hash", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  await sql`update sms_private.twilio_credentials set current_token = 'jwe-of-a-token'`;
  const parts = await everyPage((after) => callAs(sql, tenant, "sms_export_tenant", { after }));
  assert(!JSON.stringify(parts).includes("jwe"));
  assert(JSON.stringify(parts.accounts).includes(tenant.accountSid));
});

emptyDbTest("a cursor that is none, a page of 0 and a user that is none are refused", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const zero = "00000000-0000-0000-0000-000000000000";
  for (
    const after of [
      "",
      "x",
      "messages",
      `users -infinity ${zero}`,
      `messages 2026-99-99T00:00:00 ${zero}`,
      `messages -infinity x`,
      `messages -infinity ${zero} more`,
      `limits' -infinity ${zero}`,
    ]
  ) {
    assert.deepEqual(
      await callAs(sql, tenant, "sms_export_tenant", { after }),
      { outcome: "INVALID_CURSOR" },
      after,
    );
  }
  for (const page_size of [0, -1, 1001, null]) {
    assert.equal(
      (await callAs(sql, tenant, "sms_export_tenant", { page_size })).outcome,
      "INVALID_PAGE_SIZE",
    );
  }
  assert.equal(
    (await call(sql, "sms_export_tenant_for", { owner_id: crypto.randomUUID() })).outcome,
    "USER_NOT_FOUND",
  );
});

emptyDbTest("a stranger's keyword without a conversation is in the contact's export", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const number = phone();
  await text(sql, tenant, number, "STOP", { message_sid: messageSid() });
  const answer = await callAs(sql, tenant, "sms_export_contact", {
    contact_id: await contactId(sql, tenant, number),
  });
  assert.deepEqual((answer.messages as Row[]).map((row) => row.body), ["STOP"]);
});
