import { codeOf, REFUSALS } from "../../supabase/functions/_shared/sms/http/outcomes.ts";
import { isForUsers, type Outcomes, VERBS } from "../../supabase/functions/_shared/sms/contract/verbs.ts";
import { COMMON, type Errors, FUNCTION_ERRORS } from "./function_errors.ts";

const MADE =
  "<!-- Made by `deno task reference` from the table in supabase/functions/_shared/sms/contract/verbs.ts and " +
  "tools/reference; do not edit. -->";

/** docs/reference/verbs.md: each public SQL function and what it may answer. */
export function verbsPage(): string {
  const rows = (wanted: boolean) =>
    Object.entries(VERBS).filter(([verb]) => isForUsers(verb) === wanted).map(([verb, outcomes]) =>
      `| \`${verb}\` | ${notesOf(outcomes.done) || "no outcome: the answer itself"} | ${
        refusalsOf(outcomes)
      } |`
    );
  const head = ["| verb | done | refused |", "| --- | --- | --- |"];
  return page("Verbs", [
    "Each verb is a function in `public` and one transaction. It answers `jsonb` with an `outcome`: lower case says what was",
    "done, capitals say why it was refused. A verb raises an exception only for a mistake: a missing grant, a missing sign-in,",
    "a malformed argument. What each verb takes and does stands in `comment on function` in `supabase/schemas`; the HTTP",
    "answers of refusals are in [errors.md](errors.md).",
    "",
    "## For signed-in users",
    "",
    ...head,
    ...rows(true),
    "",
    "## For the secret key",
    "",
    "Our functions call them, and the operator may.",
    "",
    ...head,
    ...rows(false),
  ]);
}

/** docs/reference/errors.md: each code, its status, and what it means. */
export function errorsPage(reasons: readonly string[]): string {
  return page("Outcomes and errors", [
    'A function answers a refusal or failure with a status and `{ "code", "message", "details"? }`. Every answer carries',
    "`x-request-id`, and so does the log line of the request. Which verb refuses with what: [verbs.md](verbs.md). Every call of",
    "the HTTP API with its codes: [openapi.json](openapi.json).",
    "",
    "## Refusals of verbs",
    "",
    "| status | code | message | refused by |",
    "| --- | --- | --- | --- |",
    ...refusals().map(([code, status, message, verbs]) =>
      `| ${status} | \`${code}\` | ${message} | ${verbs} |`
    ),
    "",
    "What `sms_create_message` and `sms_create_broadcast` refuse, `sms_create_message_for` and `sms_create_broadcast_for` refuse",
    "too. `RATE_LIMITED` and `IDEMPOTENCY_KEY_IN_USE` come with `retry-after` (seconds). In a broadcast `rejected` lists single",
    "recipients with a code each.",
    "",
    "## Errors of functions",
    "",
    ...table(COMMON, "a call with …"),
    "",
    "401 codes are those of [`@supabase/server`](https://github.com/supabase/server/blob/main/docs/error-handling.md), which has",
    "more of them.",
    "",
    ...table(FUNCTION_ERRORS, "function"),
    "",
    "A failure of `sms-send` after the message was stored is a 202, not an error: the worker sends it, and repeating the request",
    "would send it twice. Once `sms-numbers` has a row, `details.phone_number_id` names it, and the message is the sentence in the",
    "row's `webhook_error`.",
    "",
    ...reasons,
  ]);
}

const page = (title: string, lines: readonly string[]) => [MADE, `# ${title}`, "", ...lines, ""].join("\n");

function notesOf(notes: Readonly<Partial<Record<string, string>>>): string {
  return Object.entries(notes).map(([code, note]) => note ? `\`${code}\` (${note})` : `\`${code}\``).join(
    ", ",
  );
}

function refusalsOf({ refused, rejected }: Outcomes): string {
  const single = rejected === undefined ? "" : `; in \`rejected\`: ${notesOf(rejected)}`;
  return notesOf(refused) + single;
}

/** Each refusal with the verbs that have it, by status and in the table's order. */
function refusals(): [code: string, status: number, message: string, verbs: string][] {
  return Object.entries(REFUSALS).map(([outcome, [status, message]]): [string, number, string, string] => {
    const verbs = Object.entries(VERBS)
      .filter(([verb, { refused }]) => outcome in refused && !verb.endsWith("_for"))
      .map(([verb]) => `\`${verb}\``);
    return [codeOf(outcome), status, message, verbs.join(", ") || "functions"];
  }).sort((a, b) => a[1] - b[1]);
}

function table(errors: Readonly<Record<string, Errors>>, of: string): string[] {
  const rows = Object.entries(errors).flatMap(([who, byStatus]) =>
    Object.entries(byStatus).flatMap(([status, codes]) =>
      Object.entries(codes).map(([code, note]) => `| ${who} | ${status} | \`${code}\` | ${note} |`)
    )
  );
  return [`| ${of} | status | code | when |`, "| --- | --- | --- | --- |", ...rows];
}
