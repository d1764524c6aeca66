import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import {
  asOperator,
  assignedNumber,
  buyNumber,
  pointsAtUs,
  rowOf,
  setMainTrunk,
} from "../functions/numbers.ts";
import { connectTenant } from "../functions/tenants.ts";
import { PLACES } from "./fail_points.ts";
import { stackToKill } from "./kills.ts";
import { type Answered, invoke } from "../functions/invoke.ts";
import { type Repeated, repeatsRecover } from "./repeats.ts";

const stack = await stackToKill();
const { sql, carrier } = stack;
const tenant = await connectTenant(stack);
await setMainTrunk(stack, tenant.accountSid, carrier.addTrunk(tenant.accountSid));
// Far more requests than a person makes.
Deno.test.beforeEach(async () => void await sql`delete from sms_private.turns`);

const { assigning, giving, repairing, unassigning, reading, looking } = PLACES["sms-numbers"];
const name = "sms-numbers";

/** The number is set up here and at Twilio. */
async function isSetUp(number: string, { status, body }: Answered): Promise<void> {
  assert([200, 201].includes(status), JSON.stringify(body));
  const row = await rowOf(stack, number);
  assert.deepEqual([row.webhook_status, row.assistant_id], ["configured", tenant.assistantId]);
  assert(pointsAtUs(stack, { number }));
}

function assign(): Repeated {
  const { number } = buyNumber(stack, tenant.accountSid);
  const body = { number, assistant_id: tenant.assistantId };
  return {
    ask: () => invoke(tenant.client, name, { method: "POST", body }),
    holds: (answer) => isSetUp(number, answer),
  };
}

function give(): Repeated {
  const { number } = buyNumber(stack, stack.accountSid);
  const body = { number, assistant_id: tenant.assistantId, user_id: tenant.id };
  return {
    ask: () => invoke(asOperator(stack), name, { method: "POST", body }),
    holds: (answer) => isSetUp(number, answer),
  };
}

const repairAs = (client: SupabaseClient) => async (): Promise<Repeated> => {
  const { bought, number } = await assignedNumber(stack, tenant);
  carrier.configureNumber(bought.number, { smsUrl: "https://demo.twilio.com/welcome/sms/reply" });
  return {
    ask: () => invoke(client, `${name}/${number.id}/repair`, { method: "POST" }),
    holds: (answer) => isSetUp(bought.number, answer),
  };
};

async function unassign(): Promise<Repeated> {
  const { bought, number } = await assignedNumber(stack, tenant);
  return {
    ask: () => invoke(tenant.client, `${name}/${number.id}`, { method: "DELETE" }),
    async holds({ status }) {
      assert.equal(status, 200);
      assert.equal((await rowOf(stack, bought.number)).assistant_id, null);
    },
  };
}

const read = (path: string) => (): Repeated => ({
  ask: () => invoke(tenant.client, `${name}${path}`, { method: "GET" }),
  holds({ status, body }) {
    assert.equal(status, 200);
    assert(Array.isArray(body.numbers));
  },
});

repeatsRecover(stack, { name, places: assigning }, {
  "rpc sms_take_turn": assign,
  "rpc sms_find_number_accounts": assign,
  "rpc sms_get_account": assign,
  "carrier numbers": assign,
  "rpc sms_assign_number": assign,
  "carrier attach": assign,
  "carrier configure": assign,
  "carrier services": assign,
  "carrier rules": assign,
  "rpc sms_record_webhook": assign,
});
repeatsRecover(stack, { name, places: giving }, {
  "rpc sms_save_account": give,
  "rpc sms_give_number": give,
});
repeatsRecover(stack, { name, places: repairing }, {
  "rpc sms_repair_number": repairAs(tenant.client),
  "rpc sms_repair_any_number": repairAs(asOperator(stack)),
});
repeatsRecover(stack, { name, places: unassigning }, { "rpc sms_unassign_number": unassign });
repeatsRecover(stack, { name, places: reading }, {
  "rpc sms_list_numbers": read(""),
  "rpc sms_list_webhooks": read("?verify=1"),
  "rpc sms_filter_unassigned_numbers": read("/unassigned"),
});
repeatsRecover(stack, { name, places: looking }, {
  "rpc sms_inspect": () => ({
    ask: () => invoke(asOperator(stack), `${name}/look`, { method: "GET" }),
    holds({ status, body }) {
      assert.equal(status, 200);
      assert.equal(body.address.ours, true);
    },
  }),
});
