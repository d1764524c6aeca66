/** What the tests of connecting accounts share: an owner with an account at the carrier, and who asked the carrier what. */
import { strict as assert } from "node:assert";
import { FunctionsHttpError, type SupabaseClient } from "@supabase/supabase-js";
import type { LocalUser } from "../../local/demo_tenant.ts";
import { AccountResponse } from "../../supabase/functions/_shared/sms/contract/accounts.ts";
import { rowCounts } from "./rows.ts";
import type { TestStack } from "./support.ts";

export interface Answered {
  status: number;
  // Bodies are read as they are: a test compares single fields of them.
  // deno-lint-ignore no-explicit-any
  body: any;
}

type Method = "GET" | "POST" | "DELETE";

/** Calls sms-accounts as an app does. */
export async function invoke(
  client: SupabaseClient,
  method: Method,
  path = "",
  body?: Record<string, unknown>,
): Promise<Answered> {
  const { data, error, response } = await client.functions.invoke(`sms-accounts${path}`, {
    method,
    ...(body ? { body } : {}),
  });
  if (!error) return { status: response?.status ?? 0, body: data };
  assert(error instanceof FunctionsHttpError, String(error));
  return { status: error.context.status, body: await error.context.json() };
}

export interface OwnedAccount {
  accountSid: string;
  authToken: string;
}

/** POSTs an account; an answer that is good is what the contract says. */
export async function connect(
  user: Pick<LocalUser, "client">,
  { accountSid, authToken }: OwnedAccount,
  more: Record<string, unknown> = {},
): Promise<Answered> {
  const answered = await invoke(user.client, "POST", "", {
    account_sid: accountSid,
    auth_token: authToken,
    ...more,
  });
  if (answered.status < 300) AccountResponse.parse(answered.body);
  return answered;
}

/** What is stored, but for the count of turns, which a refusal uses up too. */
export async function stored(stack: TestStack): Promise<Record<string, number>> {
  const { "sms_private.turns": _, ...counts } = await rowCounts(stack.sql);
  return counts;
}

/** The requests that the carrier got while something was done, as `GET /path`. */
export async function askedDuring(stack: TestStack, work: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  const end = stack.carrier.on((event) => {
    if (event.type === "request") asked.push(`${event.method} ${event.path}`);
  });
  await work();
  end();
  return asked;
}
