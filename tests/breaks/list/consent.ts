import type { Break } from "../break.ts";

const recorded = "tests/database/consents.test.ts";
const required = "tests/database/consent_required.test.ts";
const kept = "tests/database/consents_kept.test.ts";
const upgrade = "tests/database/consent_upgrade.test.ts";

export const consentBreaks: Break[] = [
  {
    name: "consent: a broadcast reaches who has not agreed",
    in: "sms_private.check_recipients",
    find: "else sms_private.may_start(tenant, k, purpose)",
    replace: "",
    caughtBy: [required],
  },
  {
    name: "consent: the claim does not ask again",
    in: "sms_private.refuse_delivery",
    find: "code := sms_private.may_start(message.user_id, contact, message.purpose);",
    replace: "code := null;",
    caughtBy: [required],
  },
  {
    name: "consent: an app advertises to one contact after the other",
    in: "sms_private.is_automatic_first",
    find: "or sender = 'system' and purpose = 'promotional'",
    replace: "",
    caughtBy: [required],
  },
  {
    name: "consent: what was agreed for an order covers advertisements",
    in: "sms_private.consent_basis",
    find: "where purpose = 'transactional' or",
    replace: "where true or",
    caughtBy: [required],
  },
  {
    name: "consent: one of before STOP holds after START",
    in: "sms_private.consents_of",
    find: "and (withdrawn_at is null or given.given_at > withdrawn_at)",
    replace: "",
    caughtBy: [required],
  },
  {
    name: "consent: who wrote is not known to have written",
    in: "public.sms_receive_message",
    find: "contact.wrote_at is null and message.kind = 'text'",
    replace: "false",
    caughtBy: [required],
  },
  {
    name: "consent: who is new and texts STOP has consented by it",
    in: "public.sms_receive_message",
    find: "case when keyword is null then coalesce(sent_at, clock_timestamp()) end",
    replace: "coalesce(sent_at, clock_timestamp())",
    caughtBy: [required],
  },
  {
    name: "consent: one of tomorrow is stored",
    in: "sms_private.refuse_consent",
    find: "elsif given_at > clock_timestamp() + interval '5 minutes' then",
    replace: "elsif false then",
    caughtBy: [recorded],
  },
  {
    name: "consent: a form needs no page and no words of its own",
    in: "sms_private.refuse_consent",
    find: "elsif line ->> 'basis' = 'form' and",
    replace: "elsif false and",
    caughtBy: [recorded],
  },
  {
    name: "consent: a line lifts an opt-out",
    in: "sms_private.check_consents",
    find: "or k.opted_out_at is not null",
    replace: "",
    caughtBy: [recorded],
  },
  {
    name: "consent: a list that comes again is stored again",
    in: "sms_private.store_consents",
    find: "where e.contact_id = g.contact_id and e.change = 'consent'",
    replace: "where false and e.change = 'consent'",
    caughtBy: [recorded],
  },
  {
    name: "consent: another tenant's contact is told of",
    in: "sms_private.get_my_consent",
    find: "and k.user_id = (select sms_private.tenant_id())",
    replace: "",
    caughtBy: [recorded],
  },
  {
    name: "consent: a cell of the export is a formula",
    in: "sms_private.csv_cell",
    find: "then '''' || value",
    replace: "then value",
    caughtBy: [recorded],
  },
  {
    name: "consent: ten years are as long as the operator says",
    in: "sms_private.purge_erased_consents",
    find: "greatest(older_than, interval '10 years')",
    replace: "older_than",
    caughtBy: [kept],
  },
  {
    name: "consent: what stands behind ? in an address outlives an erasure",
    in: "sms_private.keep_consents",
    find: "split_part(split_part(h.page, '?', 1), '#', 1)",
    replace: "h.page",
    caughtBy: [kept],
  },
  {
    name: "consent: a project with contacts gets no time",
    in: "supabase/migrations/20261201000003_sms_law_consent.sql",
    find: "and (exists (select from public.sms_contacts) or exists (select from public.sms_broadcasts))",
    replace: "and false",
    caughtBy: [upgrade],
  },
];
