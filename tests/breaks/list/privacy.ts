import type { Break } from "../break.ts";

const erase = "tests/database/erase.test.ts";
const suppressions = "tests/database/suppressions.test.ts";
const orders = "tests/database/suppressions_orders.test.ts";
const races = "tests/database/suppressions_races.test.ts";
const purge = "tests/database/purge.test.ts";
const removal = "tests/database/remove.test.ts";

export const privacyBreaks: Break[] = [
  {
    name: "privacy: an erased contact's opt-out is erased too",
    in: "sms_private.before_contact_goes",
    find: "and (old.opted_out_at is not null or exists",
    replace: "and (false and exists",
    caughtBy: [suppressions],
  },
  {
    name: "privacy: a number forgets its opt-outs with its tenant",
    in: "sms_private.keep_opt_outs_of_numbers",
    find: "where k.user_id = tenant and",
    replace: "where false and",
    caughtBy: [suppressions],
  },
  {
    name: "privacy: the opt-outs of a tenant are kept one by one",
    in: "sms_private.keep_opt_outs_of_gone",
    find: "elsif sms_private.is_user(tenant) then",
    replace: "else",
    caughtBy: [orders],
  },
  {
    name: "privacy: a number that is added later is not bound",
    in: "sms_private.recall_opt_outs_of_number",
    find: "where s.user_id = new.user_id and",
    replace: "where false and",
    caughtBy: [orders],
  },
  {
    name: "privacy: START at one number leaves the next one bound",
    in: "sms_private.lift_suppressions",
    find: "or n.id is null and s.reason",
    replace: "or false and s.reason",
    caughtBy: [orders],
  },
  {
    name: "privacy: START to a later holder opts in to the tenant of before",
    in: "sms_private.lift_suppressions",
    find: "if lifted.user_id <> contact.user_id and",
    replace: "if false and",
    caughtBy: [orders],
  },
  {
    name: "privacy: a STOP that waited for its tenant's deletion is lost",
    in: "sms_private.keep_word_to_nobody",
    find: "if keyword = 'out' then",
    replace: "if keyword = 'none' then",
    caughtBy: [races],
  },
  {
    name: "privacy: a tenant keeps opt-outs of numbers of others",
    in: "sms_private.keep_word_to_nobody",
    find: "or sms_private.is_signed_by_tenant(account_sid)",
    replace: "",
    caughtBy: [races],
  },
  {
    name: "privacy: another key is taken for the lost one",
    in: "sms_private.suppression_secret",
    find: "or sha256(secret) <> key.fingerprint",
    replace: "",
    caughtBy: [orders],
  },
  {
    name: "privacy: health does not look for lost keys",
    in: "sms_private.lost_suppression_keys",
    find: "lost := lost || to_jsonb(key.id);",
    replace: "null;",
    caughtBy: [orders],
  },
  {
    name: "privacy: whom a broadcast refused is kept for ever",
    in: "sms_private.purge_refused",
    find: "old.created_at < clock_timestamp() - older_than",
    replace: "false",
    caughtBy: [purge],
  },
  {
    name: "privacy: a START that is older than the opt-out lifts it",
    in: "sms_private.lift_suppressions",
    find: "if lifted.opted_out_at > said_at then",
    replace: "if false then",
    caughtBy: [suppressions],
  },
  {
    name: "privacy: an erasure takes its figures along",
    in: "sms_private.erase_contact",
    find: "  perform sms_private.fold_messages(message_ids);\n",
    replace: "",
    caughtBy: [erase],
  },
  {
    name: "privacy: an erased text comes back by the list",
    in: "public.sms_find_unknown_messages",
    find: "and e.message_sid = listed.text ->> 'message_sid'));",
    replace: "and false));",
    caughtBy: [erase],
  },
  {
    name: "privacy: the archive keeps what was erased",
    in: "sms_private.erase_contact",
    find: "  delete from sms_private.archived_messages a where a.id = any (message_ids);\n",
    replace: "",
    caughtBy: [erase],
  },
  {
    name: "privacy: a purge takes texts of tenants",
    in: "sms_private.purge_ownerless",
    find: "where old.user_id is null and old.conversation_id is null and old.created_at < moment",
    replace: "where old.created_at < moment",
    caughtBy: [purge],
  },
  {
    name: "privacy: a text that has not left loses its words",
    in: "sms_private.empty_texts",
    find: "      and m.status not in ('scheduled', 'pending', 'unconfirmed')\n    order by",
    replace: "    order by",
    caughtBy: [purge],
  },
  {
    name: "privacy: the removal drops what depends on ours",
    in: "supabase/remove.sql",
    find: "  if in_the_way <> '{}' then",
    replace: "  if false then",
    caughtBy: [removal],
  },
];
