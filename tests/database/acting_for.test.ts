import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import {
  addFilledTenant,
  type Answer,
  as,
  belongings,
  call,
  callAs,
  type FilledTenant,
  phone,
  stateOf,
} from "./support.ts";

/** A backend with the secret key that acts for a tenant. */
const callFor = (sql: Sql, owner_id: string | null, verb: string | null, args?: unknown): Promise<Answer> =>
  as(
    sql,
    { role: "service_role" },
    (secret) =>
      call(secret, "sms_call_for", { owner_id, verb, ...(args === undefined ? {} : { arguments: args }) }),
  );

/** What both tenants have, by the argument that names it. */
const namesOf = (tenant: FilledTenant): [verb: string, args: Record<string, unknown>, refusal: string][] => [
  ["sms_get_conversation", { conversation_id: tenant.conversationId }, "CONVERSATION_NOT_FOUND"],
  ["sms_take_over", { conversation_id: tenant.conversationId }, "CONVERSATION_NOT_FOUND"],
  [
    "sms_update_conversation",
    { conversation_id: tenant.conversationId, read_through: 1 },
    "CONVERSATION_NOT_FOUND",
  ],
  ["sms_list_numbers", { phone_number_id: tenant.numberId }, "NUMBER_NOT_FOUND"],
  ["sms_list_accounts", { account_sid: tenant.accountSid }, "ACCOUNT_NOT_FOUND"],
  ["sms_get_broadcast", { broadcast_id: tenant.broadcastId }, "BROADCAST_NOT_FOUND"],
  ["sms_summarize_messages", { phone_number_id: tenant.numberId }, "NUMBER_NOT_FOUND"],
  ["sms_cancel_message", { message_id: tenant.queuedId }, "MESSAGE_NOT_FOUND"],
];

emptyDbTest("a backend acts for a tenant: what the tenant sees, and nothing of another", async ({ sql }) => {
  const [owner, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  for (const [verb, args, refusal] of namesOf(owner)) {
    assert.equal((await callFor(sql, other.userId, verb, args)).outcome, refusal, verb);
    const done = await callFor(sql, owner.userId, verb, args);
    assert.match(done.outcome, /^[a-z_]+$/, verb);
  }
  const listed = await callFor(sql, owner.userId, "sms_list_numbers");
  assert.deepEqual(listed, await callAs(sql, owner, "sms_list_numbers"));
  assert.notDeepEqual(listed, await callFor(sql, other.userId, "sms_list_numbers", {}));
});

emptyDbTest("a backend's call for a tenant takes lists, objects, times and defaults", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  const to_number = phone();
  const answer = await callFor(sql, tenant.userId, "sms_create_message", {
    to_number,
    from_number: tenant.number,
    media_urls: ["https://example.com/a.png", "https://example.com/b.png"],
    template_id: tenant.templateId,
    variables: { name: 'Grace {"a": 1}' },
    send_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  assert.equal(answer.outcome, "created", JSON.stringify(answer));
  const { body, media, status, sender } = answer.message as Record<string, unknown>;
  assert.deepEqual([body, (media as unknown[]).length, status, sender], [
    'Hello Grace {"a": 1}',
    2,
    "scheduled",
    "system",
  ]);
});

emptyDbTest("a backend that names nobody, or no verb of the users, is told so", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  const id = tenant.userId;
  assert.deepEqual(await callFor(sql, crypto.randomUUID(), "sms_list_numbers"), {
    outcome: "USER_NOT_FOUND",
  });
  assert.deepEqual(await callFor(sql, null, "sms_list_numbers"), { outcome: "USER_NOT_FOUND" });
  await sql`create function public.sms_theirs() returns text language sql as 'select current_user::text'`;
  for (
    const verb of [
      "sms_worker_health",
      "sms_call_for",
      "sms_theirs",
      "version",
      "sms_x(); drop table t",
      "",
      null,
    ]
  ) {
    assert.deepEqual(await callFor(sql, id, verb), { outcome: "UNKNOWN_VERB" }, String(verb));
  }
  const answer = await callFor(sql, id, "sms_take_over", {
    conversation_id: tenant.conversationId,
    "x; y": 1,
  });
  assert.deepEqual(answer, { outcome: "UNKNOWN_ARGUMENT", details: { argument: "x; y" } });
});

emptyDbTest("after a call for a tenant the transaction has its own rights again", async ({ sql }) => {
  const [owner, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const after = await as(sql, { role: "service_role" }, async (secret) => {
    await call(secret, "sms_call_for", { owner_id: owner.userId, verb: "sms_list_numbers" });
    const [row] = await secret`select current_user::text as role, auth.uid() as id`;
    return { ...row };
  });
  assert.deepEqual(after, { role: "service_role", id: null });
  // A user's own client may not act for anybody, not even for themselves.
  for (const userId of [owner.userId, other.userId]) {
    const asked = as(
      sql,
      { role: "authenticated", userId },
      (user) => call(user, "sms_call_for", { owner_id: owner.userId, verb: "sms_list_numbers" }),
    );
    assert.equal(await stateOf(asked), "42501");
  }
});

emptyDbTest(
  "a verb that fails leaves no claim of the tenant behind where the caller goes on",
  async ({ sql }) => {
    const tenant = await addFilledTenant(sql);
    const claims = { role: "service_role", iss: "supabase" };
    await sql`create function public.sms_fails() returns jsonb language plpgsql as
      $$ begin raise exception 'A mistake of ours'; end $$`;
    const after = await sql.begin(async (transaction) => {
      await transaction`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
      await transaction`set local role service_role`;
      await assert.rejects(
        transaction.savepoint((inner) => inner`select public.sms_call_for(${tenant.userId}, 'sms_fails')`),
      );
      const [now] = await transaction`select current_user as role, auth.uid() as tenant,
      current_setting('request.jwt.claims') as claims, current_setting('request.jwt.claim.sub', true) as subject`;
      return now;
    });
    assert.deepEqual({ ...after, claims: JSON.parse(after?.claims), subject: after?.subject || null }, {
      role: "service_role",
      tenant: null,
      claims,
      subject: null,
    });
  },
);

emptyDbTest("names of arguments are names, whatever stands in them", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  for (
    const name of ['conversation_id") uuid); drop table public.sms_messages; --', "", "CONVERSATION_ID", "$1"]
  ) {
    const refused = await callFor(sql, tenant.userId, "sms_get_conversation", {
      [name]: tenant.conversationId,
    });
    assert.deepEqual(refused, { outcome: "UNKNOWN_ARGUMENT", details: { argument: name } });
  }
  for (
    const verb of [
      "sms_get_conversation()",
      "public.sms_get_conversation",
      "sms_call_for",
      "sms_worker_health",
    ]
  ) {
    assert.equal((await callFor(sql, tenant.userId, verb)).outcome, "UNKNOWN_VERB", verb);
  }
});

emptyDbTest("arguments that are no object, or of a wrong type, are named", async ({ sql }) => {
  const [tenant, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const before = await belongings(sql, tenant.userId);
  const raw = (args: string) =>
    as(sql, { role: "service_role" }, async (secret) => {
      const [row] =
        await secret`select public.sms_call_for(${tenant.userId}, 'sms_cancel_message', ${args}::text::jsonb) as answer`;
      return row?.answer;
    });
  const invalid = (argument: string) => ({ outcome: "INVALID_ARGUMENT", details: { argument } });
  for (const args of ["[]", '"x"', "5", "true", `["${tenant.queuedId}"]`]) {
    assert.deepEqual(await raw(args), invalid("arguments"), args);
  }
  for (const id of ['"no id"', "5", "{}", "[]", "true", '""']) {
    assert.deepEqual(await raw(`{"message_id": ${id}}`), invalid("message_id"), id);
  }
  for (const args of ["null", "{}"]) assert.deepEqual(await raw(args), invalid("message_id"), args);
  assert.equal((await raw('{"message_id": null}')).outcome, "MESSAGE_NOT_FOUND");
  const cases: [verb: string, args: Record<string, unknown>, argument: string][] = [
    ["sms_create_message", { to_number: phone(), body: "Hello", send_at: "soon" }, "send_at"],
    ["sms_create_message", { to_number: phone(), body: "Hello", media_urls: {} }, "media_urls"],
    ["sms_create_broadcast", { to_numbers: "+14155550101", body: "Hello" }, "to_numbers"],
    ["sms_summarize_messages", { from_at: "2026-13-45" }, "from_at"],
  ];
  for (const [verb, args, argument] of cases) {
    assert.deepEqual(await callFor(sql, tenant.userId, verb, args), invalid(argument), verb);
  }
  assert.deepEqual(await belongings(sql, tenant.userId), before, "nothing is stored");
  assert.equal(
    (await callFor(sql, other.userId, "sms_cancel_message", { message_id: other.queuedId })).outcome,
    "canceled",
  );
});
