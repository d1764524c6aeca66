import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import { agree } from "../database/sending.ts";
import { messageTo, type Row } from "../functions/rows.ts";
import { phone } from "../functions/support.ts";
import { connectTenant, operator } from "../functions/tenants.ts";
import { PLACES } from "./fail_points.ts";
import {
  killAt,
  lapsed,
  type Moment,
  MOMENTS,
  nothingIsStuck,
  sentOnce,
  stackToKill,
  tick,
} from "./kills.ts";
import { type Answered, invoke } from "../functions/invoke.ts";

const stack = await stackToKill();
const { sql } = stack;
// An account of their own, whose token has to be read.
const tenant = await connectTenant(stack);

type SendPlace = (typeof PLACES)["sms-send"][keyof (typeof PLACES)["sms-send"]][number];

/** A request with a key, which may be repeated. */
interface Send {
  readonly to: string;
  ask(): Promise<Answered>;
}

const sends = (client: SupabaseClient, more: Row = {}) => (): Send => {
  const to = phone();
  const headers = { "idempotency-key": crypto.randomUUID() };
  const body = { to, body: "We close at six.", ...more };
  return { to, ask: () => invoke(client, "sms-send", { method: "POST", body, headers }) };
};
const broadcasts = (client: SupabaseClient, more: Row = {}) => (): Send => {
  const send = sends(client, more)();
  const to = [send.to];
  const headers = { "idempotency-key": crypto.randomUUID() };
  const body = { to, body: "We are on holiday.", ...more };
  const ask = async () => {
    await agree(sql, { userId: tenant.id }, to);
    return await invoke(client, "sms-send", { method: "POST", body, headers });
  };
  return { to: send.to, ask };
};
const asOperator = operator(stack);
const text = sends(tenant.client);

const REQUESTS: Record<SendPlace, () => Send> = {
  "rpc sms_create_message": text,
  "rpc sms_create_message_for": sends(asOperator, { user_id: tenant.id }),
  "rpc sms_claim_deliveries": text,
  "rpc sms_get_account": text,
  "rpc sms_check_deliveries": text,
  "carrier create": text,
  "rpc sms_record_deliveries": text,
  "rpc sms_get_delivery": text,
  "rpc sms_create_broadcast": broadcasts(tenant.client),
  "rpc sms_create_broadcast_for": broadcasts(asOperator, { user_id: tenant.id }),
};

interface Killed extends Send {
  readonly place: SendPlace;
  readonly moment: Moment;
  readonly answers: readonly number[];
}

/** Killed in the middle, and asked again at once, while whatever it held is still held. */
async function killAndRepeat(place: SendPlace, moment: Moment): Promise<Killed> {
  const send = REQUESTS[place]();
  const broken = await killAt(stack, { name: "sms-send", place, moment }, send.ask);
  const repeated = await send.ask();
  return { ...send, place, moment, answers: [broken.status, repeated.status] };
}

// All of them die before the first test, so that one lease is waited for and not eighteen; then the worker has two ticks:
// one to doubt what nobody knows, one to find it out.
const killed: Killed[] = [];
for (const place of Object.keys(REQUESTS) as SendPlace[]) {
  for (const moment of MOMENTS) killed.push(await killAndRepeat(place, moment));
}
await lapsed(stack);
await tick(stack);
await tick(stack);

for (const { place, moment, to, ask, answers } of killed) {
  Deno.test(`sms-send killed ${moment} ${place}: the repeated request sends once, and so does the worker`, async () => {
    const [broken, repeated = 0] = answers;
    assert.equal(broken, 502);
    assert([200, 201, 202].includes(repeated), `${repeated}`);
    await sentOnce(stack, to);
    // Whoever asks once more hears how it ended, and sends nothing.
    const { status, body } = await ask();
    const { id, broadcast_id } = await messageTo(sql, to);
    const known = body.broadcast ?? body.message;
    assert.deepEqual([status, known.id], [200, broadcast_id ?? id]);
    await sentOnce(stack, to);
    await nothingIsStuck(stack);
  });
}
