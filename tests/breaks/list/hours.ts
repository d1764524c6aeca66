import type { Break } from "../break.ts";

const quietHours = "tests/database/quiet_hours.test.ts";
const law = "tests/database/hours_of_law.test.ts";
const patience = "tests/database/patience.test.ts";

export const hoursBreaks: Break[] = [
  {
    name: "a promotional text goes at night",
    in: "sms_private.claim_for_number",
    find: "if not (hours.answer ->> 'open')::boolean then",
    replace: "if false then",
    caughtBy: [quietHours],
  },
  {
    name: "a wait for the hours makes a text too late",
    in: "sms_private.hold_until",
    find:
      "held_for = coalesce(j.held_for, '0') + (opens_at - greatest(clock_timestamp(), message.held_until))",
    replace: "held_for = j.held_for",
    caughtBy: [quietHours],
  },
  {
    name: "a held text that was tried before holds back an answer",
    in: "sms_private.hold_until",
    find: "attempts = 0",
    replace: "attempts = j.attempts",
    caughtBy: [quietHours],
  },
  {
    name: "one clock of several decides",
    in: "sms_private.whereabouts",
    find: "zones := array(select distinct c from unnest(clocks) c order by c);",
    replace: "zones := array(select distinct c from unnest(clocks) c order by c limit 1);",
    caughtBy: [law],
  },
  {
    name: "a holiday is open",
    in: "sms_private.is_open_at",
    find: "and (h.on_holidays or not sms_private.is_quiet_day(h.place, here.at::date))",
    replace: "",
    caughtBy: [law],
  },
  {
    name: "two claims at one moment exceed the cap on a contact's patience",
    in: "sms_private.take_patience",
    find: "if not pg_try_advisory_xact_lock(hashtextextended('sms_patience:' || job.contact_id, 0)) then",
    replace: "if false then",
    caughtBy: [patience],
  },
];
