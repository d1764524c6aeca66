import type { Break } from "../break.ts";

const limits = "tests/database/limits.test.ts";
const turns = "tests/database/turns.test.ts";

export const abuseBreaks: Break[] = [
  {
    name: "a tenant adds rows without end",
    in: "sms_private.take_room",
    find: "if room < 0 then",
    replace: "if false then",
    caughtBy: [limits],
  },
  {
    name: "texts a minute have no limit",
    in: "sms_private.refuse_texts",
    find: "random() < 0.05",
    replace: "false",
    caughtBy: [limits],
  },
  {
    name: "statuses that say nothing new are kept without end",
    in: "sms_private.is_known_well",
    find: "return 40 <=",
    replace: "return 40000 <=",
    caughtBy: [limits],
  },
  {
    name: "texts to numbers that nobody has outlive their account",
    in: "sms_private.forget_account",
    find: "m.user_id is null and m.account_sid = old.account_sid",
    replace: "false",
    caughtBy: [limits],
  },
  {
    name: "segments from the operator's account have no limit",
    in: "sms_private.segments_left",
    find: "if allowed is null then",
    replace: "if true then",
    caughtBy: [limits],
  },
  {
    name: "a tenant takes all numbers of the default account",
    in: "public.sms_assign_number",
    find: "if account.shared and not exists (",
    replace: "if false and not exists (",
    caughtBy: [limits],
  },
  {
    name: "who signed in anonymously tries assistants",
    in: "public.sms_take_preview_turn",
    find: "elsif is_anonymous or",
    replace: "elsif",
    caughtBy: [turns],
  },
  {
    name: "newcomers try assistants without a ceiling for all of them",
    in: "sms_private.take_project_turn",
    find: "if allowed > 0 then",
    replace: "if true then return jsonb_build_object('outcome', 'taken'); end if; if allowed > 0 then",
    caughtBy: [turns],
  },
];
