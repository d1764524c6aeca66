import { VERBS } from "../../supabase/functions/_shared/sms/contract/verbs.ts";
import { FOR_USERS } from "../../supabase/functions/_shared/sms/contract/verbs_for_users.ts";
import { codeOf, REFUSALS } from "../../supabase/functions/_shared/sms/http/outcomes.ts";
import { COMMON, type Errors, FUNCTION_ERRORS } from "../reference/function_errors.ts";

/** Of calls that only Twilio makes. */
const { "a form of Twilio": _, ...OF_CALLS } = COMMON;

/** Every code with which a function or a verb refuses an app, in the order of the alphabet. */
export function codes(): string[] {
  const ofFunctions = [
    ...Object.values<Errors>(OF_CALLS),
    ...Object.values(FUNCTION_ERRORS),
  ]
    .flatMap((byStatus) => Object.values(byStatus).flatMap((named) => Object.keys(named)));
  const ofVerbs = Object.values(VERBS).flatMap(({ refused }) => Object.keys(refused));
  const all = new Set([...Object.keys(REFUSALS), ...ofVerbs].map(codeOf));
  for (const code of ofFunctions) all.add(code);
  return [...all].sort();
}

/** `TWILIO_<code>` and `HTTP_<status>` stand for numbers. */
export const codeType = (code: string): string =>
  /<.*>/.test(code) ? `\`${code.replace(/<.*>/, "${number}")}\`` : JSON.stringify(code);

/** Each refusal of a verb of the users with its status and sentence, as a function would answer it. */
export function sentences(): Record<
  string,
  readonly [status: number, message: string]
> {
  const refused = new Set(
    Object.values(FOR_USERS).flatMap(({ refused }) => Object.keys(refused)),
  );
  return Object.fromEntries(
    Object.entries(REFUSALS).filter(([outcome]) => refused.has(outcome)).map((
      [outcome, answer],
    ) => [
      codeOf(outcome),
      answer,
    ]),
  );
}
