import type { Break } from "../break.ts";

const finishReplies = "tests/database/finish_replies.test.ts";
const receive = "tests/database/receive_message.test.ts";
const returning = "tests/database/returning_contacts.test.ts";
const interleavings = "tests/database/interleavings.test.ts";
const takenBack = "tests/database/taken_back.test.ts";
const overload = "tests/database/overload.test.ts";

export const answeringBreaks: Break[] = [
  {
    name: "a worker that lost its lease stores a reply",
    in: "sms_private.finish_reply",
    find: "j.lease_token = (result ->> 'lease_token')::uuid",
    replace: "j.lease_token is not null",
    caughtBy: [finishReplies],
  },
  {
    name: "newer messages hold a reply back for longer than 30 seconds",
    in: "sms_private.finish_reply",
    find: "interval '30 seconds'",
    replace: "interval '30 hours'",
    caughtBy: [finishReplies],
  },
  {
    name: "a burst of messages puts the reply off for longer than 15 seconds",
    in: "sms_private.want_reply",
    find: "then interval '15 seconds'",
    replace: "then interval '15 hours'",
    caughtBy: [receive],
  },
  {
    name: "automatic replies have no cap",
    in: "sms_private.reply_cap",
    find: "continue when cap is null;",
    replace: "continue;",
    caughtBy: [finishReplies],
  },
  {
    name: "one tenant may fill all slots of the worker",
    in: "public.sms_claim_replies",
    find: "(in_hand is null or ",
    replace: "(true or ",
    caughtBy: [overload],
  },
  {
    name: "an opted-out contact is answered",
    in: "sms_private.opt_out_reason",
    find: "opted_out_at is not null then",
    replace: "opted_out_at is not null and false then",
    caughtBy: [finishReplies, returning],
  },
  {
    name: "a reopened conversation counts as idle",
    in: "sms_private.conversation_for_inbound",
    find: "greatest(conversation.last_message_at, conversation.reopened_at)",
    replace: "conversation.last_message_at",
    caughtBy: ["tests/database/update_conversation.test.ts"],
  },
  {
    name: "STOP and START to two numbers at once do not see each other",
    in: "sms_private.apply_keyword",
    find: "where k.id = contact for no key update",
    replace: "where k.id = contact",
    caughtBy: [returning],
  },
  {
    name: "the model's opt-out counts after a newer START",
    in: "sms_private.finish_reply",
    find: "came_back := opts_out and",
    replace: "came_back := false and opts_out and",
    caughtBy: [returning],
  },
  {
    name: "a carrier's refusal (21610) silences a contact who said START since",
    in: "sms_private.block_sender",
    find: "e.change = 'opt_in'",
    replace: "e.change = 'opt_in' and false",
    caughtBy: ["tests/database/record_deliveries.test.ts"],
  },
  {
    name: "START and a 21610 that is recorded at that moment do not see each other",
    in: "sms_private.unblock_sender",
    find:
      "insert into sms_private.sender_blocks (phone_number_id, contact_id) values (number_id, contact)\n  on conflict do nothing;",
    replace: "",
    caughtBy: [interleavings],
  },
  {
    name: "STOP is no keyword",
    in: "sms_private.keyword_of",
    find: "word in ('STOP', 'STOPALL'",
    replace: "word in ('STOPALL'",
    caughtBy: ["tests/database/rules.test.ts"],
  },
  {
    name: "a STOP leaves what waits to be sent",
    in: "sms_private.opt_out",
    find: "j.kind = 'deliver' and not j.in_flight",
    replace: "j.kind = 'deliver' and false",
    caughtBy: ["tests/database/claim_deliveries.test.ts"],
  },
  {
    name: "a person's message leaves the assistant's unsent reply in the queue",
    in: "sms_private.pause_assistant",
    find: "perform sms_private.silence_assistant(conversation)",
    replace: "perform 1",
    caughtBy: ["tests/database/access_messages.test.ts"],
  },
  {
    name: "a message whose outcome is unknown is called canceled",
    in: "sms_private.cancel_waiting",
    find: "\n      and j.set_aside_at is null for update",
    replace: " for update",
    caughtBy: [takenBack],
  },
  {
    name: "another account's number is told from one that nobody has",
    in: "public.sms_receive_message",
    find: "'outcome', case when message.id is null then 'duplicate' else 'unowned' end",
    replace:
      "'outcome', case when exists (select from public.sms_numbers p where p.number = own_number) then 'stored' else 'unowned' end",
    caughtBy: [receive],
  },
  {
    name: "calls that end in no text have no limit",
    in: "sms_private.call_cap",
    find: "if until is not null then",
    replace: "if false then",
    caughtBy: ["tests/database/calls.test.ts"],
  },
  {
    name: "a contact that is erased while the model thinks has cost nothing",
    in: "sms_private.note_calls",
    find: "coalesce((result ->> 'user_id')::uuid, (",
    replace: "coalesce(null::uuid, (",
    caughtBy: ["tests/database/calls.test.ts"],
  },
  {
    name: "a tenant's own signature proves a START",
    in: "sms_private.is_signed_by_tenant",
    find: "return not exists (",
    replace: "return false and not exists (",
    caughtBy: ["tests/database/proofs.test.ts"],
  },
  {
    name: "any text of the contact at Twilio proves a START",
    in: "sms_private.is_proved",
    find: "= btrim(message.body)",
    replace: "is not null",
    caughtBy: ["tests/database/proofs.test.ts"],
  },
];
