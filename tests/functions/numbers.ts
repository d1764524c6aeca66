/** What the tests of sms-numbers share: calls as people make them, and numbers at Twilio that nobody set up yet. */
import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { CallKind } from "../../local/carrier/gates.ts";
import type { IncomingNumber, NumberSettings } from "../../local/carrier/mod.ts";
import { ErrorBody } from "../../supabase/functions/_shared/sms/contract/common.ts";
import { PhoneNumber } from "../../supabase/functions/_shared/sms/contract/numbers.ts";
import { type Answered, invoke } from "./invoke.ts";
import type { Row } from "./rows.ts";
import { phone, type TestStack } from "./support.ts";
import { type ConnectedTenant, operator, webhookUrl } from "./tenants.ts";

/** Calls sms-numbers as an app does. */
export const callNumbers = (
  client: SupabaseClient,
  path = "",
  { method, body }: { method: "GET" | "POST" | "DELETE"; body?: Row } = { method: "GET" },
) => invoke(client, `sms-numbers${path}`, { method, ...(body ? { body } : {}) });

export const assign = (client: SupabaseClient, body: Record<string, unknown>) =>
  callNumbers(client, "", { method: "POST", body });

export const repair = (client: SupabaseClient, id: string) =>
  callNumbers(client, `/${id}/repair`, { method: "POST" });

/** With the secret key, as the operator's own tools call. */
export const asOperator = (stack: TestStack) => operator(stack);

/** A refusal of the contract's shape, by its status and code. */
export function refused({ status, body }: Answered): { status: number; code: string; message: string } {
  const { code, message } = ErrorBody.parse(body);
  return { status, code, message };
}

/** A number that a tenant has bought at Twilio and that nobody has set up. */
export function buyNumber(stack: TestStack, accountSid: string, more: NumberSettings = {}): IncomingNumber {
  return stack.carrier.addNumber(accountSid, { number: phone(), ...more });
}

/** A number that is assigned and configured. */
export async function assignedNumber(stack: TestStack, tenant: ConnectedTenant, more: NumberSettings = {}) {
  const bought = buyNumber(stack, tenant.accountSid, more);
  const answer = await assign(tenant.client, { number: bought.number, assistant_id: tenant.assistantId });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  const number = PhoneNumber.parse(answer.body.number);
  assert.equal(number.webhook_status, "configured");
  return { bought, number };
}

export async function rowOf(stack: TestStack, number: string): Promise<Row> {
  const [row, ...others] = await stack.sql`select * from public.sms_numbers where number = ${number}`;
  assert(row, `there is a row for ${number}`);
  assert.equal(others.length, 0, `there is one row for ${number}`);
  return row;
}

/** Whether the carrier sends this number's texts to us, as it should. */
export function pointsAtUs(stack: TestStack, { number }: { number: string }): boolean {
  const now = stack.carrier.numbers().find((one) => one.number === number);
  return now?.smsUrl === webhookUrl(stack) && now.smsMethod === "POST" && now.smsApplicationSid === "";
}

/** Everything that somebody could change at the carrier about numbers, to show that nobody did. */
export function numbersAtCarrier(stack: TestStack): unknown {
  return structuredClone(stack.carrier.numbers());
}

/** Counts the calls of one kind that the carrier gets from now on. */
export function countCalls(stack: TestStack, kind: CallKind): { readonly count: number; stop(): void } {
  let count = 0;
  const stop = stack.carrier.onCall((call, stage) => {
    if (stage === "before" && call.kind === kind) count += 1;
  });
  return {
    get count() {
      return count;
    },
    stop,
  };
}

export async function setMainTrunk(
  stack: TestStack,
  accountSid: string,
  trunkSid: string | null,
): Promise<void> {
  await stack
    .sql`update public.sms_accounts set trunk_sid = ${trunkSid} where account_sid = ${accountSid}`;
}
