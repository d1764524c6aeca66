import type { Break } from "../break.ts";

const unknown = "tests/database/unknown_outcomes.test.ts";
const listings = "tests/database/listings.test.ts";

export const unknownBreaks: Break[] = [
  {
    name: "a message that the list lacks once is sent again",
    in: "sms_private.record_empty_lookup",
    find: "if question.tries + 1 < wanted then",
    replace: "if false then",
    caughtBy: [unknown],
  },
  {
    name: "a message is sent a third time",
    in: "sms_private.record_empty_lookup",
    find: "when job.resent_at is not null",
    replace: "when false",
    caughtBy: [unknown],
  },
  {
    name: "the look-up comes while the late worker's request may still run",
    in: "sms_private.ask_for_outcome",
    find: "job.lease_expires_at + sms_private.span_setting('lookup_wait_seconds')",
    replace: "job.lease_expires_at",
    caughtBy: [unknown],
  },
  {
    name: "the second SID of one message is taken for another message",
    in: "sms_private.lookup_candidates",
    find: "@> '{doubled}'",
    replace: "@> '{doubled}' and false",
    caughtBy: [unknown],
  },
  {
    name: "of two messages that the list may mean, one is adopted",
    in: "sms_private.record_lookup",
    find: "cardinality(candidates) > 1 or ",
    replace: "false and ",
    caughtBy: [unknown],
  },
  {
    name: "a worker that lost its lease records a delivery",
    in: "sms_private.record_delivery",
    find: "j.lease_token = (result ->> 'lease_token')::uuid",
    replace: "true",
    caughtBy: [unknown, "tests/database/record_deliveries.test.ts"],
  },
  {
    name: "a second look-up's result counts after the first one's lease",
    in: "sms_private.record_question",
    find: "asked.lease_token = (result ->> 'lease_token')::uuid",
    replace: "true",
    caughtBy: [unknown],
  },
  {
    name: "a stored message is recovered again",
    in: "public.sms_find_unknown_messages",
    find: "where stored.id is null",
    replace: "where true",
    caughtBy: [listings],
  },
  {
    name: "a listing's watermark moves to its end",
    in: "sms_private.record_listing",
    find: "when 'listed' then asked.began_at",
    replace: "when 'listed' then clock_timestamp()",
    caughtBy: [listings],
  },
  {
    name: "a delivered message without a price is never asked about again",
    in: "sms_private.is_settled",
    find: "and price is not null",
    replace: "",
    caughtBy: ["tests/database/settlements.test.ts"],
  },
  {
    name: "accounts do not take turns at being asked",
    in: "public.sms_claim_questions",
    find: "order by due.place + coalesce(asked.questions, 0), random()",
    replace: "order by due.due_at",
    caughtBy: ["tests/database/settlements.test.ts"],
  },
];
