import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import type { Sql } from "postgres";
import { migrate, readMigrations } from "../../local/migrations.ts";
import { emptyDbTest } from "./db_test.ts";
import { agreed } from "./sending.ts";
import { STAND_INS } from "./platform.ts";
import {
  addTenant,
  addUser,
  as,
  call,
  callAs,
  claimDeliveries,
  exchange,
  messageSid,
  PERMISSION_DENIED,
  phone,
  stateOf,
  type Tenant,
  text,
  withNumber,
} from "./support.ts";

async function contactId(sql: Sql, tenant: { userId: string }, number: string): Promise<string> {
  const [row] =
    await sql`select id from public.sms_contacts where user_id = ${tenant.userId} and number = ${number}`;
  assert(row, `${number} is a contact`);
  return row.id;
}

async function erase(sql: Sql, tenant: Tenant, number: string): Promise<void> {
  const contact_id = await contactId(sql, tenant, number);
  assert.equal((await callAs(sql, tenant, "sms_erase_contact", { contact_id })).outcome, "erased");
}

async function send(sql: Sql, tenant: Tenant, to: string): Promise<string> {
  const args = { to_number: to, from_number: tenant.number, body: "Hello again" };
  return (await callAs(sql, tenant, "sms_create_message", args)).outcome;
}

/** A tenant who gets a number of the default account after somebody else had it. */
async function nextHolder(sql: Sql, tenant: Tenant): Promise<Tenant> {
  const next = await addTenant(sql);
  await sql`insert into public.sms_numbers (user_id, account_sid, number, assistant_id)
    values (${next.userId}, ${next.accountSid}, ${tenant.number}, ${next.assistantId})`;
  const [row] =
    await sql`select id from public.sms_numbers where user_id = ${next.userId} and number = ${tenant.number}`;
  return { ...next, number: tenant.number, numberId: row?.id };
}

emptyDbTest("hmac_sha256() is that of RFC 4231, for short and for long keys", async ({ sql }) => {
  for (const length of [4, 20, 32, 64, 65, 131]) {
    const [key, message] = [crypto.getRandomValues(new Uint8Array(length)), "what do ya want for nothing?"];
    const [row] =
      await sql`select encode(sms_private.hmac_sha256(${key}, convert_to(${message}, 'UTF8')), 'hex') as mac`;
    assert.equal(row?.mac, createHmac("sha256", key).update(message).digest("hex"), `a key of ${length}`);
  }
  const [jefe] =
    await sql`select encode(sms_private.hmac_sha256('Jefe', 'what do ya want for nothing?'), 'hex') as mac`;
  assert.equal(jefe?.mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
});

const OPT_OUTS: [what: string, optOut: (sql: Sql, tenant: Tenant, from: string) => Promise<unknown>][] = [
  ["STOP", (sql, tenant, from) => text(sql, tenant, from, "STOP")],
  ["a person", async (sql, tenant, from) => {
    await text(sql, tenant, from, "Hello?");
    await callAs(sql, tenant, "sms_opt_out_contact", { contact_id: await contactId(sql, tenant, from) });
  }],
  ["the model", async (sql, tenant, from) => {
    await text(sql, tenant, from, "We are done here.");
    await sql`select sms_private.opt_out(${await contactId(sql, tenant, from)}, 'model', null, null)`;
  }],
  ["a block of Twilio's", async (sql, tenant, from) => {
    await text(sql, tenant, from, "Hello?");
    await sql`insert into sms_private.sender_blocks (phone_number_id, contact_id)
      values (${tenant.numberId}, ${await contactId(sql, tenant, from)})`;
  }],
];
for (const [what, optOut] of OPT_OUTS) {
  emptyDbTest(`an opt-out by ${what} outlives the erasure, until START`, async ({ sql }) => {
    const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
    const [gone, stays] = [phone(), phone()];
    await optOut(sql, tenant, gone);
    await text(sql, tenant, stays, "Hello");
    await erase(sql, tenant, gone);
    await erase(sql, tenant, stays);

    assert.equal(await send(sql, tenant, gone), "RECIPIENT_OPTED_OUT");
    assert.equal(await send(sql, tenant, stays), "created");
    assert.equal(await send(sql, other, gone), "created", "nobody opted out of the other tenant");
    const listed = await callAs(sql, tenant, "sms_create_broadcast", {
      to_numbers: [gone, await agreed(sql, tenant)],
      from_number: tenant.number,
      body: "News",
    });
    assert.deepEqual(listed.rejected, [{ to: gone, code: "RECIPIENT_OPTED_OUT" }]);

    // They write, and are shown to a person. Nobody answers.
    assert.equal((await text(sql, tenant, gone, "Who is this?")).reply_due_in_ms, null);
    const back = await text(sql, tenant, gone, "START");
    assert.equal(back.keyword, "in");
    assert.equal(await send(sql, tenant, gone), "created");
    assert.deepEqual([...await sql`select 1 from sms_private.suppressions`], []);
  });
}

emptyDbTest("a broadcast refuses an erased contact who never came back", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  const listed = await callAs(sql, tenant, "sms_create_broadcast", {
    to_numbers: [gone, await agreed(sql, tenant)],
    body: "News",
  });
  assert.deepEqual(listed.rejected, [{ to: gone, code: "RECIPIENT_OPTED_OUT" }]);
  assert.equal(listed.accepted, 1);
});

emptyDbTest("a send that is refused makes no contact of who was erased", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  assert.equal(await send(sql, tenant, gone), "RECIPIENT_OPTED_OUT");
  assert.deepEqual([...await sql`select number from public.sms_contacts`], []);
});

emptyDbTest("an erased opt-out counts for every spelling and every number of the tenant", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const second = await withNumber(sql, tenant);
  await sql`insert into public.sms_limits (user_id, allowed_countries) values (${tenant.userId}, null)`;
  await text(sql, tenant, "+5215512345678", "STOP");
  await erase(sql, tenant, "+5215512345678");
  assert.equal(await send(sql, tenant, "+525512345678"), "RECIPIENT_OPTED_OUT");
  assert.equal(await send(sql, second, "+525512345678"), "RECIPIENT_OPTED_OUT");
  await text(sql, second, "+525512345678", "START");
  assert.equal(
    await send(sql, tenant, "+525512345678"),
    "created",
    "START counts for all numbers, as STOP did",
  );
});

emptyDbTest("an erased opt-out outlives the renumbering of its country", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await sql`insert into public.sms_limits (user_id, allowed_countries) values (${tenant.userId}, null)`;
  const [older, newer] = ["+2693123456", "+26943123456"];
  await text(sql, tenant, older, "STOP");
  await erase(sql, tenant, older);
  await sql`insert into sms_private.number_spellings (old_prefix, new_prefix, digits) values ('2693', '26943', 6)`;
  assert.equal((await sql`select sms_private.canonical_number(${older}) as now`)[0]?.now, newer);
  for (const number of [older, newer]) assert.equal(await send(sql, tenant, number), "RECIPIENT_OPTED_OUT");
  await text(sql, tenant, newer, "Who is this?");
  assert.equal(await send(sql, tenant, newer), "RECIPIENT_OPTED_OUT", "as a contact too");
  assert.equal(await send(sql, tenant, "+26943123457"), "created");
  await text(sql, tenant, newer, "START");
  assert.equal(await send(sql, tenant, newer), "created");
  assert.deepEqual([...await sql`select 1 from sms_private.suppressions`], []);
});

emptyDbTest("YES of an erased contact who is opted out counts as START", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  assert.equal((await text(sql, tenant, gone, "YES")).keyword, "in");
  assert.equal(await send(sql, tenant, gone), "created");
});

emptyDbTest("a START that is recovered and older than the opt-out lifts nothing", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const gone = phone();
  const earlier = new Date(Date.now() - 60_000);
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  await text(sql, tenant, gone, "START", { sent_at: earlier });
  assert.equal(await send(sql, tenant, gone), "RECIPIENT_OPTED_OUT");
  await text(sql, tenant, gone, "START");
  assert.equal(await send(sql, tenant, gone), "created");
});

emptyDbTest(
  "deleting a user keeps the opt-outs of its contacts, for who has the number next",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    const [stopped, blocked, fine] = [phone(), phone(), phone()];
    await text(sql, tenant, stopped, "STOP");
    await exchange(sql, tenant, fine);
    await text(sql, tenant, blocked, "Hello");
    await sql`insert into sms_private.sender_blocks (phone_number_id, contact_id)
    values (${tenant.numberId}, ${await contactId(sql, tenant, blocked)})`;
    await sql.begin(async (auth) => {
      await auth`set local role supabase_auth_admin`;
      await auth`delete from auth.users where id = ${tenant.userId}`;
    });
    const next = await nextHolder(sql, tenant);
    const own =
      (await sql`select number from public.sms_numbers where user_id = ${next.userId} and id <> ${next.numberId}`)[
        0
      ];
    assert.equal(await send(sql, next, stopped), "RECIPIENT_OPTED_OUT");
    assert.equal(await send(sql, next, blocked), "RECIPIENT_OPTED_OUT");
    assert.equal(await send(sql, next, fine), "created");
    assert.equal(
      await send(sql, { ...next, number: own?.number }, stopped),
      "created",
      "its other number is free",
    );
  },
);

emptyDbTest(
  "who gets a number may not text contacts of its own who opted out of it before",
  async ({ sql }) => {
    const [tenant, later] = [await addTenant(sql), await addTenant(sql)];
    const [stopped, fine] = [phone(), phone()];
    await text(sql, tenant, stopped, "STOP");
    await text(sql, tenant, fine, "Hello");
    await text(sql, later, stopped, "Hello");
    await text(sql, later, fine, "Hello");
    await sql`delete from auth.users where id = ${tenant.userId}`;
    await sql`insert into public.sms_numbers (user_id, account_sid, number) values (${later.userId}, ${later.accountSid}, ${tenant.number})`;
    const with_it = { ...later, number: tenant.number };
    assert.equal(await send(sql, with_it, stopped), "RECIPIENT_OPTED_OUT");
    assert.equal(await send(sql, with_it, fine), "created");
    assert.equal(await send(sql, later, stopped), "created");
  },
);

emptyDbTest("a contact that opted in again before its erasure is free", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  await text(sql, tenant, gone, "START");
  await erase(sql, tenant, gone);
  assert.equal(await send(sql, tenant, gone), "created");
});

emptyDbTest("a suppression holds neither the contact's number nor its name", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const gone = phone();
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  const [row] = await sql`select s.*, s::text as all from sms_private.suppressions s`;
  assert.equal(row?.sending_number, tenant.number);
  assert(!row?.all.includes(gone.slice(1)), row?.all);
  const [key] = await sql`select sms_private.suppression_secret(${row?.key_id}) as secret`;
  assert.deepEqual([...row?.contact_hash], [...createHmac("sha256", key?.secret).update(gone).digest()]);
});

emptyDbTest("nobody but the owner reads a key or a suppression", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "STOP");
  await sql`select sms_private.newest_suppression_key()`;
  for (const role of ["anon", "authenticated", "service_role"] as const) {
    const who = role === "authenticated" ? { role, userId: tenant.userId } : { role };
    for (
      const question of [
        "select * from sms_private.suppression_keys",
        "select * from sms_private.suppressions",
        "select sms_private.suppression_secret(1)",
        "select sms_private.rotate_suppression_key()",
        "select * from sms_private.suppressions_of('+14155550101')",
      ]
    ) {
      assert.equal(
        await stateOf(as(sql, who, (theirs) => theirs.unsafe(question))),
        PERMISSION_DENIED,
        question,
      );
    }
  }
});

emptyDbTest(
  "the key is in Vault where there is one, and after a rotation both keys are known",
  async ({ sql }) => {
    await sql.unsafe(STAND_INS);
    const tenant = await addTenant(sql);
    const [before, after] = [phone(), phone()];
    await text(sql, tenant, before, "STOP");
    await erase(sql, tenant, before);
    const [kept] = await sql`select name, length(secret) as digits from vault.secrets`;
    assert.deepEqual({ ...kept }, { name: "supabase_sms_suppression_key_1", digits: 64 });
    assert.deepEqual([...await sql`select id, secret from sms_private.suppression_keys`], [{
      id: 1,
      secret: null,
    }]);

    assert.equal((await sql`select sms_private.rotate_suppression_key() as id`)[0]?.id, 2);
    await text(sql, tenant, after, "STOP");
    await erase(sql, tenant, after);
    assert.deepEqual(
      [...await sql`select key_id from sms_private.suppressions order by 1`].map((row) => row.key_id),
      [1, 2],
    );
    assert.equal(await send(sql, tenant, before), "RECIPIENT_OPTED_OUT");
    assert.equal(await send(sql, tenant, after), "RECIPIENT_OPTED_OUT");
    // Who comes back and is erased once more is hashed by the new key, and still opted out of all numbers.
    await text(sql, tenant, before, "Hello?");
    await erase(sql, tenant, before);
    const rows = await sql`select key_id, reason, source from sms_private.suppressions`;
    assert.deepEqual([...rows], Array(2).fill({ key_id: 2, reason: "opted_out", source: "keyword" }));
    assert.equal(await send(sql, tenant, before), "RECIPIENT_OPTED_OUT");
    await sql`select sms_private.rotate_suppression_key()`;
    assert.deepEqual([...await sql`select name from vault.secrets order by 1`].map((row) => row.name), [
      // What is kept of their consent is hashed by it.
      "supabase_sms_suppression_key_1",
      "supabase_sms_suppression_key_2",
      "supabase_sms_suppression_key_3",
    ]);
  },
);

emptyDbTest("a lost key loses no text, and nobody is texted until it is back", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  const tenant = await addTenant(sql);
  const [gone, stranger] = [phone(), phone()];
  await text(sql, tenant, gone, "STOP");
  await erase(sql, tenant, gone);
  const [key] = await sql`select secret from vault.secrets`;
  await sql`delete from vault.secrets`;

  assert.equal((await text(sql, tenant, stranger, "Are you open?")).outcome, "stored");
  assert.equal(await send(sql, tenant, stranger), "RECIPIENT_OPTED_OUT");
  assert.equal((await text(sql, tenant, gone, "Hello")).outcome, "stored");
  const listed = await callAs(sql, tenant, "sms_create_broadcast", { to_numbers: [phone()], body: "News" });
  assert.equal(listed.accepted, 0);
  assert.equal((await text(sql, tenant, phone(), "START")).keyword, "in", "START is heard");

  await sql`select sms_private.restore_suppression_key(1, ${key?.secret})`;
  assert.equal(await send(sql, tenant, stranger), "created");
  assert.equal(await send(sql, tenant, gone), "RECIPIENT_OPTED_OUT");
});

emptyDbTest("merging two spellings of a contact keeps no suppression", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await sql`alter table public.sms_contacts disable trigger set_canonical_number`;
  await sql`insert into public.sms_contacts (user_id, number, canonical_number, opted_out_at, opt_out_source) values
    (${tenant.userId}, '+5215512345678', '+5215512345678', now(), 'keyword'), (${tenant.userId}, '+525512345678', '+525512345678', null, null)`;
  await sql`alter table public.sms_contacts enable trigger set_canonical_number`;
  const [merged] = await sql`select sms_private.merge_spellings() as merged`;
  assert.equal(merged?.merged, 1);
  assert.deepEqual([...await sql`select 1 from sms_private.suppressions`], []);
});

emptyDbTest("an opt-out that is kept outlasts a renumbering of its country, until START", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await sql`insert into public.sms_limits (user_id, allowed_countries) values (${tenant.userId}, null)`;
  const [before, after] = ["+26612345678", "+266512345678"];
  await text(sql, tenant, before, "STOP");
  await erase(sql, tenant, before);
  await sql`insert into sms_private.number_spellings values ('2661', 7, '26651', 'LS')`;
  assert.equal(await send(sql, tenant, after), "RECIPIENT_OPTED_OUT");
  await text(sql, tenant, after, "Hello");
  assert.equal(await send(sql, tenant, after), "RECIPIENT_OPTED_OUT");
  await erase(sql, tenant, after);
  assert.equal(await send(sql, tenant, after), "RECIPIENT_OPTED_OUT");
  await text(sql, tenant, after, "START");
  assert.equal(await send(sql, tenant, after), "created");
  assert.deepEqual([...await sql`select 1 from sms_private.suppressions`], []);
});

emptyDbTest("another installation takes in the opt-outs of the one before", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const [erased, stopped] = [phone(), phone()];
  await text(sql, tenant, erased, "STOP");
  await erase(sql, tenant, erased);
  await text(sql, tenant, stopped, "STOP");
  const removal = await Deno.readTextFile(new URL("../../supabase/remove.sql", import.meta.url));
  await migrate(sql, [{ version: "30000101000000", name: "removed", path: "remove.sql", text: removal }]);
  assert.deepEqual(
    [...await sql`select contact_number from sms_kept.opt_outs order by 1 nulls last`].map((row) =>
      row.contact_number
    ),
    [stopped, null],
  );

  await sql`delete from supabase_migrations.schema_migrations`;
  await migrate(sql, await readMigrations());
  // A migration by hand calls it; `task breaks` has the tree alone.
  await sql`select sms_private.take_in_kept_opt_outs()`;
  assert.equal((await sql`select to_regnamespace('sms_kept') as kept`)[0]?.kept, null);
  const next = await nextHolder(sql, tenant);
  for (const number of [erased, stopped]) assert.equal(await send(sql, next, number), "RECIPIENT_OPTED_OUT");
  assert.equal(await send(sql, next, phone()), "created");
});

emptyDbTest("a text that was stored before its contact was erased does not go out", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const other = await addUser(sql);
  const gone = phone();
  await text(sql, tenant, gone, "Hello");
  assert.equal(await send(sql, tenant, gone), "created");
  await erase(sql, tenant, gone);
  assert.deepEqual(await claimDeliveries(sql), []);
  assert(other);
  assert.equal(
    (await call(sql, "sms_receive_message", {
      account_sid: tenant.accountSid,
      message_sid: messageSid(),
      from_number: gone,
      to_number: tenant.number,
      body: "Hello again",
      media: [],
      num_segments: 1,
      opt_out_type: null,
    })).outcome,
    "stored",
  );
});
