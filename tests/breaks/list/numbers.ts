import type { Break } from "../break.ts";

const spellings = "tests/database/spellings.test.ts";
const rules = "tests/database/rules.test.ts";
const merges = "tests/database/spellings_merge.test.ts";
const consent = "tests/database/spellings_consent.test.ts";
const signers = "tests/database/webhook_signers.test.ts";

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
    caughtBy: ["tests/database/search_numbers.test.ts", "tests/database/search_words.test.ts"],
  },
  {
    name: "a text that meets a merge looks for its contact once",
    in: "public.sms_receive_message",
    find: "exit when conversation.id is not null or sms_private.keep_contact(contact.id);",
    replace: "exit;",
    caughtBy: [merges],
  },
  {
    name: "a contact that is added beside a merge ends it",
    in: "sms_private.merge_spellings",
    find: "exception when unique_violation then",
    replace: "exception when division_by_zero then",
    caughtBy: [merges],
  },
  {
    name: "a merge forgets the opt-outs of erased contacts",
    in: "sms_private.merge_spellings_once",
    find: "perform sms_private.recall_by_spellings(case when not are_all then changed end);",
    replace: "",
    caughtBy: [merges],
  },
  {
    name: "a merge forgets START by the other spelling",
    in: "sms_private.recall_by_spellings",
    find: "e.change = 'opt_in'",
    replace: "e.change = 'help'",
    caughtBy: [merges],
  },
  {
    name: "Twilio's list has telephones, not spellings",
    in: "sms_private.refuses_spelling",
    find: "word.stop_by_this < word.start_by_another, false)",
    replace: "false, false)",
    caughtBy: [consent],
  },
  {
    name: "a look-up asks Twilio with our spelling only",
    in: "sms_private.question_context",
    find: "limit 4",
    replace: "limit 1",
    caughtBy: [consent],
  },
  {
    name: "invented keys hide the one that Twilio signs with",
    in: "public.sms_count_refused_webhooks",
    find: "order by r.weight desc, r.last_at desc",
    replace: "order by r.weight, r.last_at",
    caughtBy: [signers],
  },
  {
    name: "a token may go while the last SharedKey goes",
    in: "sms_private.can_forget",
    find: "and (shared_key_given or",
    replace: "and (true or",
    caughtBy: [signers],
  },
];
