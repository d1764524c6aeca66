/**
 * Policies, functions that run with their owner's rights, and columns with secrets: each has its line here, beside the grants in
 * access_grants.test.ts. What is new and has none fails.
 */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { Sql } from "postgres";
import { projectRoot } from "../../local/project.ts";
import { emptyDbTest } from "./db_test.ts";

/** Which rows a signed-in user reaches, by table: always those whose `user_id` is the tenant's. */
const POLICIES: Record<string, string> = {
  sms_accounts: "select",
  sms_assistants: "delete insert select update",
  sms_broadcasts: "select",
  sms_consent_events: "select",
  sms_contacts: "insert select update",
  sms_conversations: "select update",
  sms_limits: "select",
  sms_message_events: "select",
  sms_messages: "select",
  sms_numbers: "select",
  sms_stats: "select",
  sms_templates: "delete insert select update",
};

/** Run with the owner's rights for a signed-in user. Each asks sms_private.tenant_id() itself (catalogue.test.ts). */
const DEFINERS_FOR_USERS: Record<string, string> = {
  archived_totals: "the archive's words are in a table that users do not read",
  cancel_message: "ends jobs",
  change_my_broadcast: "pauses and ends jobs",
  change_my_conversation: "takes a conversation over, ends jobs",
  count_my_messages: "reads the figures that are not folded yet",
  delete_my_endpoint: "event endpoints are private",
  erase_my_contact: "deletes messages and what is append-only",
  export_my_consents: "imports are private; reads by number",
  export_my_contact: "reads jobs and the archive",
  export_my_tenant: "reads jobs and the archive",
  get_my_consent: "settings are private; one look at a contact and its history",
  get_my_conversation: "one look at a conversation and its messages",
  is_number_unreadable: "credentials are private; says yes or no",
  list_my_contacts_without_consent: "settings are private; tells from when on a consent is needed",
  list_my_endpoints: "event endpoints are private; tells no secret",
  list_my_messages_with: "one look at a contact's messages",
  list_stops: "settings are private; tells what is off and since when",
  my_contact: "looks contacts up by each spelling",
  my_signers_of: "shared keys are private; tells no secret",
  once_for_caller: "keeps idempotency keys, stores messages and jobs",
  opt_out_contact: "consent is append-only",
  replay_my_events: "events are private",
  rotate_my_secret: "event endpoints are private; tells the new secret once",
  save_my_endpoint: "event endpoints are private; tells a new secret once",
  search_my_conversations: "reads by an index that row level security would not use",
  settle_my_message: "ends jobs, records a status",
  settle_my_opt_out: "consent is append-only, and out of a tenant's reach",
  summarize_messages: "reads the figures that are not folded yet",
  test_my_endpoint: "events are private",
  update_my_conversation: "ends a conversation and its jobs",
  webhook_problem_of: "refused webhooks are private",
};

/** For the secret key, and for what has checked the tenant before. */
const DEFINERS_FOR_THE_SECRET_KEY: Record<string, string> = {
  erase_contact: "deletes what is append-only for the secret key",
  export_contact: "reads what of a contact is private",
  export_tenant: "reads what of a tenant is private",
  fold_stats: "writes figures, which nobody else does",
  is_confirmed: "the API's roles do not read auth.users",
  is_suppressed: "opt-outs of who is no contact are private",
  is_user: "the API's roles do not read auth.users",
  lift_suppressions: "opt-outs of who is no contact are private",
  live_updates_state: "reads the project's publications",
  lock_my_conversation: "locks a conversation for those above",
  lost_suppression_keys: "keys of opt-outs are private; tells which are lost",
  note_event: "who takes a conversation over writes no events",
  once: "keeps idempotency keys for a named tenant",
  opted_out_and_gone: "opt-outs of who is no contact are private",
  purge: "deletes what need not be kept",
  schedule_state: "pg_cron and Vault are the owner's; tells no key",
  schedule_worker: "pg_cron and Vault are the owner's",
  unschedule_worker: "pg_cron and Vault are the owner's",
};

/** For nobody but the database itself. */
const DEFINERS_OF_TRIGGERS = [
  "add_sender_pace",
  "announce_conversations",
  "announce_messages",
  "before_contact_goes",
  "before_number_goes",
  "check_time_zone",
  "count_message",
  "count_room",
  "forget_account",
  "forget_events",
  "lock_assistant_uses",
  "lock_template_uses",
  "note_consent",
  "note_handover",
  "note_message",
  "recall_opt_outs_of_contact",
  "recall_opt_outs_of_number",
  "set_canonical_number",
  // No trigger: the owner's, called by the functions above.
  "suppressions_of",
];

/** Columns with something that opens or signs, how it lies there, and who reads the column besides the owner. */
const SECRETS: Record<string, { lies: "sealed" | "open"; read: "service_role" | "nobody" }> = {
  "sms_private.twilio_credentials.current_token": { lies: "sealed", read: "service_role" },
  "sms_private.twilio_credentials.previous_token": { lies: "sealed", read: "service_role" },
  "sms_private.twilio_credentials.api_key_secret": { lies: "sealed", read: "service_role" },
  "sms_private.shared_keys.secret": { lies: "sealed", read: "service_role" },
  "sms_private.event_endpoints.secret": { lies: "open", read: "service_role" },
  "sms_private.event_endpoints.previous_secret": { lies: "open", read: "service_role" },
  "sms_private.suppression_keys.secret": { lies: "open", read: "nobody" },
};

/** Named like a secret, and none: names of keys, fencing tokens, places in a list, hashes. */
const NO_SECRETS = [
  "sms_private.doubts.lease_token",
  "sms_private.events.lease_token",
  "sms_private.idempotency_keys.key",
  "sms_private.idempotency_keys.request_hash",
  "sms_private.jobs.lease_token",
  "sms_private.kept_consents.contact_hash",
  "sms_private.kept_consents.key_id",
  "sms_private.questions.lease_token",
  "sms_private.questions.page_token",
  "sms_private.refused_webhooks.key_id",
  "sms_private.shared_keys.key_id",
  "sms_private.suppressions.contact_hash",
  "sms_private.suppressions.key_id",
  "sms_private.twilio_credentials.api_key_sid",
  "sms_private.worker_wakes.key_ids",
];

async function policies(sql: Sql): Promise<Record<string, string>> {
  const rows =
    await sql`select tablename, string_agg(lower(cmd), ' ' order by cmd) as commands from pg_policies
    where schemaname in ('public', 'sms_private') group by tablename order by tablename`;
  return Object.fromEntries(rows.map((row) => [row.tablename, row.commands]));
}

async function definers(sql: Sql, kind: "users" | "secret key" | "nobody"): Promise<string[]> {
  const rows = await sql`
    select p.proname as name, has_function_privilege('authenticated', p.oid, 'execute') as users,
      has_function_privilege('service_role', p.oid, 'execute') as secret
    from pg_proc p where p.pronamespace in ('public'::regnamespace, 'sms_private'::regnamespace) and p.prosecdef
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by p.proname collate "C"`;
  return rows.filter((row) => kind === (row.users ? "users" : row.secret ? "secret key" : "nobody"))
    .map((row) => row.name);
}

async function secretLooking(sql: Sql): Promise<string[]> {
  const rows = await sql`select format('%I.%I.%I', n.nspname, c.relname, a.attname) as name
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'sms_private') and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not a.attisdropped
      and a.attname ~ 'token|secret|key|credential|password|sealed|hash|private' order by 1`;
  return rows.map((row) => row.name);
}

emptyDbTest("every policy has its line, and no line is left over", async ({ sql }) => {
  assert.deepEqual(await policies(sql), POLICIES);
});

emptyDbTest(
  "every function with its owner's rights has its line, and is called by nobody else",
  async ({ sql }) => {
    const sorted = (names: string[]) => [...names].sort();
    assert.deepEqual(await definers(sql, "users"), sorted(Object.keys(DEFINERS_FOR_USERS)));
    assert.deepEqual(await definers(sql, "secret key"), sorted(Object.keys(DEFINERS_FOR_THE_SECRET_KEY)));
    assert.deepEqual(await definers(sql, "nobody"), sorted(DEFINERS_OF_TRIGGERS));
  },
);

emptyDbTest("every column with a secret has its line, and no user reads it", async ({ sql }) => {
  const looking = await secretLooking(sql);
  const listed = [...Object.keys(SECRETS), ...NO_SECRETS];
  assert.deepEqual(looking.filter((name) => !listed.includes(name)), [], "each is a secret or none");
  assert.deepEqual(Object.keys(SECRETS).filter((name) => !looking.includes(name)), []);
  for (const [name, { read }] of Object.entries(SECRETS)) {
    const [schema, table, column] = name.split(".");
    for (const role of ["anon", "authenticated", "service_role"]) {
      const [row] = await sql`select has_column_privilege(${role}, ${`${schema}.${table}`}, ${
        column ?? ""
      }, 'select') as may`;
      assert.equal(row?.may, role === "service_role" && read === "service_role", `${role} reads ${name}`);
    }
  }
});

emptyDbTest("what has no line is seen: a policy, a function, a column", async ({ sql }) => {
  await sql.unsafe(`
    create policy delete_own on public.sms_contacts for delete to authenticated using (true);
    create function sms_private.everything() returns int language sql security definer set search_path = '' as 'select 1';
    grant execute on function sms_private.everything() to authenticated;
    alter table public.sms_contacts add column pin_hash text`);
  assert.notDeepEqual(await policies(sql), POLICIES);
  assert((await definers(sql, "users")).includes("everything"));
  assert((await secretLooking(sql)).includes("public.sms_contacts.pin_hash"));
});

Deno.test("each secret of the database is on the page about security, with how it lies there", async () => {
  const page = await Deno.readTextFile(join(projectRoot, "SECURITY.md"));
  for (const [name, { lies }] of Object.entries(SECRETS)) {
    const [, table = "", column = ""] = name.split(".");
    const row = page.split("\n").find((line) => line.startsWith("|") && line.includes(`\`${table}\``)) ?? "";
    assert(row.includes(`\`${column}\``), `${table}.${column} has its row`);
    assert(row.includes(lies === "sealed" ? "encrypted" : "as it is"), `${table}: ${lies}`);
  }
});
