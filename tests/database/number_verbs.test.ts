import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addTenant,
  type Answer,
  call,
  claimReply,
  finish,
  hex,
  numberRow,
  phone,
  type Tenant,
  text,
} from "./support.ts";

const twilioSid = () => `PN${hex()}`;

interface Assignment {
  owner_id?: string;
  account_sid?: string;
  number?: string;
  twilio_sid?: string;
  assistant_id?: string | null;
}

async function assign(sql: Sql, tenant: Tenant, more: Assignment = {}): Promise<Answer> {
  return await call(sql, "sms_assign_number", {
    owner_id: tenant.userId,
    account_sid: tenant.accountSid,
    number: phone(),
    twilio_sid: twilioSid(),
    assistant_id: tenant.assistantId,
    ...more,
  });
}

async function addSharedAccount(sql: Sql): Promise<string> {
  const accountSid = `AC${hex()}`;
  assert.equal((await call(sql, "sms_save_account", { account_sid: accountSid })).outcome, "saved");
  return accountSid;
}

async function give(sql: Sql, ownerId: string, more: Assignment): Promise<Answer> {
  return await call(sql, "sms_give_number", { owner_id: ownerId, twilio_sid: twilioSid(), ...more });
}

async function letUsersTakeDefaultNumbers(sql: Sql): Promise<void> {
  await sql`update sms_private.settings set value = 'true' where name = 'users_may_take_default_numbers'`;
}

const idOf = (answer: Answer) => (answer.phone_number as { id: string }).id;

dbTest("sms_assign_number() stores a number as pending before Twilio is asked", async ({ sql, tenant }) => {
  const number = phone();
  const sid = twilioSid();
  const answer = await assign(sql, tenant, { number, twilio_sid: sid });
  assert.deepEqual([answer.outcome, answer.created, answer.main_trunk_sid], ["assigned", true, null]);
  const stored = await numberRow(sql, idOf(answer));
  assert.deepEqual(
    [stored.user_id, stored.account_sid, stored.number, stored.twilio_sid, stored.assistant_id],
    [tenant.userId, tenant.accountSid, number, sid, tenant.assistantId],
  );
  assert.deepEqual([stored.webhook_status, stored.webhook_version, stored.configured_at], [
    "pending",
    "1",
    null,
  ]);
});

dbTest("sms_assign_number() changes a number's assistant and keeps its pace", async ({ sql, tenant }) => {
  await sql`update public.sms_numbers set segments_per_second = 30 where id = ${tenant.numberId}`;
  const [other] = await sql`insert into public.sms_assistants (user_id, name, prompt)
    values (${tenant.userId}, 'Grace', 'Answer.') returning id`;
  const answer = await assign(sql, tenant, { number: tenant.number, assistant_id: other?.id });
  assert.deepEqual([answer.outcome, answer.created, idOf(answer)], ["assigned", false, tenant.numberId]);
  const stored = await numberRow(sql, tenant.numberId);
  assert.deepEqual([stored.assistant_id, stored.segments_per_second], [other?.id, "30"]);
});

dbTest("sms_assign_number() names the main trunk of the account", async ({ sql, tenant }) => {
  const trunk = `TK${hex()}`;
  await sql`update public.sms_accounts set trunk_sid = ${trunk} where account_sid = ${tenant.accountSid}`;
  assert.equal((await assign(sql, tenant)).main_trunk_sid, trunk);
});

dbTest("a disconnected account is open to nobody until it is connected again", async ({ sql, tenant }) => {
  const account = { owner_id: tenant.userId, account_sid: tenant.accountSid };
  await call(sql, "sms_disconnect_account", account);
  const mine = { number: tenant.number };
  assert.deepEqual(await assign(sql, tenant, mine), { outcome: "ACCOUNT_NOT_FOUND" });
  const found = await call(sql, "sms_find_number_accounts", {
    owner_id: tenant.userId,
    number: tenant.number,
  });
  assert.deepEqual(found.accounts, []);
  await call(sql, "sms_save_account", { ...account, encrypted_token: "jwe" });
  assert.equal((await assign(sql, tenant, mine)).outcome, "assigned");
});

emptyDbTest("the default account's free numbers need the operator's setting", async ({ sql }) => {
  const [owner, other] = [await addTenant(sql), await addTenant(sql)];
  const shared = await addSharedAccount(sql);
  const taken = phone();
  const accounts = async (number: string | null) =>
    (await call(sql, "sms_find_number_accounts", { owner_id: other.userId, number })).accounts;
  const own = { account_sid: other.accountSid, shared: false };
  assert.deepEqual(await accounts(null), [own]);
  assert.deepEqual(await accounts(taken), [own]);

  await letUsersTakeDefaultNumbers(sql);
  assert.deepEqual(await accounts(taken), [own, { account_sid: shared, shared: true }]);
  const first = await assign(sql, owner, { account_sid: shared, number: taken });
  assert.equal(first.outcome, "assigned");
  assert.deepEqual(await assign(sql, other, { account_sid: shared, number: taken }), {
    outcome: "NUMBER_TAKEN",
  });
  assert.equal((await numberRow(sql, idOf(first))).user_id, owner.userId);
  assert.equal((await assign(sql, other, { account_sid: shared })).outcome, "assigned");
});

dbTest("a number that was given to a tenant is assigned without the setting", async ({ sql, tenant }) => {
  const shared = await addSharedAccount(sql);
  const number = phone();
  const given = await give(sql, tenant.userId, { account_sid: shared, number });
  assert.equal((await numberRow(sql, idOf(given))).assistant_id, null);
  const found = await call(sql, "sms_find_number_accounts", { owner_id: tenant.userId, number });
  assert.deepEqual(
    (found.accounts as { account_sid: string }[]).map((account) => account.account_sid),
    [shared, tenant.accountSid],
    "where it is already comes first",
  );
  const assigned = await assign(sql, tenant, { account_sid: shared, number });
  assert.deepEqual([assigned.outcome, idOf(assigned)], ["assigned", idOf(given)]);
});

emptyDbTest("sms_give_number() gives the default account's numbers once", async ({ sql }) => {
  const [owner, other] = [await addTenant(sql), await addTenant(sql)];
  const account_sid = await addSharedAccount(sql);
  const number = phone();
  const nobody = crypto.randomUUID();
  assert.deepEqual(await give(sql, nobody, { account_sid, number }), { outcome: "USER_NOT_FOUND" });
  assert.deepEqual(await give(sql, owner.userId, { account_sid: owner.accountSid, number }), {
    outcome: "ACCOUNT_NOT_FOUND",
  });
  assert.deepEqual(
    await give(sql, owner.userId, { account_sid, number, assistant_id: other.assistantId }),
    { outcome: "ASSISTANT_NOT_FOUND" },
  );
  assert.equal((await sql`select from public.sms_numbers where number = ${number}`).length, 0);

  const given = await give(sql, owner.userId, { account_sid, number, assistant_id: owner.assistantId });
  assert.deepEqual(await give(sql, other.userId, { account_sid, number }), { outcome: "NUMBER_TAKEN" });
  const again = await give(sql, owner.userId, { account_sid, number });
  assert.deepEqual([again.outcome, again.created, idOf(again)], ["assigned", false, idOf(given)]);
  assert.equal((await numberRow(sql, idOf(given))).assistant_id, owner.assistantId, "not named: as it was");
});

emptyDbTest("sms_filter_unassigned_numbers() leaves out taken ones, in order", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const shared = await addSharedAccount(sql);
  const [foreign, waiting, free] = [phone(), phone(), phone()];
  await give(sql, other.userId, { account_sid: shared, number: foreign });
  await give(sql, tenant.userId, { account_sid: shared, number: waiting });
  const filter = async (account_sid: string, numbers: string[]) =>
    (await call(sql, "sms_filter_unassigned_numbers", { owner_id: tenant.userId, account_sid, numbers }))
      .numbers;
  assert.deepEqual(await filter(shared, [free, foreign, waiting]), [free, waiting]);
  assert.deepEqual(await filter(tenant.accountSid, [tenant.number, free]), [free]);
  assert.deepEqual(
    await filter(shared, [tenant.number]),
    [tenant.number],
    "of another account: not the same number",
  );
  assert.deepEqual(await filter(shared, []), []);
});

emptyDbTest("sms_unassign_number() ends the due reply and keeps the messages", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const contact = phone();
  await text(sql, tenant, contact, "Are you open?");
  const job = await claimReply(sql);
  const take = (owner_id: string) =>
    call(sql, "sms_unassign_number", { owner_id, phone_number_id: tenant.numberId });
  assert.deepEqual(await take(other.userId), { outcome: "NUMBER_NOT_FOUND" });
  assert.equal((await numberRow(sql, tenant.numberId)).assistant_id, tenant.assistantId);

  assert.equal((await take(tenant.userId)).outcome, "unassigned");
  assert.equal((await finish(sql, job)).outcome, "unassigned");
  assert.equal((await text(sql, tenant, contact, "Hello?")).outcome, "stored");
  const stored =
    await sql`select body, direction from public.sms_messages where user_id = ${tenant.userId} order by seq`;
  assert.deepEqual([...stored], [
    { body: "Are you open?", direction: "inbound" },
    { body: "Hello?", direction: "inbound" },
  ]);
  assert.equal((await take(tenant.userId)).outcome, "unassigned", "twice is the same");
});

emptyDbTest("two assignments of one number at once end in one row", async ({ sql }) => {
  const [one, two] = [await addTenant(sql), await addTenant(sql)];
  const account_sid = await addSharedAccount(sql);
  await letUsersTakeDefaultNumbers(sql);
  await sql`insert into public.sms_limits (user_id, default_numbers) select id, null from auth.users`;
  for (let round = 0; round < 10; round += 1) {
    const number = phone();
    const answers = await Promise.all(
      [one, two, one, two].map((tenant) => assign(sql, tenant, { account_sid, number })),
    );
    const rows =
      await sql`select user_id, webhook_version::int from public.sms_numbers where number = ${number}`;
    assert.equal(rows.length, 1);
    const winners = answers.filter(({ outcome }) => outcome === "assigned");
    assert.deepEqual([winners.length, rows[0]?.webhook_version], [2, 2]);
    assert.equal(winners.filter(({ created }) => created === true).length, 1);
  }
});
