/** What the tests of connecting accounts share: an owner with an account at the carrier, and who asked the carrier what. */
import { type SupabaseClient } from "@supabase/supabase-js";
import type { LocalUser } from "../../local/demo_tenant.ts";
import { AccountResponse } from "../../supabase/functions/_shared/sms/contract/accounts.ts";
import { type Answered, invoke } from "./invoke.ts";
import { type Row, rowCounts } from "./rows.ts";
import type { TestStack } from "./support.ts";

/** Calls sms-accounts as an app does. */
export const callAccounts = (
  client: SupabaseClient,
  method: "GET" | "POST" | "DELETE",
  path = "",
  body?: Row,
) => invoke(client, `sms-accounts${path}`, { method, ...(body ? { body } : {}) });

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
  const answered = await callAccounts(user.client, "POST", "", {
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
