import { strict as assert } from "node:assert";
import { startReceiver } from "../support/receiver.ts";
import { demoClient, until, wake } from "../functions/support.ts";
import { PLACES } from "./fail_points.ts";
import { lapsed, nothingIsStuck, recoversFromEach, type Recovery, stackToKill, tick } from "./kills.ts";

const stack = await stackToKill();
const person = await demoClient(stack);
const backend = startReceiver();
Deno.test.afterAll(async () => await backend[Symbol.asyncDispose]());
const { data } = await person.rpc("sms_save_event_endpoint", { url: backend.url });
backend.secrets = [data.secret];
const endpoint_id: string = data.endpoint.id;

async function testEvent(): Promise<string> {
  const { data } = await person.rpc("sms_test_event_endpoint", { endpoint_id });
  assert.equal(data.outcome, "queued");
  return data.event_id;
}

const callsFor = (id: string) => backend.received.filter((event) => event.id === id).length;

/** An event waits. Afterwards the backend has it: once or, where the worker died with the answer, twice under one id. */
const event: Recovery = {
  async begin() {
    const id = await testEvent();
    return async () => {
      await until("the backend has the event", () => callsFor(id) > 0);
      assert(callsFor(id) <= 2);
      await until("that is stored", async () => {
        const [row] = await stack.sql`select delivered from sms_private.events where event_id = ${id}`;
        return row?.delivered;
      });
    };
  },
};

recoversFromEach(stack, PLACES["sms-worker"].events, {
  "rpc sms_claim_events": event,
  "rpc sms_record_events": event,
});

Deno.test("sms-worker killed while a backend is being called: called again with the same id, recorded once", async () => {
  const id = await testEvent();
  const killed = Promise.withResolvers<void>();
  backend.answers = async () => {
    backend.answers = () => 200;
    await stack.functions.kill("sms-worker");
    killed.resolve();
    return 200;
  };
  await wake(stack);
  await killed.promise;
  await lapsed(stack);
  await tick(stack);
  await until("the backend was called again", () => callsFor(id) === 2);
  await until("nothing is stuck", async () => {
    const [row] = await stack.sql`select delivered from sms_private.events where event_id = ${id}`;
    return row?.delivered;
  });
  const [log] = await stack.sql`select count(*)::int from sms_private.event_attempts where event_id = ${id}`;
  assert.equal(log?.count, 1);
  await nothingIsStuck(stack);
});
