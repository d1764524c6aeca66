import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { agreed } from "./sending.ts";
import {
  addFilledTenant,
  addTenant,
  as,
  belongings,
  call,
  callAs,
  claimDeliveries,
  claimReply,
  exchange,
  finish,
  messageSid,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

/** Every table of ours in which a text stands, in whatever column. */
async function tablesWith(sql: Sql, needle: string): Promise<string[]> {
  const tables = await sql`select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace in ('public'::regnamespace, 'sms_private'::regnamespace) order by 1`;
  assert(tables.length > 35, "all tables are looked at");
  const found = [];
  for (const { name } of tables) {
    const rows = await sql.unsafe(`select 1 from ${name} t where position($1 in t::text) > 0 limit 1`, [
      needle,
    ]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

async function contactId(sql: Sql, tenant: { userId: string }, number: string): Promise<string> {
  const [row] =
    await sql`select id from public.sms_contacts where user_id = ${tenant.userId} and number = ${number}`;
  assert(row, `${number} is a contact`);
  return row.id;
}

async function figures(sql: Sql, tenant: Tenant) {
  const answer = await callAs(sql, tenant, "sms_summarize_messages", {});
  const ofNumber = await callAs(sql, tenant, "sms_summarize_messages", { phone_number_id: tenant.numberId });
  return { totals: answer.totals, ofNumber: ofNumber.totals, outcome: answer.outcome };
}

const SECRET = "My knee hurts a lot";

/** A contact about whom something stands in every table that can have it. */
async function everywhere(sql: Sql, tenant: Tenant): Promise<string> {
  const number = phone();
  await exchange(sql, tenant, number, SECRET);
  const [sent] = await claimDeliveries(sql);
  assert(sent);
  await record(sql, sent, "accepted", { message_sid: messageSid(), status: "queued" });
  const contact_id = await contactId(sql, tenant, number);
  await sql`update public.sms_contacts set name = 'Grace Hopper' where id = ${contact_id}`;
  await callAs(sql, tenant, "sms_create_message", { to_number: number, body: `${SECRET}, you said` });
  await callAs(sql, tenant, "sms_create_message", {
    to_number: number,
    body: `${SECRET}, still?`,
    send_at: new Date(Date.now() + 86_400_000),
  });
  // A keyword of before any conversation, an archived text, and one that could not be stored.
  await sql`insert into public.sms_messages (message_sid, account_sid, user_id, direction, kind, sender, to_number, from_number, body, status)
    values (${messageSid()}, ${tenant.accountSid}, ${tenant.userId}, 'inbound', 'keyword', 'contact', ${tenant.number}, ${number}, 'HELP', 'received')`;
  await sql`insert into sms_private.archived_messages (id, user_id, conversation_id, created_at, message, events)
    select gen_random_uuid(), user_id, id, now(), jsonb_build_object('body', ${SECRET}::text, 'from_number', ${number}::text), '[]'
    from public.sms_conversations where contact_id = ${contact_id}`;
  await call(sql, "sms_set_message_aside", {
    account_sid: tenant.accountSid,
    message_sid: messageSid(),
    from_number: number,
    to_number: tenant.number,
    body: SECRET,
    media: [],
    num_segments: 1,
    sent_at: new Date(),
    reason: "P0001 poison",
  });
  await text(sql, tenant, number, SECRET);
  await callAs(sql, tenant, "sms_opt_out_contact", { contact_id });
  const broadcast = await callAs(sql, tenant, "sms_create_broadcast", {
    to_numbers: [number, await agreed(sql, tenant)],
    body: "News",
  });
  assert.equal((broadcast.rejected as unknown[]).length, 1);
  return number;
}

for (const who of ["the tenant", "the operator"]) {
  emptyDbTest(`after an erasure by ${who} number, name and words stand nowhere`, async ({ sql }) => {
    const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    const number = await everywhere(sql, tenant);
    await text(sql, other, number, "Do you open on Sunday?");
    assert((await tablesWith(sql, SECRET)).length >= 4, "they stood in several tables");
    assert((await tablesWith(sql, number)).length >= 5);
    const contact_id = await contactId(sql, tenant, number);
    const theirs = await belongings(sql, other.userId);

    const answer = who === "the tenant"
      ? await callAs(sql, tenant, "sms_erase_contact", { contact_id })
      : await as(
        sql,
        { role: "service_role" },
        (secret) => call(secret, "sms_erase_contact_for", { owner_id: tenant.userId, contact_id }),
      );
    assert.equal(answer.outcome, "erased");
    assert.equal(answer.conversations, 1);
    for (const needle of [SECRET, "Grace Hopper", contact_id]) {
      assert.deepEqual(await tablesWith(sql, needle), [], needle);
    }
    // The other tenant has a contact of its own.
    assert.deepEqual(await belongings(sql, other.userId), theirs);
    await callAs(sql, other, "sms_erase_contact", { contact_id: await contactId(sql, other, number) });
    assert.deepEqual(await tablesWith(sql, number), []);
    assert.deepEqual(await tablesWith(sql, number.slice(1)), []);
    const lines =
      await sql`select erased_by, was_opted_out, conversations::int from sms_private.erasures order by erased_at`;
    assert.deepEqual({ ...lines[0] }, {
      erased_by: who === "the tenant" ? "tenant" : "operator",
      was_opted_out: true,
      conversations: 1,
    });
  });
}

emptyDbTest("another tenant, and somebody who is nobody, erase nothing", async ({ sql }) => {
  const [owner, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const before = await belongings(sql, owner.userId);
  const contact_id = owner.contactId;
  assert.deepEqual(await callAs(sql, other, "sms_erase_contact", { contact_id }), {
    outcome: "CONTACT_NOT_FOUND",
  });
  const wrong = await call(sql, "sms_erase_contact_for", { owner_id: other.userId, contact_id });
  assert.deepEqual(wrong, { outcome: "CONTACT_NOT_FOUND" });
  assert.deepEqual(await belongings(sql, owner.userId), before);
  assert.equal((await callAs(sql, owner, "sms_erase_contact", { contact_id })).outcome, "erased");
  assert.deepEqual(await callAs(sql, owner, "sms_erase_contact", { contact_id }), {
    outcome: "CONTACT_NOT_FOUND",
  });
});

emptyDbTest("figures stay as they were, folded or not, and a recount agrees", async ({ sql }) => {
  for (const folded of [true, false]) {
    const tenant = await addTenant(sql);
    const number = phone();
    await exchange(sql, tenant, number, SECRET);
    const [sent] = await claimDeliveries(sql);
    assert(sent);
    await record(sql, sent, "accepted", { message_sid: messageSid(), status: "delivered" });
    if (folded) await call(sql, "sms_fold_stats");
    await text(sql, tenant, number, "And on Sunday?");
    for (const word of ["STOP", "START", "STOP"]) await text(sql, tenant, number, word);
    const before = await figures(sql, tenant);
    const { inbound, opt_outs, opt_ins } = before.totals as Record<string, number>;
    assert.deepEqual({ inbound, opt_outs, opt_ins }, { inbound: 5, opt_outs: 2, opt_ins: 1 });
    await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, number) });
    assert.deepEqual(await figures(sql, tenant), before);
    await sql`select sms_private.recount_stats()`;
    assert.deepEqual(await figures(sql, tenant), before);
  }
});

emptyDbTest("a broadcast counts an erased recipient as before", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const [one, two] = [await agreed(sql, tenant), await agreed(sql, tenant)];
  const made = await callAs(sql, tenant, "sms_create_broadcast", { to_numbers: [one, two], body: "News" });
  const broadcast_id = (made.broadcast as { id: string }).id;
  for (const job of await claimDeliveries(sql)) {
    await record(sql, job, "accepted", { message_sid: messageSid(), status: "sent" });
  }
  const before = await callAs(sql, tenant, "sms_get_broadcast", { broadcast_id });
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, one) });
  assert.deepEqual(await callAs(sql, tenant, "sms_get_broadcast", { broadcast_id }), before);
});

emptyDbTest("what waits is canceled, and what a worker has in hand is not sent twice", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const number = phone();
  await text(sql, tenant, number, "Hello?");
  const reply = await claimReply(sql);
  for (const body of ["one", "two"]) {
    await callAs(sql, tenant, "sms_create_message", { to_number: number, body });
  }
  const [inHand] = await claimDeliveries(sql);
  assert(inHand);
  const erased = await callAs(sql, tenant, "sms_erase_contact", {
    contact_id: await contactId(sql, tenant, number),
  });
  assert.equal(erased.canceled, 1);
  assert.deepEqual(await claimDeliveries(sql), []);
  // Whatever the workers tell now finds nothing, and is no mistake.
  assert.equal(
    await record(sql, inHand, "accepted", { message_sid: messageSid(), status: "queued" }),
    "not_found",
  );
  assert.equal((await finish(sql, reply)).outcome, "stale");
  assert.deepEqual([
    ...await sql`select 1 from sms_private.jobs union all select 1 from sms_private.questions`,
  ], []);
  const rows = await sql`select status, sum(messages)::int as messages from public.sms_stats
    where user_id = ${tenant.userId} and direction = 'outbound' group by 1 order by 1`;
  assert.deepEqual([...rows], [{ status: "canceled", messages: 1 }, { status: "failed", messages: 1 }]);
});

emptyDbTest("a message of unknown outcome is asked for no more after its erasure", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const number = phone();
  await callAs(sql, tenant, "sms_create_message", { to_number: number, body: SECRET });
  const [job] = await claimDeliveries(sql);
  assert(job);
  await record(sql, job, "unknown");
  assert.equal((await sql`select 1 from sms_private.questions where kind = 'lookup'`).length, 1);
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, number) });
  assert.equal((await sql`select 1 from sms_private.questions where kind = 'lookup'`).length, 0);
  assert.deepEqual(await tablesWith(sql, SECRET), []);
});

emptyDbTest("a text that was erased does not come back by a webhook or a listing", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const [number, message_sid] = [phone(), messageSid()];
  await text(sql, tenant, number, SECRET, { message_sid });
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, number) });
  assert.equal((await text(sql, tenant, number, SECRET, { message_sid })).outcome, "duplicate");
  assert.deepEqual(await tablesWith(sql, SECRET), []);
  assert.deepEqual(await tablesWith(sql, number), []);
  const [unknown, sent_at] = [messageSid(), new Date()];
  const [row] = await sql`select public.sms_find_unknown_messages(${tenant.accountSid}, ${
    sql.json([message_sid, unknown].map((sid) => ({ message_sid: sid, to_number: tenant.number, sent_at })))
  }) as answer`;
  assert.deepEqual(row?.answer, [unknown]);
  assert.equal((await text(sql, tenant, number, "A new text")).outcome, "stored");
});

emptyDbTest("a text to who was erased does not come back by the listing of a restore", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const number = phone();
  await callAs(sql, tenant, "sms_create_message", { to_number: number, body: SECRET });
  const [job] = await claimDeliveries(sql);
  const [sid, unknown] = [messageSid(), messageSid()];
  assert(job, "it is claimed");
  await record(sql, job, "accepted", { message_sid: sid, status: "queued" });
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, number) });
  assert.equal((await call(sql, "sms_after_restore")).outcome, "restored");
  const texts = [sid, unknown].map((message_sid) => ({
    message_sid,
    from_number: tenant.number,
    to_number: number,
    direction: "outbound-api",
    sent_at: new Date(),
  }));
  const [row] = await sql`select public.sms_find_unknown_messages(${tenant.accountSid}, ${
    sql.json(texts)
  }) as answer`;
  assert.deepEqual(row?.answer, [unknown]);
});

emptyDbTest("an erased text stays away also when its contact wrote again before", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const [number, message_sid] = [phone(), messageSid()];
  await text(sql, tenant, number, SECRET, { message_sid });
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, number) });
  assert.equal((await text(sql, tenant, number, "A new text")).outcome, "stored");
  assert.equal((await text(sql, tenant, number, SECRET, { message_sid })).outcome, "duplicate");
  assert.deepEqual(await tablesWith(sql, SECRET), []);
  assert.equal((await sql`select from public.sms_messages where from_number = ${number}`).length, 1);
});

emptyDbTest(
  "after a restore Twilio's list does not bring back what was said to who is erased",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    const [number, message_sid] = [phone(), messageSid()];
    await callAs(sql, tenant, "sms_create_message", { to_number: number, body: SECRET });
    const [job] = await claimDeliveries(sql);
    assert(job);
    await record(sql, job, "accepted", { message_sid, status: "queued" });
    await call(sql, "sms_after_restore");
    await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, number) });
    const [sent_at, from_number] = [new Date(), tenant.number];
    const [row] = await sql`select public.sms_find_unknown_messages(${tenant.accountSid}, ${
      sql.json([{ message_sid, from_number, to_number: number, direction: "outbound-api", sent_at }])
    }) as answer`;
    assert.deepEqual(row?.answer, []);
    // A worker that had asked before the erasure.
    const recovered = await call(sql, "sms_recover_sent_message", {
      account_sid: tenant.accountSid,
      sent: {
        message_sid,
        from_number,
        to_number: number,
        body: SECRET,
        num_segments: 1,
        status: "sent",
        sent_at,
      },
    });
    assert.equal(recovered.outcome, "duplicate");
    for (const needle of [SECRET, number]) assert.deepEqual(await tablesWith(sql, needle), []);
  },
);

emptyDbTest("a broadcast names nobody who is erased, before the erasure or after it", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const [number, fine] = [phone(), await agreed(sql, tenant)];
  await text(sql, tenant, number, "STOP");
  const spelled = `+1 (${number.slice(2, 5)}) ${number.slice(5, 8)}-${number.slice(8)}`;
  const sendTo = (to_numbers: string[]) =>
    callAs(sql, tenant, "sms_create_broadcast", { to_numbers, body: "News" });
  assert.deepEqual((await sendTo([number, spelled, fine])).rejected, [
    { to: number, code: "RECIPIENT_OPTED_OUT" },
    { to: spelled, code: "INVALID_RECIPIENT" },
  ]);
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, number) });
  // Who sends is told whom it did not reach. What is kept of it does not say.
  assert.deepEqual((await sendTo([number, number, fine, fine])).rejected, [
    { to: number, code: "RECIPIENT_OPTED_OUT" },
    { to: number, code: "DUPLICATE_RECIPIENT" },
    { to: fine, code: "DUPLICATE_RECIPIENT" },
  ]);
  const rows = await sql`select rejected from public.sms_broadcasts order by created_at`;
  assert.deepEqual(rows.map(({ rejected }) => rejected.map(({ to }: { to: string }) => to)), [
    ["erased", "erased"],
    ["erased", "erased", fine],
  ]);
  for (const needle of [number, spelled]) assert.deepEqual(await tablesWith(sql, needle), []);
});

emptyDbTest("an erasure that is cut off erases nothing", async ({ sql }) => {
  const owner = await addFilledTenant(sql);
  const before = await belongings(sql, owner.userId);
  await assert.rejects(sql.begin(async (transaction) => {
    const inside = transaction as unknown as Sql;
    const answer = await call(inside, "sms_erase_contact_for", {
      owner_id: owner.userId,
      contact_id: owner.contactId,
    });
    assert.equal(answer.outcome, "erased");
    throw new Error("the connection is lost");
  }));
  assert.deepEqual(await belongings(sql, owner.userId), before);
});

emptyDbTest("an idempotency key of an erased message sends nothing again", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const request = { to_number: phone(), body: SECRET, idempotency_key: "order-1" };
  assert.equal((await callAs(sql, tenant, "sms_create_message", request)).outcome, "created");
  await callAs(sql, tenant, "sms_erase_contact", {
    contact_id: await contactId(sql, tenant, request.to_number),
  });
  assert.equal((await callAs(sql, tenant, "sms_create_message", request)).outcome, "MESSAGE_NOT_FOUND");
  assert.deepEqual(await claimDeliveries(sql), []);
});

emptyDbTest("the operator's erasure takes texts to numbers that nobody has along", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const number = phone();
  await text(sql, tenant, number, "Hello");
  await text(sql, { ...tenant, number: phone() }, number, SECRET);
  const contact_id = await contactId(sql, tenant, number);
  await call(sql, "sms_erase_contact_for", { owner_id: tenant.userId, contact_id });
  assert.deepEqual(await tablesWith(sql, number), []);
});

emptyDbTest("a delivery report for an erased message changes nothing", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const number = phone();
  await callAs(sql, tenant, "sms_create_message", { to_number: number, body: SECRET });
  const [job] = await claimDeliveries(sql);
  assert(job);
  const message_sid = messageSid();
  await record(sql, job, "accepted", { message_sid, status: "queued" });
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactId(sql, tenant, number) });
  const report = {
    account_sid: tenant.accountSid,
    message_sid,
    from_number: tenant.number,
    to_number: number,
    status: "delivered",
    error_code: null,
    error_message: null,
  };
  assert.equal(
    (await call(sql, "sms_record_status", { ...report, message_id: job.message_id })).outcome,
    "not_found",
  );
  assert.deepEqual(await tablesWith(sql, number), []);
});

emptyDbTest("the operator erases by its number who never was a contact, and who is one", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  // Texts to Germany are not allowed for a number of the United States.
  const [number, spelled, fine] = ["+4915112345601", "+49 (151) 12345601", "+4915112345602"];
  const refused = await callAs(sql, tenant, "sms_create_broadcast", {
    to_numbers: [number, spelled, fine],
    body: "News",
  });
  assert.deepEqual(
    (refused.rejected as { code: string }[]).map(({ code }) => code),
    ["COUNTRY_NOT_ALLOWED", "INVALID_RECIPIENT", "COUNTRY_NOT_ALLOWED"],
  );
  await text(sql, other, number, SECRET);
  await text(sql, { ...tenant, number: phone() }, number, SECRET);
  assert.deepEqual([...await sql`select 1 from public.sms_contacts where user_id = ${tenant.userId}`], []);
  const [erased] = await sql`select sms_private.erase_telephone(${spelled}) as answer`;
  assert.deepEqual(erased?.answer, { outcome: "erased", contacts: 1 });
  for (const needle of [number, spelled, SECRET]) assert.deepEqual(await tablesWith(sql, needle), [], needle);
  const [row] = await sql`select rejected from public.sms_broadcasts`;
  assert.deepEqual(row?.rejected.map(({ to }: { to: string }) => to), ["erased", "erased", fine]);
});
