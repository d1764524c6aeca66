import type { Break } from "../break.ts";

const claim = "tests/database/claim_deliveries.test.ts";
const takenBack = "tests/database/taken_back.test.ts";
const broadcasts = "tests/database/broadcast_verbs.test.ts";
const status = "tests/database/record_status.test.ts";
const idempotency = "tests/database/idempotency.test.ts";

export const sendingBreaks: Break[] = [
  {
    name: "a claim does not look at the country",
    in: "sms_private.refuse_delivery",
    find: "if not sms_private.may_text(",
    replace: "if false and not sms_private.may_text(",
    caughtBy: [claim],
  },
  {
    name: "the assistant's message leaves after a person answered",
    in: "sms_private.refuse_delivery",
    find: "if sms_private.person_answered_since(",
    replace: "if false and sms_private.person_answered_since(",
    caughtBy: [takenBack],
  },
  {
    name: "a message of a canceled broadcast is claimed",
    in: "sms_private.refuse_delivery",
    find: "b.canceled_at is not null",
    replace: "false",
    caughtBy: [claim, takenBack, "tests/database/unknown_outcomes.test.ts"],
  },
  {
    name: "a claim looks at the pair once, not again under the lock",
    in: "sms_private.claim_for_number",
    find: "sms_private.pair_is_free(j)\n    for no key update",
    replace: "true\n    for no key update",
    caughtBy: [claim],
  },
  {
    name: "a second message of a pair leaves while the first is in flight",
    in: "sms_private.pair_is_free",
    find: "(f.in_flight or ",
    replace: "(false or ",
    caughtBy: [claim],
  },
  {
    name: "a paused broadcast holds back other messages to its contacts",
    in: "sms_private.pair_is_free",
    find: " and f.held_at is null",
    replace: "",
    caughtBy: [broadcasts],
  },
  {
    name: "what a worker gives back to a paused broadcast leaves",
    in: "sms_private.hold_if_paused",
    find: "return true",
    replace: "return false",
    caughtBy: [broadcasts],
  },
  {
    name: "the confirmation of an opt-out is refused because of the opt-out",
    in: "sms_private.refuse_delivery",
    find: "contact.opted_out_at := null;",
    replace: "null;",
    caughtBy: ["tests/database/finish_replies.test.ts"],
  },
  {
    name: "a number is given more than its pace",
    in: "sms_private.claim_for_number",
    find: "or pace.next_at > clock_timestamp()",
    replace: "or false and pace.next_at > clock_timestamp()",
    caughtBy: [claim],
  },
  {
    name: "a repeated status without a code erases the code",
    in: "sms_private.says_more",
    find: "sms_private.status_rank(new_status, new_error_code)",
    replace: "1 + sms_private.status_rank(new_status, new_error_code)",
    caughtBy: [status],
  },
  {
    name: "a late callback takes the status back",
    in: "sms_private.says_more",
    find: "sms_private.status_rank(new_status, new_error_code)",
    replace: "100 + sms_private.status_rank(new_status, new_error_code)",
    caughtBy: [status],
  },
  {
    name: "a second SID overwrites the first",
    in: "sms_private.record_twilio_sid",
    find: "message_sid <> sid then",
    replace: "message_sid <> sid and false then",
    caughtBy: [status],
  },
  {
    name: "one key stores two messages at one moment",
    in: "sms_private.once",
    find: "not pg_try_advisory_xact_lock(",
    replace: "false and not pg_try_advisory_xact_lock(",
    caughtBy: [idempotency],
  },
  {
    name: "a key that was used for another request answers with that one",
    in: "sms_private.answer_of_key",
    find: "when used.request_hash <> answer_of_key.request_hash",
    replace: "when false",
    caughtBy: [idempotency],
  },
  {
    name: "a contact whose country is unknown may be texted",
    in: "sms_private.may_text",
    find: "any (allowed), false)",
    replace: "any (allowed), true)",
    caughtBy: ["tests/database/rules.test.ts"],
  },
  {
    name: "a broadcast counts as one send for each recipient",
    in: "sms_private.next_send_at",
    find: "and m.broadcast_id is null",
    replace: "",
    caughtBy: ["tests/database/broadcasts.test.ts"],
  },
  {
    name: "deleting a template and canceling its broadcast lock each other up",
    in: "sms_private.lock_template_uses",
    find: "order by b.id for no key update;",
    replace: "order by b.id;",
    caughtBy: ["tests/database/interleavings.test.ts"],
  },
  {
    name: "deleting an assistant and a batch of replies lock each other up",
    in: "sms_private.lock_assistant_uses",
    find: "order by c.id for no key update;",
    replace: "order by c.id;",
    caughtBy: ["tests/database/lock_order.test.ts"],
  },
  {
    name: "a batch of opt-outs and the cancel of a broadcast lock each other up",
    in: "public.sms_finish_replies",
    find: "order by m.id for no key update of m for update of j;",
    replace: "order by m.id;",
    caughtBy: ["tests/database/lock_order.test.ts"],
  },
  {
    name: "two batches of opt-outs lock each other up",
    in: "public.sms_finish_replies",
    find: "order by k.id for no key update)",
    replace: "order by k.id)",
    caughtBy: ["tests/database/lock_order.test.ts"],
  },
];
