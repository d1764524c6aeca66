/**
 * The refusals of callers without rights that say something else since the record, on purpose: who has not signed in was told of
 * an API key that matched nothing. By who asked which function; everything else about the answer is compared as it is.
 */
import type { Answer } from "./play.ts";

const SIGN_IN = { code: "MISSING_CREDENTIALS", message: "Sign in first." };
const NO_USER = {
  code: "MISSING_CREDENTIALS",
  message: "Sign in first: this function acts for a signed-in user, and a secret key does not say for whom.",
};
const OTHER_KEY = {
  code: "INVALID_API_KEY",
  message:
    'The header apikey has another key. Send the project\'s secret key named "worker" (Dashboard > Project Settings > ' +
    "API Keys).",
};
const NO_KEY = {
  code: "MISSING_CREDENTIALS",
  message:
    'Send the project\'s secret key named "worker" (Dashboard > Project Settings > API Keys) in the header apikey.',
};

const CHANGED: readonly [asked: RegExp, recorded: readonly string[], now: typeof SIGN_IN][] = [
  [/^stranger: \w+ functions\/v1\/sms-worker/, ["MISSING_CREDENTIALS"], NO_KEY],
  [/^\w+: \w+ functions\/v1\/sms-worker/, ["INVALID_API_KEY"], OTHER_KEY],
  [/^operator: \w+ functions\/v1\//, ["UNUSABLE_CREDENTIAL"], NO_USER],
  [/^nobody: \w+ functions\/v1\//, ["UNUSABLE_CREDENTIAL", "INVALID_API_KEY"], SIGN_IN],
];

/** The recorded answer as it should be now. */
export function asRefusedNow(answer: Answer): Answer {
  const { body } = answer;
  const code = typeof body === "object" && body !== null && "code" in body ? String(body.code) : "";
  const [, , now] =
    CHANGED.find(([asked, recorded]) => asked.test(answer.request) && recorded.includes(code)) ?? [];
  return answer.status === 401 && now !== undefined ? { ...answer, body: now } : answer;
}

/** The header that every answer of ours has had since. */
export function withoutVersion<A extends { readonly headers: Readonly<Record<string, string>> }>(
  answer: A,
): A {
  const headers = Object.entries(answer.headers).filter(([name]) => name !== "x-supabase-sms");
  return { ...answer, headers: Object.fromEntries(headers) };
}
