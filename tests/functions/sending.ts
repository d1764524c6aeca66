/** How tests send through `sms-send`: with supabase-js, as an app does. */
import { strict as assert } from "node:assert";
import { FunctionsHttpError, type SupabaseClient } from "@supabase/supabase-js";
import type { Entries } from "../../local/carrier/mod.ts";
import { ErrorBody } from "../../supabase/functions/_shared/sms/contract/common.ts";
import type { Row } from "./rows.ts";
import { type TestStack, until } from "./support.ts";
import { operator } from "./tenants.ts";

export interface Answer {
  status: number;
  body: Row;
  headers: Headers;
}

/** One request; an `Idempotency-Key` where one is given. */
export async function send(client: SupabaseClient, body: Row, idempotencyKey?: string): Promise<Answer> {
  const { data, error, response } = await client.functions.invoke("sms-send", {
    body,
    ...(idempotencyKey === undefined ? {} : { headers: { "idempotency-key": idempotencyKey } }),
  });
  if (error && !(error instanceof FunctionsHttpError)) throw error;
  assert(response);
  return { status: response.status, body: error ? await response.json() : data, headers: response.headers };
}

/** A request that is refused; its error is in the shape of all errors. */
export async function refused(client: SupabaseClient, body: Row, idempotencyKey?: string) {
  const answer = await send(client, body, idempotencyKey);
  const { code, message, details } = ErrorBody.parse(answer.body);
  return { status: answer.status, code, message, details, headers: answer.headers };
}

/** A text to a contact that the carrier takes before the answer. Returns the row that was answered. */
export async function sent(client: SupabaseClient, body: Row): Promise<Row> {
  const answer = await send(client, body);
  assert.deepEqual(
    [answer.status, Object.keys(answer.body)],
    [201, ["message"]],
    JSON.stringify(answer.body),
  );
  return answer.body.message;
}

/** Ends the worker, so that until it is woken the next claim is that of `sms-send`: for fail points on it. */
export async function withoutWorker(stack: TestStack): Promise<void> {
  await stack.functions.kill("sms-worker");
  // What it asked the database for goes on without it, and would meet the fail point first.
  await until("the database has nothing in hand", async () => {
    const [row] = await stack.sql`select count(*)::int from pg_stat_activity
      where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`;
    return row?.count === 0;
  });
}

/** What the carrier was given for a contact. */
export function formsTo(stack: TestStack, contact: string): Entries[] {
  return stack.carrier.ledger.outbound({ to: contact }).map(({ form }) => form);
}

/** A number more for a tenant, with the carrier too. */
export async function addNumber(
  stack: TestStack,
  owner: { id: string; accountSid: string },
  number: string,
): Promise<void> {
  const { data, error } = await operator(stack).rpc("sms_save_number", {
    owner_id: owner.id,
    account_sid: owner.accountSid,
    number,
    assistant_id: null,
    segments_per_second: 1000,
  });
  assert.equal(error, null);
  assert.equal(data.outcome, "saved");
  stack.carrier.addNumber(owner.accountSid, { number });
}
