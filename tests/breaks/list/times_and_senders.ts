import type { Break } from "../break.ts";

const senders = "tests/database/senders.test.ts";
const reactions = "tests/database/reactions.test.ts";
const zones = "tests/database/time_zones.test.ts";

/** Texts that are too late are in sending.ts. */
export const timesAndSendersBreaks: Break[] = [
  {
    name: "who tries an assistant sees it told the runtime's time",
    in: "supabase/functions/sms-preview/job.ts",
    find: "minutes_east: minutesEast,",
    replace: "minutes_east: null,",
    caughtBy: ["tests/functions/preview.test.ts"],
  },
  {
    name: "the dashboard names days by the browser's time zones",
    in: "web/src/dashboard/format.ts",
    find: "return minutes === undefined\n",
    replace: "return minutes !== 1\n",
    caughtBy: ["tests/unit/web/dashboard_names.test.ts"],
  },
  {
    name: "words in quotes are taken for a reaction",
    in: "public.sms_receive_message",
    find: "is_reaction := sms_private.reacts_to_us(number.id, contact.id, text_body)",
    replace: "is_reaction := true",
    caughtBy: [reactions],
  },
  {
    name: "a pause before send_at counts as held",
    in: "sms_private.hold_deliveries",
    find: "greatest(job.held_at, changing.send_at, changing.held_until)",
    replace: "job.held_at",
    caughtBy: ["tests/database/too_late.test.ts"],
  },
  {
    name: "a reaction is answered",
    in: "public.sms_receive_message",
    find: "is_reaction := sms_private.reacts_to_us(number.id, contact.id, text_body)",
    replace: "is_reaction := false",
    caughtBy: [reactions],
  },
  {
    name: "straight quotes make no reaction",
    in: "sms_private.is_reaction",
    find: `') ?["“„«‘''＂「『].*["”“»’''＂」』]\\.?$')`,
    replace: `') ?[“„«‘''＂「『].*[”“»’''＂」』]\\.?$')`,
    caughtBy: [reactions],
  },
  {
    name: "a contact by WhatsApp is a second person",
    in: "sms_private.telephone_of",
    find: "if address not like '%:%' then",
    replace: "if true then",
    caughtBy: [senders],
  },
  {
    name: "a question by WhatsApp is answered by SMS",
    in: "sms_private.via_of",
    find: "'whatsapp:' || number.number",
    replace: "null",
    caughtBy: [senders],
  },
  {
    name: "an RCS sender of a shared account is anybody's",
    in: "sms_private.number_of_agent",
    find: "if cardinality(tenants) > 1 then",
    replace: "if false then",
    caughtBy: [senders],
  },
  {
    name: "STOP to an RCS sender forgets whom the contact wrote to before",
    in: "sms_private.number_of_agent",
    find: "where m.conversation_id = c.id and m.via = agent",
    replace: "where false",
    caughtBy: [senders],
  },
  {
    name: "a time zone that does not exist is stored",
    in: "sms_private.check_time_zone",
    find: "if new.time_zone is null or",
    replace: "if true or",
    caughtBy: [zones],
  },
  {
    name: "the assistant is not told its own zone",
    in: "sms_private.reply_context",
    find: "coalesce(assistant.time_zone, ",
    replace: "coalesce(null, ",
    caughtBy: [zones],
  },
  {
    name: "the assistant is not told the database's clock",
    in: "sms_private.reply_context",
    find: "sms_private.minutes_east(zone.of_business)",
    replace: "null::int",
    caughtBy: [zones],
  },
  {
    name: "an opt-out is confirmed in English to all",
    in: "sms_private.words_in",
    find: "words -> lower(language), words -> lower(split_part(language, '-', 1)), ",
    replace: "",
    caughtBy: ["tests/database/finish_replies.test.ts"],
  },
];
