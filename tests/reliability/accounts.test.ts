import { strict as assert } from "node:assert";
import type { Row } from "../functions/rows.ts";
import { connectTenant } from "../functions/tenants.ts";
import { PLACES } from "./fail_points.ts";
import { stackToKill } from "./kills.ts";
import { invoke } from "../functions/invoke.ts";
import { type Repeated, repeatsRecover } from "./repeats.ts";

const stack = await stackToKill();
const { sql, carrier } = stack;
const user = await stack.createUser();
// Far more requests than a person makes.
Deno.test.beforeEach(async () => void await sql`delete from sms_private.turns`);

const { connecting, renewing, removing, disconnecting, reading } = PLACES["sms-accounts"];
const name = "sms-accounts";

/** Twilio takes the token that is stored: it is asked for the account's numbers with it. */
async function isUsable(client: typeof user.client, accountSid: string): Promise<void> {
  const { status, body } = await invoke(client, "sms-numbers/unassigned", { method: "GET" });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.unavailable, []);
  const [row, ...others] =
    await sql`select user_id from public.sms_accounts where account_sid = ${accountSid}`;
  assert.deepEqual([row?.user_id, others.length], [user.id, 0]);
}

function connect(): Repeated {
  const { accountSid, authToken } = carrier.addAccount();
  const body = { account_sid: accountSid, auth_token: authToken, trunk_sid: carrier.addTrunk(accountSid) };
  return {
    ask: () => invoke(user.client, name, { method: "POST", body }),
    async holds({ status }) {
      assert([200, 201].includes(status));
      await isUsable(user.client, accountSid);
    },
  };
}

async function renew(): Promise<Repeated> {
  const { accountSid, authToken } = carrier.addAccount();
  const renewing = (auth_token: string) =>
    invoke(user.client, name, { method: "POST", body: { account_sid: accountSid, auth_token } });
  assert.equal((await renewing(authToken)).status, 201);
  const next = carrier.rotateToken(accountSid);
  return {
    ask: () => renewing(next),
    async holds({ status }) {
      assert.equal(status, 200);
      await isUsable(user.client, accountSid);
    },
  };
}

async function disconnect(): Promise<Repeated> {
  const { client, accountSid } = await connectTenant(stack);
  return {
    ask: () => invoke(client, `${name}/${accountSid}`, { method: "DELETE" }),
    async holds({ status }) {
      // Whoever asks again for what has happened hears the same. Its numbers keep the account's row, not its tokens.
      assert.equal(status, 200);
      const { body } = await invoke(client, name, { method: "GET" });
      assert.deepEqual(body.accounts.map((one: Row) => typeof one.disconnected_at), ["string"]);
      assert.equal(
        (await sql`select from sms_private.twilio_credentials t join public.sms_accounts a on a.id = t.account_id
        where a.account_sid = ${accountSid}`).length,
        0,
      );
    },
  };
}

async function remove(): Promise<Repeated> {
  const { accountSid, authToken } = carrier.addAccount();
  const { id: key_id, secret } = carrier.addSharedKey(accountSid);
  const body = { account_sid: accountSid, auth_token: authToken, shared_keys: [{ key_id, secret }] };
  assert.equal((await invoke(user.client, name, { method: "POST", body })).status, 201);
  return {
    ask: () => invoke(user.client, `${name}/${accountSid}/shared-keys/${key_id}`, { method: "DELETE" }),
    async holds({ status }) {
      // Whoever asks again for what has happened hears that it is not there.
      assert([200, 404].includes(status));
      assert.equal((await sql`select from sms_private.shared_keys where key_id = ${key_id}`).length, 0);
      await isUsable(user.client, accountSid);
    },
  };
}

const list = (): Repeated => ({
  ask: () => invoke(user.client, name, { method: "GET" }),
  holds: ({ status }) => assert.equal(status, 200),
});

repeatsRecover(stack, { name, places: connecting }, {
  "rpc sms_get_account": connect,
  "rpc sms_take_turn": connect,
  "carrier account": connect,
  "carrier trunks": connect,
  "rpc sms_save_account": connect,
});
repeatsRecover(stack, { name, places: renewing }, { "rpc sms_replace_credentials": renew });
repeatsRecover(stack, { name, places: removing }, { "rpc sms_remove_shared_key": remove });
repeatsRecover(stack, { name, places: disconnecting }, { "rpc sms_disconnect_account": disconnect });
repeatsRecover(stack, { name, places: reading }, { "rpc sms_list_accounts": list });
