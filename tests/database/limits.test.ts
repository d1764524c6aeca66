/** How much a tenant, or who signs for its account, may make us keep and pay. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import postgres from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { agreed } from "./sending.ts";
import {
  addTenant,
  addUser,
  as,
  call,
  callAs,
  claimDeliveries,
  claimReply,
  conversation,
  exchange,
  finish,
  hex,
  message,
  messageSid,
  phone,
  record,
  type Tenant,
  text,
} from "./support.ts";

const limit = (sql: Sql, { userId }: { userId: string }, limits: Record<string, number>) =>
  sql`insert into public.sms_limits ${sql({ user_id: userId, ...limits })}
    on conflict (user_id) do update set ${sql(limits)}`;

/** The message with which rows are refused; null when they are not. */
async function refusal(work: PromiseLike<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    assert(error instanceof postgres.PostgresError && error.code === "23514", String(error));
    return error.message;
  }
}

const ROWS: Record<string, (n: number) => Record<string, string>> = {
  assistants: (n) => ({ name: `Ada ${n}`, prompt: "Answer." }),
  templates: (n) => ({ name: `Template ${n}`, body: "Hello" }),
  contacts: () => ({ number: phone() }),
};

for (const [kind, row] of Object.entries(ROWS)) {
  emptyDbTest(`a tenant adds as many ${kind} as its limit allows, one by one or at once`, async ({ sql }) => {
    const [me, other] = [{ userId: await addUser(sql) }, { userId: await addUser(sql) }];
    await limit(sql, me, { [kind]: 3 });
    const table = `public.sms_${kind}`;
    const add = (
      who: { userId: string },
      count: number,
      role: "authenticated" | "service_role" = "authenticated",
    ) =>
      as(
        sql,
        role === "authenticated" ? { role, userId: who.userId } : { role },
        (mine) =>
          mine`insert into ${mine(table)} ${
            mine(
              Array.from({ length: count }, (_, n) => ({ user_id: who.userId, ...row(n + Math.random()) })),
            )
          }`,
      );
    const there = async (who: { userId: string }) =>
      (await sql`select from ${sql(table)} where user_id = ${who.userId}`).length;
    assert.match(await refusal(add(me, 4)) ?? "", new RegExp(`as many ${kind} .* operator`));
    assert.equal(await there(me), 0, "all or none of one request");
    assert.equal(await refusal(add(me, 2)), null);
    assert.equal(await refusal(add(me, 1)), null);
    assert.match(await refusal(add(me, 1)) ?? "", new RegExp(kind));
    assert.equal(await there(me), 3);
    assert.equal(await refusal(add(other, 4)), null, "another tenant has its own limit");
    assert.equal(await refusal(add(me, 1, "service_role")), null, "the operator's rows are not limited");
    await sql`update public.sms_limits set ${sql({ [kind]: null })}`;
    assert.equal(await refusal(add(me, 2)), null);
  });
}

emptyDbTest("two requests at the same moment are not both the last one allowed", async ({ sql }) => {
  const me = { userId: await addUser(sql) };
  await limit(sql, me, { templates: 5 });
  const added = await Promise.allSettled(
    Array.from(
      { length: 12 },
      (_, n) =>
        as(
          sql,
          { role: "authenticated", ...me },
          (mine) =>
            mine`insert into public.sms_templates (user_id, name, body) values (${me.userId}, ${`T${n}`}, 'Hello')`,
        ),
    ),
  );
  assert.equal(added.filter(({ status }) => status === "fulfilled").length, 5);
});

dbTest("who texts a tenant becomes a contact, however many it may add itself", async ({ sql, tenant }) => {
  await limit(sql, tenant, { contacts: 0 });
  assert.equal((await text(sql, tenant, phone(), "Hello?")).outcome, "stored");
});

emptyDbTest(
  "texts a minute: past the limit webhooks are told when, and Twilio's list still brings all",
  async ({ sql }) => {
    const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    await limit(sql, tenant, { texts_per_minute: 30 });
    let [stored, refused] = [0, 0];
    for (let n = 0; n < 400; n++) {
      const answer = await text(sql, tenant, phone(), "Forged");
      if (answer.outcome === "stored") stored += 1;
      else {
        assert.equal(answer.outcome, "RATE_LIMITED");
        assert(Number(answer.retry_after_ms) > 0 && Number(answer.retry_after_ms) <= 60_000);
        refused += 1;
      }
    }
    assert(stored >= 30 && refused > 0, `${stored} stored, ${refused} refused`);
    const [kept] =
      await sql`select count(*)::int as texts from public.sms_messages where user_id = ${tenant.userId}`;
    assert.equal(kept?.texts, stored, "nothing of the others is kept");
    assert.equal((await text(sql, other, phone(), "Hello?")).outcome, "stored");
    const sent_at = new Date().toISOString();
    assert.equal((await text(sql, tenant, phone(), "Genuine", { sent_at })).outcome, "stored");
    await sql`update sms_private.turns set next_at = now() where action = 'texts'`;
    await sql`update public.sms_messages set created_at = created_at - interval '2 minutes'`;
    assert.equal((await text(sql, tenant, phone(), "Later")).outcome, "stored");
  },
);

emptyDbTest(
  "of texts to numbers that nobody has a thousand a day are kept, for each account",
  async ({ sql }) => {
    const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    await sql`insert into public.sms_messages (message_sid, account_sid, direction, sender, to_number, from_number, body, status)
    select 'SM' || n, ${tenant.accountSid}, 'inbound', 'contact', '+14155559999', '+14155550101', '', 'received'
    from generate_series(1, 1000) n`;
    const to = { to_number: "+14155559999" };
    const answer = await text(sql, tenant, phone(), "One more", to);
    assert.deepEqual([answer.outcome, answer.message_id], ["unowned", null]);
    assert.equal((await sql`select from public.sms_messages where body = 'One more'`).length, 0);
    assert.equal(typeof (await text(sql, other, phone(), "One more", to)).message_id, "string");
    await sql`delete from auth.users where id = ${tenant.userId}`;
    const left = await sql`select account_sid from public.sms_messages where user_id is null`;
    assert.deepEqual(left.map((row) => row.account_sid), [other.accountSid], "they go with their account");
  },
);

dbTest("what a form may be as long as it likes is kept within bounds", async ({ sql, tenant }) => {
  const long = "x".repeat(60_000);
  const stored = await text(sql, tenant, phone(), "See", {
    media: Array.from({ length: 12 }, () => ({ url: `https://example.com/${long}`, content_type: long })),
  });
  const row = await message(sql, stored.message_id);
  assert.equal(row.media.length, 10);
  assert(JSON.stringify(row.media).length < 25_000);
  const unowned = await text(sql, tenant, long, "To nobody", { to_number: long });
  assert.equal(unowned.outcome, "unowned");
  const nobodys = await message(sql, unowned.message_id);
  assert.deepEqual([nobodys.from_number.length, nobodys.to_number.length], [128, 128]);
});

dbTest(
  "statuses that say nothing new are kept forty times, and answered all the same",
  async ({ sql, tenant }) => {
    const to = phone();
    const id = await exchange(sql, tenant, to);
    const [job] = await claimDeliveries(sql);
    assert(job);
    const sid = messageSid();
    await record(sql, job, "accepted", { message_sid: sid, status: "queued", num_segments: 1 });
    const report = (status: string, message_sid = sid, error_code: string | null = null) =>
      call(sql, "sms_record_status", {
        account_sid: tenant.accountSid,
        message_sid,
        from_number: tenant.number,
        to_number: to,
        status,
        error_code,
        error_message: null,
        message_id: id,
      });
    for (let n = 0; n < 60; n++) {
      assert.equal(
        (await report("queued", sid, "9".repeat(60_000))).outcome,
        "recorded",
      );
    }
    for (let n = 0; n < 10; n++) await report("sent", messageSid());
    const events = async () =>
      (await sql`select from public.sms_message_events where message_id = ${id}`).length;
    assert.equal(await events(), 40);
    assert.deepEqual(await report("delivered"), { outcome: "recorded", status: "delivered" });
    assert.equal(await events(), 41, "what is new is kept");
  },
);

/** A tenant whose number is one of the operator's account. */
async function onDefaultAccount(sql: Sql): Promise<Tenant> {
  const tenant = await addTenant(sql);
  await sql`update public.sms_accounts set shared = true, user_id = null where account_sid = ${tenant.accountSid}`;
  return tenant;
}

emptyDbTest(
  "segments a day from the operator's account: refused when sent, and canceled at the claim",
  async ({ sql }) => {
    const [tenant, other] = [await onDefaultAccount(sql), await onDefaultAccount(sql)];
    await limit(sql, tenant, { shared_segments_per_day: 4, sends_per_minute: 1000 });
    const send = (who: Tenant, body: string) =>
      callAs(sql, who, "sms_create_message", { to_number: phone(), body, from_number: who.number });
    assert.equal((await send(tenant, "x".repeat(300))).outcome, "created");
    assert.equal((await claimDeliveries(sql)).length, 1, "two segments");
    // What waits was stored while there was room.
    for (let n = 0; n < 3; n++) assert.equal((await send(tenant, "Hello")).outcome, "created");
    assert.equal((await claimDeliveries(sql)).length, 2, "and two more");
    const [canceled] =
      await sql`select error_code, error_message from public.sms_messages where status = 'canceled'`;
    assert.equal(canceled?.error_code, "SEGMENTS_PER_DAY");
    assert.match(canceled?.error_message, /midnight.*operator/);
    const refused = await send(tenant, "One more");
    assert.equal(refused.outcome, "SEGMENTS_USED_UP");
    assert(Number(refused.retry_after_ms) > 0 && Number(refused.retry_after_ms) <= 86_400_000);
    const to_numbers = [await agreed(sql, tenant), await agreed(sql, tenant)];
    const broadcast = { to_numbers, body: "Hello", from_number: tenant.number };
    assert.equal((await callAs(sql, tenant, "sms_create_broadcast", broadcast)).outcome, "SEGMENTS_USED_UP");
    assert.equal((await send(other, "Hello")).outcome, "created");
    assert.equal((await claimDeliveries(sql)).length, 1, "the other tenant's");
    // The next day there is room.
    await sql`update sms_private.sender_pace set segments_day = segments_day - 1`;
    assert.equal((await send(tenant, "Good morning")).outcome, "created");
    assert.equal((await claimDeliveries(sql)).length, 1);
  },
);

emptyDbTest(
  "when segments are used up the assistant is not asked, and the conversation says why",
  async ({ sql }) => {
    const tenant = await onDefaultAccount(sql);
    await limit(sql, tenant, { shared_segments_per_day: 1 });
    await exchange(sql, tenant, phone());
    assert.equal((await claimDeliveries(sql)).length, 1);
    await exchange(sql, tenant, phone());
    assert.equal((await claimDeliveries(sql)).length, 0, "one reply was written in vain");
    const { conversation_id } = await text(sql, tenant, phone(), "Hello?");
    assert.deepEqual((await call(sql, "sms_claim_replies", { batch_size: 10, lease_seconds: 90 })).jobs, []);
    const row = await conversation(sql, conversation_id);
    assert.equal(row.ai_paused_reason, "segments_per_day");
    assert(row.ai_paused_until > new Date());
    await call(sql, "sms_set_limits", {
      owner_id: tenant.userId,
      limits: sql.json({ shared_segments_per_day: null }),
    });
    await text(sql, tenant, phone(), "And now?");
    assert.equal((await finish(sql, await claimReply(sql))).outcome, "stored");
  },
);

emptyDbTest("a tenant's own account has no limit of segments", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await limit(sql, tenant, { shared_segments_per_day: 0 });
  await exchange(sql, tenant, phone());
  assert.equal((await claimDeliveries(sql)).length, 1);
});

emptyDbTest("where users may take numbers of the default account, each takes one", async ({ sql }) => {
  await sql`update sms_private.settings set value = 'true' where name = 'users_may_take_default_numbers'`;
  const [one, other] = [await addTenant(sql), await addTenant(sql)];
  const shared = `AC${hex()}`;
  await call(sql, "sms_save_account", { account_sid: shared, owner_id: null, encrypted_token: null });
  const take = async ({ userId, assistantId }: Tenant, number: string) =>
    (await call(sql, "sms_assign_number", {
      owner_id: userId,
      account_sid: shared,
      number,
      twilio_sid: `PN${hex()}`,
      assistant_id: assistantId,
    })).outcome;
  const numbers = [phone(), phone(), phone(), phone()] as const;
  assert.equal(await take(one, numbers[0]), "assigned");
  assert.equal(await take(one, numbers[0]), "assigned", "its own, once more");
  assert.equal(await take(one, numbers[1]), "NUMBERS_USED_UP");
  assert.equal(await take(other, numbers[1]), "assigned");
  assert.equal(
    (await call(sql, "sms_give_number", {
      owner_id: one.userId,
      account_sid: shared,
      number: numbers[2],
      twilio_sid: `PN${hex()}`,
      assistant_id: one.assistantId,
    })).outcome,
    "assigned",
    "the operator gives as many as it likes",
  );
  await limit(sql, one, { default_numbers: 3 });
  assert.equal(await take(one, numbers[3]), "assigned");
});
