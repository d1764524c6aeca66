import { strict as assert } from "node:assert";
import { refusal } from "./forms.ts";
import { keyId } from "../../supabase/functions/_shared/sms/twilio/vault.ts";
import { CREDENTIALS_KEY, demoClient, phone, settled, stackForFile, text, until, within } from "./support.ts";

// Wakes go nowhere: whatever works here was let in.
const stack = await stackForFile({ worker: false });
const { sql, model } = stack;
const user = await stack.createUser();
const person = await demoClient(stack);
const session = (await person.auth.getSession()).data.session;

/** Straight to the process, past the gateway that holds wakes back. */
async function call(method: string, headers: Record<string, string>): Promise<Response> {
  const { origin } = await stack.functions.get("sms-worker");
  return await fetch(`${origin}/sms-worker`, { method, headers });
}

const strangers: Record<string, () => Record<string, string>> = {
  "no key": () => ({}),
  "an empty key": () => ({ apikey: "" }),
  "the publishable key": () => ({ apikey: stack.ready.publishableKey }),
  "the publishable key as bearer": () => ({ authorization: `Bearer ${stack.ready.publishableKey}` }),
  "a user's token": () => ({
    apikey: stack.ready.publishableKey,
    authorization: `Bearer ${user.accessToken}`,
  }),
  "the demo tenant's token": () => ({
    apikey: stack.ready.publishableKey,
    authorization: `Bearer ${session?.access_token}`,
  }),
  "the default secret key": () => ({ apikey: stack.ready.secretKey }),
  "the worker's key as bearer only": () => ({ authorization: `Bearer ${stack.workerKey}` }),
  "the worker's key with a letter less": () => ({ apikey: stack.workerKey.slice(0, -1) }),
  "the key's name": () => ({ apikey: "worker" }),
};

for (const [who, headers] of Object.entries(strangers)) {
  Deno.test(`sms-worker refuses ${who} with 401, wakes nobody and tells nothing`, async () => {
    for (const method of ["POST", "GET"]) {
      const response = await call(method, headers());
      const body = await response.clone().text();
      assert.equal((await refusal(response)).status, 401);
      const told = [stack.workerKey, stack.ready.secretKey, user.accessToken, "replies_due", "    at "];
      for (const secret of told) assert(!body.includes(secret), body);
    }
    assert.equal(
      stack.functions.logs("sms-worker").filter((line) => line.text.includes("drained")).length,
      0,
    );
  });
}

Deno.test("sms-worker tells its health to the worker's key: what is due, and nothing about anybody", async () => {
  const contact = phone();
  const body = "My secret question";
  await text(stack, contact, body);
  const response = await call("GET", { apikey: stack.workerKey });
  const said = await response.text();
  assert.equal(response.status, 200);
  const health = JSON.parse(said);
  assert.deepEqual(health, {
    replies_due: 1,
    replies_waiting: 0,
    deliveries_due: 0,
    deliveries_waiting: 0,
    deliveries_in_flight: 0,
    deliveries_unconfirmed: 0,
    lookups_due: 0,
    model_without_credit: null,
    models_ending: [],
    deliveries_resent: 0,
    oldest_unconfirmed_seconds: 0,
    oldest_due_seconds: health.oldest_due_seconds,
    set_aside: 0,
    set_aside_reasons: {},
    last_errors: [],
    settlements_due: 0,
    settlements_waiting: 0,
    settlements_failing: 0,
    listings: { accounts: 0, failing: 0, oldest_seconds: 0, last_error: null },
    figures_unfolded: 1,
    doubled: 0,
    expired: 0,
    webhooks_refused: [],
    stopped: [],
    credentials_unreadable: null,
    suppression_keys_unreadable: [],
    profiles_without_brand: 0,
    consent_required_from: health.consent_required_from,
    last_woken_at: null,
    last_woken_by: null,
    schedule: { state: "unavailable", missing: ["pg_cron", "pg_net", "supabase_vault"], last_woken_at: null },
    sms_url: `${stack.ready.functionsUrl}/sms-webhook`,
    events: { endpoints: 0, failing: 0, waiting: 0, oldest_waiting_seconds: 0, given_up: 0, disabled: [] },
  });
  assert(health.oldest_due_seconds > 0 && health.oldest_due_seconds < 300);
  for (const secret of [contact, contact.slice(-7), body]) assert(!said.includes(secret));
});

Deno.test("sms-worker answers a wake with the worker's key with 202 while the model still thinks", async () => {
  const hold = model.hold();
  const response = await call("POST", { apikey: stack.workerKey });
  assert.deepEqual([response.status, await response.json()], [202, { accepted: true }]);
  await within("the model is asked", hold.arrived);
  hold.release();
  const [row] =
    await sql`select k.number from sms_private.jobs j join public.sms_contacts k on k.id = j.contact_id`;
  await settled(stack, row?.number);
});

Deno.test("sms-worker shows what it has given up on: a code and the ids, not what the contact wrote", async () => {
  const contact = phone();
  const body = "A question the model chokes on";
  await text(stack, contact, body);
  model.failNext(10, "refusal");
  await call("POST", { apikey: stack.workerKey }).then((response) => response.body?.cancel());
  const health = async () => await (await call("GET", { apikey: stack.workerKey })).json();
  await until("the job is set aside", async () => (await health()).set_aside === 1);
  model.reset();
  const { last_errors } = await health();
  assert.equal(last_errors.length, 1);
  assert.match(last_errors[0].error, /^MODEL_REFUSED/);
  assert(!JSON.stringify(last_errors).includes(body) && !JSON.stringify(last_errors).includes(contact));
});

Deno.test("sms-worker notes who woke it, once a minute, and which keys it has", async () => {
  await stack.functions.kill("sms-worker");
  await sql`delete from sms_private.worker_wakes`;
  const noted = async () =>
    (await sql`select woken_by, key_ids from sms_private.worker_wakes order by woken_by`).map((row) => ({
      ...row,
    }));
  const wakeBy = async (headers: Record<string, string>) =>
    void await (await call("POST", { apikey: stack.workerKey, ...headers })).body?.cancel();
  await wakeBy({ "x-sms-woken-by": "schedule" });
  await until("the schedule's wake is noted", async () => (await noted()).length === 1);
  await wakeBy({});
  await wakeBy({ "x-sms-woken-by": "somebody" });
  await until("the request's wake is noted", async () => (await noted()).length === 2);
  const key_ids = [await keyId(Uint8Array.from(atob(CREDENTIALS_KEY), (letter) => letter.charCodeAt(0)))];
  assert.deepEqual(await noted(), [{ woken_by: "request", key_ids }, { woken_by: "schedule", key_ids }]);
  const health = await (await call("GET", { apikey: stack.workerKey })).json();
  assert.deepEqual([health.last_woken_by, health.credentials_unreadable], ["request", 0]);
});

Deno.test("sms-worker asks the model's server only when it is told to, and says what is wrong with it", async () => {
  const ask = async (query: string) => {
    const { origin } = await stack.functions.get("sms-worker");
    const response = await fetch(`${origin}/sms-worker${query}`, { headers: { apikey: stack.workerKey } });
    return { status: response.status, ...await response.json() };
  };
  assert.equal((await ask("")).model, undefined);
  const { model: found } = await ask("?ask=model");
  assert.deepEqual([found.outcome, found.server], ["ok", new URL(stack.ready.model.url).host]);
  assert.equal((await ask("?ask=more")).code, "INVALID_REQUEST");
});

Deno.test("sms-worker asks whether Twilio's address leads to this project only when it is told to", async () => {
  const { origin } = await stack.functions.get("sms-worker");
  const response = await fetch(`${origin}/sms-worker?ask=address`, { headers: { apikey: stack.workerKey } });
  const { address, sms_url, model } = await response.json();
  assert.deepEqual([address, model], [{ sms_url, ours: true, found: null, message: null }, undefined]);
});

Deno.test("sms-worker knows GET and POST only", async () => {
  for (const method of ["PUT", "DELETE", "OPTIONS"]) {
    assert.equal((await refusal(await call(method, { apikey: stack.workerKey }))).status, 405);
  }
});

Deno.test("a database that cannot be asked is a 503 of the health, without its reason", async () => {
  stack.failPoints.arm({ on: "rpc", name: "sms_worker_health", moment: "before", action: { status: 500 } });
  const response = await call("GET", { apikey: stack.workerKey });
  assert.deepEqual(await refusal(response), { status: 503, code: "UNAVAILABLE" });
});
