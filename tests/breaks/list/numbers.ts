import type { Break } from "../break.ts";

const spellings = "tests/database/spellings.test.ts";
const rules = "tests/database/rules.test.ts";

export const numberBreaks: Break[] = [
  {
    name: "a second spelling of a number is a second contact",
    in: "sms_private.canonical_number",
    find: "canonical := newer;",
    replace: "",
    caughtBy: [spellings],
  },
  {
    name: "an answer goes to the spelling that the contact used first",
    in: "public.sms_receive_message",
    find: "if contact.number <> sender_number then",
    replace: "if false then",
    caughtBy: [spellings],
  },
  {
    name: "a broadcast texts a telephone once a spelling",
    in: "sms_private.check_recipients",
    find: "partition by r.canonical order",
    replace: "partition by r.number order",
    caughtBy: [spellings],
  },
  {
    name: "Puerto Rico is abroad for the United States",
    in: "sms_private.may_text",
    find: "coalesce(there.territory_of, there.country) =",
    replace: "there.country =",
    caughtBy: [rules],
  },
  {
    name: "a national spelling finds no number",
    in: "sms_private.number_searches",
    find: "'^+__' || substr(digits, 2), ",
    replace: "",
    caughtBy: ["tests/database/search_numbers.test.ts"],
  },
];
