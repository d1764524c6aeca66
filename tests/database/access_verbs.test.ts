import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import {
  addFilledTenant,
  addTenant,
  addUser,
  as,
  belongings,
  call,
  callAs,
  claimDeliveries,
  claimReply,
  finish,
  hex,
  messageSid,
  PERMISSION_DENIED,
  phone,
  record,
  stateOf,
  text,
} from "./support.ts";
import type { Answer, FilledTenant } from "./support.ts";

type Arguments = Record<string, unknown>;

/**
 * Each user verb, called with what belongs to the tenant, and what somebody else hears who calls it so: an outcome, or
 * a whole answer.
 */
const USER_VERBS: Record<string, [(owner: FilledTenant) => Arguments, string | Answer]> = {
  // The old routes' own. Whose account and numbers it is shows in what they answer: nobody's.
  sms_choose_sender: [
    ({ accountSid, contact }) => ({ account_sid: accountSid, to_number: contact }),
    "CONNECT_ACCOUNT_FIRST",
  ],
  sms_cancel_message: [({ queuedId }) => ({ message_id: queuedId }), "MESSAGE_NOT_FOUND"],
  sms_settle_message: [({ queuedId }) => ({ message_id: queuedId, was_sent: true }), "MESSAGE_NOT_FOUND"],
  sms_settle_opt_out: [({ contactId }) => ({ contact_id: contactId, opted_out: false }), "CONTACT_NOT_FOUND"],
  sms_create_broadcast: [
    ({ contact, number }) => ({ to_numbers: [contact], from_number: number, body: "Hello all" }),
    "NOT_YOUR_NUMBER",
  ],
  sms_create_message: [
    ({ contact, number }) => ({ to_number: contact, from_number: number, body: "Hello" }),
    "NOT_YOUR_NUMBER",
  ],
  sms_get_attachment: [({ queuedId }) => ({ message_id: queuedId, attachment: 0 }), "MEDIA_NOT_FOUND"],
  sms_get_conversation: [
    ({ conversationId }) => ({ conversation_id: conversationId }),
    "CONVERSATION_NOT_FOUND",
  ],
  sms_hand_back: [({ conversationId }) => ({ conversation_id: conversationId }), "CONVERSATION_NOT_FOUND"],
  sms_list_accounts: [({ accountSid }) => ({ account_sid: accountSid }), "ACCOUNT_NOT_FOUND"],
  sms_list_numbers: [({ numberId }) => ({ phone_number_id: numberId }), "NUMBER_NOT_FOUND"],
  sms_list_messages_with: [({ contact }) => ({ contact_number: contact }), {
    outcome: "found",
    messages: [],
  }],
  sms_opt_out_contact: [({ contactId }) => ({ contact_id: contactId }), "CONTACT_NOT_FOUND"],
  sms_search_conversations: [
    ({ contact }) => ({ search: contact }),
    { outcome: "found", conversations: [], next: null },
  ],
  sms_summarize_messages: [({ numberId }) => ({ phone_number_id: numberId }), "NUMBER_NOT_FOUND"],
  sms_take_over: [({ conversationId }) => ({ conversation_id: conversationId }), "CONVERSATION_NOT_FOUND"],
  sms_get_broadcast: [({ broadcastId }) => ({ broadcast_id: broadcastId }), "BROADCAST_NOT_FOUND"],
  sms_pause_broadcast: [({ broadcastId }) => ({ broadcast_id: broadcastId }), "BROADCAST_NOT_FOUND"],
  sms_resume_broadcast: [({ broadcastId }) => ({ broadcast_id: broadcastId }), "BROADCAST_NOT_FOUND"],
  sms_save_event_endpoint: [
    ({ endpointId }) => ({ endpoint_id: endpointId, active: true }),
    "ENDPOINT_NOT_FOUND",
  ],
  sms_rotate_event_secret: [({ endpointId }) => ({ endpoint_id: endpointId }), "ENDPOINT_NOT_FOUND"],
  sms_test_event_endpoint: [({ endpointId }) => ({ endpoint_id: endpointId }), "ENDPOINT_NOT_FOUND"],
  sms_replay_events: [
    ({ endpointId }) => ({ endpoint_id: endpointId, since: new Date(0) }),
    "ENDPOINT_NOT_FOUND",
  ],
  sms_delete_event_endpoint: [({ endpointId }) => ({ endpoint_id: endpointId }), "ENDPOINT_NOT_FOUND"],
  // Last: what is canceled can neither be paused nor resumed.
  sms_cancel_broadcast: [({ broadcastId }) => ({ broadcast_id: broadcastId }), "BROADCAST_NOT_FOUND"],
  sms_update_conversation: [
    ({ conversationId }) => ({ conversation_id: conversationId, read_through: 2 }),
    "CONVERSATION_NOT_FOUND",
  ],
  sms_export_consents: [({ contactId }) => ({ contact_id: contactId }), "CONTACT_NOT_FOUND"],
  sms_export_contact: [({ contactId }) => ({ contact_id: contactId }), "CONTACT_NOT_FOUND"],
  sms_get_consent: [({ contactId }) => ({ contact_id: contactId }), "CONTACT_NOT_FOUND"],
  // Last of all: nothing is left of the contact.
  sms_erase_contact: [({ contactId }) => ({ contact_id: contactId }), "CONTACT_NOT_FOUND"],
};

const EVENT_TYPES = [
  "message.received",
  "message.created",
  "message.status_changed",
  "contact.opted_out",
  "contact.opted_in",
  "conversation.taken_over",
  "conversation.handed_back",
  "conversation.person_called",
];

/** Verbs that are asked about nothing in particular, and what who has nothing hears. */
const SUMMING_VERBS: Record<string, Answer> = {
  sms_count_messages: {
    outcome: "counted",
    total: 0,
    inbound: 0,
    outbound: 0,
    sent: 0,
    delivered: 0,
    failed: 0,
  },
  sms_list_message_numbers: { outcome: "listed", numbers: [] },
  sms_export_tenant: {
    outcome: "exported",
    part: "accounts",
    rows: [],
    next: "assistants -infinity 00000000-0000-0000-0000-000000000000",
  },
  sms_list_event_endpoints: { outcome: "listed", endpoints: [], types: EVENT_TYPES },
};

/**
 * What everybody who is signed in hears alike, two lists that they may ask for, and what is theirs to set: consents.test.ts,
 * profiles.test.ts and quiet_hours.test.ts have a second tenant beside the first.
 */
const EVERYBODYS_VERBS = [
  "sms_get_profile",
  "sms_get_quiet_hours",
  "sms_list_contacts_without_consent",
  "sms_list_stops",
  "sms_record_consents",
  "sms_save_profile",
  "sms_save_quiet_hours",
];

function heard(by: string | Answer): Answer {
  return typeof by === "string" ? { outcome: by } : by;
}

/** Each verb of the pipeline and the operator, with arguments that would do something. */
const SECRET_VERBS: Record<string, (owner: FilledTenant) => Arguments> = {
  sms_assign_number: (owner) => ({
    owner_id: owner.userId,
    account_sid: owner.accountSid,
    number: owner.number,
    twilio_sid: `PN${hex()}`,
    assistant_id: owner.assistantId,
  }),
  sms_call_for: ({ userId }) => ({ owner_id: userId, verb: "sms_list_numbers" }),
  sms_check_deliveries: () => ({ jobs: [] }),
  sms_claim_deliveries: () => ({ batch_size: 10, lease_seconds: 90 }),
  sms_claim_doubts: () => ({ batch_size: 10, lease_seconds: 90 }),
  sms_claim_events: () => ({ batch_size: 10, lease_seconds: 90 }),
  sms_claim_questions: () => ({ kind: "listing", batch_size: 10, lease_seconds: 90 }),
  sms_claim_replies: () => ({ batch_size: 10, lease_seconds: 90 }),
  sms_find_unknown_messages: ({ accountSid }) => ({ account_sid: accountSid, texts: [] }),
  sms_confirm_signer: ({ accountSid }) => ({ account_sid: accountSid, sealed: "jwe" }),
  sms_count_refused_webhooks: ({ accountSid }) => ({ account_sid: accountSid, reason: "SIGNATURE_MISMATCH" }),
  sms_create_broadcast_for: ({ userId, contact }) => ({
    owner_id: userId,
    to_numbers: [contact],
    body: "Hello",
  }),
  sms_create_message_for: ({ userId, contact }) => ({ owner_id: userId, to_number: contact, body: "Hello" }),
  // A stranger's: whatever it finds, the rest of the file still needs the account.
  sms_disconnect_account: ({ userId }) => ({ owner_id: userId, account_sid: `AC${hex()}` }),
  // A stranger's, for the same reason.
  sms_erase_contact_for: ({ userId }) => ({ owner_id: userId, contact_id: crypto.randomUUID() }),
  sms_export_contact_for: ({ userId, contactId }) => ({ owner_id: userId, contact_id: contactId }),
  sms_export_tenant_for: ({ userId }) => ({ owner_id: userId }),
  sms_filter_unassigned_numbers: (owner) => ({
    owner_id: owner.userId,
    account_sid: owner.accountSid,
    numbers: [owner.number],
  }),
  sms_find_number_accounts: ({ userId, number }) => ({ owner_id: userId, number }),
  sms_finish_replies: () => ({ results: [] }),
  sms_fold_stats: () => ({}),
  sms_get_delivery: ({ queuedId }) => ({ message_id: queuedId }),
  sms_get_account: ({ accountSid }) => ({ account_sid: accountSid }),
  sms_give_number: (owner) => ({
    owner_id: owner.userId,
    account_sid: owner.accountSid,
    number: owner.number,
    twilio_sid: `PN${hex()}`,
  }),
  sms_list_account_sids: () => ({}),
  sms_list_credentials: () => ({ after_id: null, page_size: 10 }),
  sms_list_webhooks: ({ userId }) => ({ owner_id: userId }),
  sms_receive_message: (owner) => ({
    account_sid: owner.accountSid,
    message_sid: messageSid(),
    from_number: owner.contact,
    to_number: owner.number,
    body: "Hi",
    media: [],
    num_segments: 1,
    opt_out_type: null,
  }),
  sms_manage_events_for: ({ userId }) => ({ owner_id: userId, action: "list" }),
  sms_record_deliveries: () => ({ results: [] }),
  sms_record_doubts: () => ({ results: [] }),
  sms_record_events: () => ({ results: [] }),
  sms_record_questions: () => ({ results: [] }),
  sms_record_status: (owner) => ({
    account_sid: owner.accountSid,
    message_sid: messageSid(),
    from_number: owner.number,
    to_number: owner.contact,
    status: "delivered",
    error_code: null,
    error_message: null,
    message_id: owner.queuedId,
  }),
  sms_recall_models: () => ({ server: "api.openai.com/v1", default_model: "m", allowed_models: [] }),
  sms_record_models: () => ({ server: "api.openai.com/v1", models: [{ model: "m", quirks: ["store"] }] }),
  sms_record_webhook: ({ numberId }) => ({
    phone_number_id: numberId,
    seen_version: 0,
    webhook_status: "failed",
    webhook_error: "Twilio could not be reached. Repair the number.",
  }),
  sms_remove_shared_key: ({ userId, accountSid }) => ({
    owner_id: userId,
    account_sid: accountSid,
    key_id: `webhooks_sharedkey_${"0".repeat(26)}`,
  }),
  sms_repair_any_number: ({ numberId }) => ({ phone_number_id: numberId }),
  sms_repair_number: ({ userId, numberId }) => ({ owner_id: userId, phone_number_id: numberId }),
  sms_replace_credentials: () => ({
    account_id: crypto.randomUUID(),
    old_current: "jwe",
    new_current: "jwe2",
    old_previous: null,
    new_previous: null,
  }),
  sms_replace_secret: () => ({
    account_id: crypto.randomUUID(),
    name: `webhooks_sharedkey_${"0".repeat(26)}`,
    old_secret: "jwe",
    new_secret: "jwe2",
  }),
  sms_schedule_worker: () => ({
    functions_url: "https://ref.supabase.co/functions/v1",
    worker_key: "sb_secret_x",
  }),
  sms_unschedule_worker: () => ({}),
  sms_save_number: (owner) => ({
    owner_id: owner.userId,
    account_sid: owner.accountSid,
    number: owner.number,
    assistant_id: owner.assistantId,
  }),
  sms_save_account: (owner) => ({
    account_sid: `AC${hex()}`,
    owner_id: owner.userId,
    encrypted_token: "jwe",
  }),
  sms_set_message_aside: (owner) => ({
    account_sid: owner.accountSid,
    message_sid: messageSid(),
    from_number: owner.contact,
    to_number: owner.number,
    body: "Hi",
    media: [],
    num_segments: 1,
    sent_at: new Date(),
    reason: "P0001 poison",
  }),
  sms_after_restore: () => ({}),
  sms_require_consent: () => ({ required_from: new Date() }),
  sms_get_limits: ({ userId }) => ({ owner_id: userId }),
  sms_set_limits: ({ userId }) => ({ owner_id: userId, limits: { assistants: 60 } }),
  sms_recover_sent_message: (owner) => ({
    account_sid: owner.accountSid,
    sent: {
      message_sid: messageSid(),
      from_number: owner.number,
      to_number: owner.contact,
      body: "Hi",
      status: "sent",
      num_segments: 1,
      sent_at: new Date(),
    },
  }),
  sms_settle_any_message: ({ queuedId }) => ({ message_id: queuedId, was_sent: true }),
  sms_switch_off: () => ({}),
  sms_switch_on: () => ({}),
  sms_take_preview_turn: ({ userId }) => ({ owner_id: userId }),
  sms_take_turn: ({ userId }) => ({ owner_id: userId, action: "connect_account", per_minute: 10 }),
  sms_unassign_number: ({ userId, numberId }) => ({ owner_id: userId, phone_number_id: numberId }),
  sms_worker_health: () => ({}),
  sms_inspect: () => ({}),
  sms_record_wake: () => ({ woken_by: "request", key_ids: [], isolate_age_ms: 0 }),
};

/** Other functions of the schema public that are no verbs. */
const NO_VERBS: string[] = [];

async function verbsOf(sql: Sql, role: string): Promise<string[]> {
  const rows = await sql`select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace
    and has_function_privilege(${role}, p.oid, 'execute') order by p.proname collate "C"`;
  return rows.map((row) => row.proname);
}

emptyDbTest("every verb is listed here, and each role has exactly its own", async ({ sql }) => {
  const users = [...Object.keys(USER_VERBS), ...Object.keys(SUMMING_VERBS), ...EVERYBODYS_VERBS];
  const secrets = Object.keys(SECRET_VERBS);
  const all = await sql`select proname from pg_proc where pronamespace = 'public'::regnamespace order by 1`;
  assert.deepEqual(all.map((row) => row.proname), [...users, ...secrets, ...NO_VERBS].sort());
  assert.deepEqual(await verbsOf(sql, "anon"), []);
  assert.deepEqual(await verbsOf(sql, "authenticated"), users.sort());
  assert.deepEqual(await verbsOf(sql, "service_role"), secrets.sort());
});

emptyDbTest("verbs refuse anonymous callers, and tenants those of the secret key", async ({ sql }, t) => {
  const owner = await addFilledTenant(sql);
  const before = await belongings(sql, owner.userId);
  const user = Object.entries(USER_VERBS).map(([verb, [args]]) => [verb, args] as const);
  for (const [verb, args] of [...user, ...Object.entries(SECRET_VERBS)]) {
    await t.step(verb, async () => {
      const foreign = verb in USER_VERBS ? "service_role" : "authenticated";
      const who = foreign === "service_role"
        ? { role: "service_role" } as const
        : { role: "authenticated", userId: owner.userId } as const;
      for (const caller of [{ role: "anon" } as const, who]) {
        const state = await stateOf(as(sql, caller, (theirs) => call(theirs, verb, args(owner))));
        assert.equal(state, PERMISSION_DENIED, caller.role);
      }
    });
  }
  assert.deepEqual(await belongings(sql, owner.userId), before);
});

emptyDbTest("another tenant's rows do not exist for a tenant", async ({ sql }, t) => {
  const [owner, other] = [await addFilledTenant(sql), await addFilledTenant(sql)];
  const before = [await belongings(sql, owner.userId), await belongings(sql, other.userId)];
  for (const [verb, [args, outcome]] of Object.entries(USER_VERBS)) {
    await t.step(verb, async () => {
      assert.deepEqual(await callAs(sql, other, verb, args(owner)), heard(outcome));
      assert.deepEqual([await belongings(sql, owner.userId), await belongings(sql, other.userId)], before);
    });
  }
  await t.step("sms_create_message in another tenant's conversation", async () => {
    const args = { conversation_id: owner.conversationId, body: "Hello" };
    assert.deepEqual(await callAs(sql, other, "sms_create_message", args), {
      outcome: "CONVERSATION_NOT_FOUND",
    });
    assert.deepEqual([await belongings(sql, owner.userId), await belongings(sql, other.userId)], before);
  });
});

/** Nobody knows any more whether this one left. */
async function doubt(sql: Sql, id: string): Promise<void> {
  await sql`update public.sms_messages set status = 'unconfirmed', error_code = 'OUTCOME_AMBIGUOUS' where id = ${id}`;
}

emptyDbTest("the owner is heard by every one of the same verbs", async ({ sql }, t) => {
  const owner = await addFilledTenant(sql);
  for (const [verb, [args]] of Object.entries(USER_VERBS)) {
    await t.step(verb, async () => {
      if (verb === "sms_settle_message") await doubt(sql, owner.queuedId);
      const { outcome } = await callAs(sql, owner, verb, args(owner));
      assert.equal(outcome, outcome.toLowerCase(), "an outcome in capitals is a refusal");
    });
  }
});

emptyDbTest("a token without a subject owns nothing: every user verb refuses it", async ({ sql }, t) => {
  const owner = await addFilledTenant(sql);
  const before = await belongings(sql, owner.userId);
  for (const [verb, [args, outcome]] of Object.entries(USER_VERBS)) {
    await t.step(verb, async () => {
      const answer = sql.begin(async (transaction) => {
        await transaction`set local role authenticated`;
        return await call(transaction as unknown as Sql, verb, args(owner));
      });
      if (verb.startsWith("sms_create_")) assert.equal(await stateOf(answer), PERMISSION_DENIED);
      else assert.deepEqual(await answer, heard(outcome));
    });
  }
  assert.deepEqual(await belongings(sql, owner.userId), before);
});

emptyDbTest("a verb that sums up tells everybody of their own only", async ({ sql }) => {
  const owner = await addFilledTenant(sql);
  const newcomer = { userId: await addUser(sql) };
  for (const [verb, nothing] of Object.entries(SUMMING_VERBS)) {
    assert.notDeepEqual(await callAs(sql, owner, verb), nothing);
    assert.deepEqual(await callAs(sql, newcomer, verb), nothing);
    const withoutSubject = await sql.begin(async (transaction) => {
      await transaction`set local role authenticated`;
      return await call(transaction as unknown as Sql, verb);
    });
    assert.deepEqual(withoutSubject, nothing);
    for (const role of ["anon", "service_role"] as const) {
      assert.equal(await stateOf(as(sql, { role }, (theirs) => call(theirs, verb))), PERMISSION_DENIED);
    }
  }
});

emptyDbTest("who is signed in hears what the operator switched off, without the reason", async ({ sql }) => {
  const newcomer = { userId: await addUser(sql) };
  const nothing = { outcome: "listed", stops: [] };
  assert.deepEqual(await callAs(sql, newcomer, "sms_list_stops"), nothing);
  await call(sql, "sms_switch_off", { what: "all", reason: "Costs run away" });
  const { outcome, stops } = await callAs(sql, newcomer, "sms_list_stops");
  assert.equal(outcome, "listed");
  assert.deepEqual((stops as { what: string }[]).map((stop) => [stop.what, Object.keys(stop).length]), [
    ["answering", 2],
    ["sending", 2],
  ]);
  const withoutSubject = await sql.begin(async (transaction) => {
    await transaction`set local role authenticated`;
    return await call(transaction as unknown as Sql, "sms_list_stops");
  });
  assert.deepEqual(withoutSubject, nothing);
  for (const role of ["anon", "service_role"] as const) {
    assert.equal(
      await stateOf(as(sql, { role }, (theirs) => call(theirs, "sms_list_stops"))),
      PERMISSION_DENIED,
    );
  }
  await call(sql, "sms_switch_on", { what: "sending" });
  assert.equal(((await callAs(sql, newcomer, "sms_list_stops")).stops as unknown[]).length, 1);
});

emptyDbTest("the secret key may call every verb of its own", async ({ sql }, t) => {
  const owner = await addFilledTenant(sql);
  for (const [verb, args] of Object.entries(SECRET_VERBS)) {
    await t.step(verb, async () => {
      const state = await stateOf(as(sql, { role: "service_role" }, (all) => call(all, verb, args(owner))));
      assert.equal(state, "allowed");
    });
  }
});

emptyDbTest("the secret key's grants carry a message from START to its status", async ({ sql }) => {
  const owner = await addTenant(sql, { error_message: "Sorry." });
  const contact = phone();
  const pipeline = async <T>(work: (secret: Sql) => Promise<T>) =>
    await as(sql, { role: "service_role" }, work);
  for (const [body, keyword] of [["STOP", "out"], ["START", "in"], ["HELP", "help"], ["Hello?", null]]) {
    const answer = await pipeline((secret) => text(secret, owner, contact, body ?? ""));
    assert.equal(answer.keyword, keyword);
  }
  const job = await pipeline(claimReply);
  assert.equal((await pipeline((secret) => finish(secret, job))).outcome, "stored");
  const [delivery] = await pipeline(claimDeliveries);
  assert(delivery);
  const sid = messageSid();
  const accepted = { message_sid: sid, status: "queued", num_segments: 1 };
  assert.equal(await pipeline((secret) => record(secret, delivery, "accepted", accepted)), "recorded");
  const status = await pipeline((secret) =>
    call(secret, "sms_record_status", {
      account_sid: owner.accountSid,
      message_sid: sid,
      from_number: owner.number,
      to_number: contact,
      status: "delivered",
      error_code: null,
      error_message: null,
    })
  );
  assert.deepEqual(status, { outcome: "recorded", status: "delivered" });

  await pipeline((secret) => text(secret, owner, contact, "And tomorrow?"));
  const hopeless = await pipeline(claimReply);
  const failure = { code: "MODEL_REFUSED", message: "No.", permanent: true };
  assert.equal((await pipeline((secret) => finish(secret, hopeless, { failure }))).outcome, "set_aside");
  const [apology] = await pipeline(claimDeliveries);
  assert.equal(apology?.body, "Sorry.");
});
