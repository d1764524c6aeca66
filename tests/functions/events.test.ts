/** Signed events, as an adopter's backend gets them: posted by the worker, verified by the library, counted where they arrive. */
import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import { type Received, type Receiver, startReceiver, verifies } from "../support/receiver.ts";
import { answer, demoClient, phone, sentTo, settled, stackForFile, text, until, wake } from "./support.ts";
import { connectTenant } from "./tenants.ts";

// Leases of five seconds give a call two: what hangs does not hang long, and what answers is not late on a busy machine.
const stack = await stackForFile({ worker: false, functionEnv: { SMS_LEASE_SECONDS: "5" } });
const { sql, model } = stack;
const person = await demoClient(stack);
await sql`update sms_private.settings set value = '[0, 0, 0, 0, 0, 0, 0, 0, 0]' where name = 'event_gaps_seconds'`;

interface Told extends Receiver {
  endpointId: string;
}

/** A backend of a tenant that is told of these types. */
async function backend(client: SupabaseClient, types: string[] = []): Promise<Told> {
  const receiver = startReceiver();
  const { data, error } = await client.rpc("sms_save_event_endpoint", { url: receiver.url, types });
  assert.equal(error, null);
  assert.equal(data.outcome, "saved");
  receiver.secrets = [data.secret];
  return Object.assign(receiver, {
    endpointId: data.endpoint.id as string,
    async [Symbol.asyncDispose]() {
      await client.rpc("sms_delete_event_endpoint", { endpoint_id: data.endpoint.id });
      receiver.answers = () => 200;
    },
  });
}

const typesOf = (events: readonly Received[]) => events.map(({ type }) => type);
const attempts = async (client: SupabaseClient) =>
  (await client.rpc("sms_list_event_endpoints")).data.endpoints[0].attempts as {
    status: number | null;
    error: string | null;
    event_id: string;
  }[];

/** Wakes the worker again and again until something is so: each run looks for what is due then. */
const soon = (what: string, holds: () => boolean | Promise<boolean>) =>
  until(what, async () => {
    if (await holds()) return true;
    await wake(stack);
    return false;
  });

Deno.test("a text and its answer arrive as signed events that the library verifies", async () => {
  await using own = await backend(person);
  const contact = phone();
  await text(stack, contact, "When do you open?");
  await soon(
    "the answer is told as delivered",
    () => own.received.some(({ body }) => body.data.status === "delivered"),
  );
  assert.deepEqual(own.forged, []);
  const of = (type: string) => own.received.find((event) => event.type === type)?.body;
  assert.equal(of("message.received")?.data.from_number, contact);
  assert.equal(of("message.received")?.data.body, "When do you open?");
  assert.equal(of("message.created")?.data.body, sentTo(stack, contact)[0]);
  assert.equal(of("message.created")?.user_id, stack.userId);
  const [event] = own.received;
  assert(event);
  assert.match(event.headers["user-agent"] ?? "", /^supabase-sms\/\d/);
  assert(!verifies(own.secrets[0] ?? "", `${event.raw} `, event.headers), "an altered body is not ours");
});

Deno.test("another tenant's backend hears nothing of it", async () => {
  const { client } = await connectTenant(stack);
  await using own = await backend(person, ["message.received"]);
  await using others = await backend(client, ["message.received"]);
  await text(stack, phone(), "Hello");
  await soon("the tenant is told", () => own.received.length === 1);
  assert.deepEqual([others.received, others.forged], [[], []]);
});

Deno.test("an event is posted again after 500 and after a redirect, and not after 200", async () => {
  await using own = await backend(person, ["message.received"]);
  await using elsewhere = startReceiver();
  let calls = 0;
  own.answers = () => [500, Response.redirect(elsewhere.url, 307), 200][calls++] ?? 200;
  await text(stack, phone(), "Hello");
  await soon("it is taken", () => calls >= 3);
  await soon("that is recorded", async () => (await attempts(person)).length === 3);
  await wake(stack);
  assert.equal(new Set(own.received.map(({ id }) => id)).size, 1, "one id");
  assert.deepEqual((await attempts(person)).map(({ status }) => status), [200, 307, 500]);
  assert.deepEqual([elsewhere.received, elsewhere.forged], [[], []], "the redirect is not followed");
});

Deno.test("a backend that hangs delays no text, and its call ends in time", async () => {
  await using own = await backend(person, ["message.received"]);
  const held = Promise.withResolvers<number>();
  own.answers = () => held.promise;
  const contact = phone();
  model.answerNext(answer("We open at nine."));
  await text(stack, contact, "When do you open?");
  await soon("the backend is called", () => own.received.length > 0);
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), ["We open at nine."]);
  await soon(
    "the call was given up",
    async () => (await attempts(person)).some(({ error }) => error === "TIMEOUT"),
  );
  own.answers = () => 200;
  held.resolve(200);
  await soon("it is taken after all", async () => (await attempts(person))[0]?.status === 200);
  assert.equal(new Set(own.received.map(({ id }) => id)).size, 1);
});

Deno.test("a backend that is gone is called once and switched off", async () => {
  await using own = await backend(person, ["message.received"]);
  own.answers = () => 410;
  await text(stack, phone(), "Hello");
  await soon("it is switched off", async () => {
    const { data } = await person.rpc("sms_list_event_endpoints");
    return data.endpoints[0].disabled_reason === "gone";
  });
  await text(stack, phone(), "Hello again");
  await wake(stack);
  await wake(stack);
  assert.equal(own.received.length, 1);
});

Deno.test("after a rotation both secrets verify, and after the overlap only the new one", async () => {
  await using own = await backend(person, ["contact.opted_in"]);
  const [before = ""] = own.secrets;
  const { data } = await person.rpc("sms_rotate_event_secret", { endpoint_id: own.endpointId });
  const test = () => person.rpc("sms_test_event_endpoint", { endpoint_id: own.endpointId });
  await test();
  await soon("the test arrives", () => own.received.length === 1);
  const [event] = own.received;
  assert(event);
  assert.equal(event.type, "endpoint.test");
  assert(verifies(data.secret, event.raw, event.headers) && verifies(before, event.raw, event.headers));
  await soon("that is recorded", async () => (await attempts(person)).length === 1);
  await sql`update sms_private.event_endpoints set previous_until = now()`;
  await test();
  await soon("the next one is refused by who knows only the old secret", () => own.forged.length === 1);
});

Deno.test("an address in a private network is not called, and the log says so", async () => {
  const { data } = await person.rpc("sms_save_event_endpoint", { url: "https://10.0.0.1/hooks" });
  const endpoint_id = data.endpoint.id;
  await person.rpc("sms_test_event_endpoint", { endpoint_id });
  await soon(
    "it is refused",
    async () => (await attempts(person)).some(({ error }) => error === "ADDRESS_NOT_ALLOWED"),
  );
  await person.rpc("sms_delete_event_endpoint", { endpoint_id });
});

Deno.test("a replay posts what was taken once more, with the id it had", async () => {
  await using own = await backend(person, ["message.received"]);
  await text(stack, phone(), "Hello");
  await soon("it is taken", async () => own.received.length === 1 && (await attempts(person)).length === 1);
  const [event] = own.received;
  const replayed = await person.rpc("sms_replay_events", {
    endpoint_id: own.endpointId,
    event_id: event?.id ?? "",
  });
  assert.deepEqual(replayed.data, { outcome: "replayed", events: 1 });
  await soon("it comes again", () => own.received.length === 2);
  assert.deepEqual(typesOf(own.received), ["message.received", "message.received"]);
  assert.equal(own.received[1]?.id, event?.id);
});

Deno.test("a thousand events for a dead address delay neither texts nor anybody else's events", async () => {
  const other = await connectTenant(stack);
  await using others = await backend(other.client, ["message.received"]);
  const { data } = await person.rpc("sms_save_event_endpoint", { url: "http://127.0.0.1:9/hooks" });
  const endpoint_id: string = data.endpoint.id;
  await sql`insert into sms_private.events (endpoint_id, event_id, user_id, type, subject_id)
    select ${endpoint_id}, sms_private.new_id(), ${stack.userId}, 'endpoint.test', ${endpoint_id} from generate_series(1, 1000)`;
  for (let round = 0; round < 3; round++) {
    const contact = phone();
    const before = others.received.length;
    const startedAt = performance.now();
    model.answerNext(answer("We open at nine."));
    assert((await stack.carrier.text({ from: contact, to: other.number, body: "When do you open?" })).ok);
    await soon("it is answered", () => sentTo(stack, contact).length > 0);
    await soon("it is told", () => others.received.length > before);
    assert(performance.now() - startedAt < 10_000);
  }
  const [log] =
    await sql`select count(*)::int as calls, count(*) filter (where error = 'UNREACHABLE')::int as dead
    from sms_private.event_attempts where endpoint_id = ${endpoint_id}`;
  assert.equal(log?.calls, log?.dead);
  assert(log?.calls > 0 && log?.calls < 50, `called ${log?.calls} times`);
  await person.rpc("sms_delete_event_endpoint", { endpoint_id });
  assert.equal((await sql`select from sms_private.events where endpoint_id = ${endpoint_id}`).length, 0);
});
