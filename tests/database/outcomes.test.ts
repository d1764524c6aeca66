import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { isForUsers, VERBS } from "../../supabase/functions/_shared/sms/contract/verbs.ts";
import { outcomeError } from "../../supabase/functions/_shared/sms/http/outcomes.ts";

/**
 * The table of outcomes (contract/verbs.ts) against the text of the functions in the database: of each verb and of every
 * function that it calls, directly or through others.
 */
interface Definition {
  name: string;
  text: string;
  for_users: boolean;
  for_secret_key: boolean;
}

async function definitions(sql: Sql): Promise<Map<string, Definition>> {
  const rows: Definition[] = await sql`
    select format('%s.%s', p.pronamespace::regnamespace, p.proname) as name, p.prosrc as text,
      has_function_privilege('authenticated', p.oid, 'execute') as for_users,
      has_function_privilege('service_role', p.oid, 'execute') as for_secret_key
    from pg_proc p
    where p.pronamespace in ('public'::regnamespace, 'sms_private'::regnamespace)
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;
  return new Map(rows.map((row) => [row.name, row]));
}

/** The text of a function and of all that it calls, without comments. */
function textBehind(all: Map<string, Definition>, name: string, seen = new Set<string>()): string {
  const text = all.get(name)?.text ?? "";
  if (seen.has(name)) return "";
  seen.add(name);
  const called = [...text.matchAll(/\b((?:sms_private|public)\.\w+)\s*\(/g)].map(([, other = ""]) => other);
  return [text.replace(/--.*$/gm, ""), ...called.map((other) => textBehind(all, other, seen))].join("\n");
}

const wordsIn = (
  text: string,
  pattern: RegExp,
) => [...new Set([...text.matchAll(pattern)].map(([, word = ""]) => word))];

/** Codes that are written on rows as well. That a function behind a verb has one does not make it the verb's answer. */
const ON_ROWS = [
  "NO_CONSENT",
  "OPT_OUT_IN_DOUBT",
  "RECIPIENT_OPTED_OUT",
  "NOT_YOUR_NUMBER",
  "COUNTRY_NOT_ALLOWED",
  "ACCOUNT_DISCONNECTED",
];

/** Outcomes in a function that several verbs share, which this verb never reaches. */
const OF_OTHERS: Record<string, readonly string[]> = {
  // What a key made is looked for in one function.
  sms_create_message: ["BROADCAST_NOT_FOUND"],
  sms_create_message_for: ["BROADCAST_NOT_FOUND"],
  sms_create_broadcast: ["MESSAGE_NOT_FOUND"],
  sms_create_broadcast_for: ["MESSAGE_NOT_FOUND"],
  // And a turn that is taken is what goes on.
  sms_record_consents: ["BROADCAST_NOT_FOUND", "MESSAGE_NOT_FOUND", "taken"],
  // Canceling twice is no mistake; pausing what is canceled is.
  sms_cancel_broadcast: ["TOO_LATE"],
  // Said in place of an answer of Twilio that could not be recorded.
  sms_record_questions: ["unrecordable"],
};

/** What once() calls for the other kind of request. */
const NOT_CALLED: Record<string, readonly string[]> = {
  sms_create_message: ["sms_private.store_broadcast", "sms_private.store_consents"],
  sms_create_message_for: ["sms_private.store_broadcast", "sms_private.store_consents"],
  sms_create_broadcast: ["sms_private.store_message", "sms_private.store_consents"],
  sms_create_broadcast_for: ["sms_private.store_message", "sms_private.store_consents"],
  sms_record_consents: ["sms_private.store_message", "sms_private.store_broadcast"],
};

emptyDbTest("the table of outcomes has every verb, for those who may call it", async ({ sql }) => {
  const verbs = [...await definitions(sql)].filter(([name]) => name.startsWith("public."));
  assert.deepEqual(verbs.map(([name]) => name.slice("public.".length)).sort(), Object.keys(VERBS).sort());
  for (const [name, { for_users, for_secret_key }] of verbs) {
    const forUsers = isForUsers(name.slice("public.".length));
    assert.deepEqual([for_users, for_secret_key], [forUsers, !forUsers], name);
  }
});

emptyDbTest("a verb answers what the table of outcomes says, and nothing else", async ({ sql }) => {
  const all = await definitions(sql);
  for (const [verb, { done, refused, rejected = {} }] of Object.entries(VERBS)) {
    const text = textBehind(all, `public.${verb}`, new Set(NOT_CALLED[verb]));
    const listed = Object.keys({ ...done, ...refused, ...rejected });
    assert.deepEqual(
      listed.filter((outcome) => !text.includes(`'${outcome}'`)),
      [],
      `${verb} never answers these`,
    );
    const answered = wordsIn(text, /'outcome',\s*'(\w+)'/g);
    const known = wordsIn(text, /'([A-Z][A-Z_]+)'/g).filter((code) =>
      outcomeError({ outcome: code }) !== null
    );
    const possible = [...answered, ...known.filter((code) => !ON_ROWS.includes(code))];
    const missing = possible.filter((outcome) =>
      !listed.includes(outcome) && !OF_OTHERS[verb]?.includes(outcome)
    );
    assert.deepEqual(missing, [], `the table lacks these of ${verb}`);
  }
});
