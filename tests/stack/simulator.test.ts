/** The phone simulator's API: what it does to the carrier, the model and the functions, and to whom it says no. */
import { strict as assert } from "node:assert";
import type { Simulated, SimulatorState } from "../../local/simulator/contract.ts";
import { createSimulator, type Simulator } from "../../local/simulator/mod.ts";
import { tallyOf } from "../../local/simulator/tally.ts";
import type { Carrier } from "../../local/carrier/mod.ts";
import { allDelivered, answer, phone, sentTo, settled, stackForFile, until } from "../functions/support.ts";

const stack = await stackForFile({ web: true, functionEnv: { SMS_LEASE_SECONDS: "4" }, tickMs: 300 });
const origin = new URL(stack.ready.webUrl ?? "").origin;
const simulator = `${origin}/_simulator`;

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${simulator}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function act(path: string, body: unknown): Promise<void> {
  const response = await post(path, body);
  assert.equal(response.status, 202, await response.text());
}

/** What it refuses with. */
async function refused(response: Response): Promise<{ status: number; code: string }> {
  const { code } = await response.json();
  return { status: response.status, code };
}

async function stateOf(contact: string, number = stack.number): Promise<Simulated> {
  const query = new URLSearchParams({ phone: contact, number });
  const state: SimulatorState = await (await fetch(`${simulator}/state?${query}`)).json();
  assert(state.simulated);
  return state;
}

const text = (from: string, body: string, more: Record<string, unknown> = {}) =>
  act("texts", { from, to: stack.number, body, ...more });

async function answered(contact: string, count = 1): Promise<void> {
  await until(
    "answered and delivered",
    () =>
      stack.carrier.ledger.outbound({ to: contact }).filter((m) => m.status === "delivered").length >= count,
  );
  await settled(stack, contact);
}

Deno.test("a text from a phone is stored and answered, and the tally agrees with the ledger", async () => {
  const contact = phone();
  const before = (await stateOf(contact)).tally;
  stack.model.answerNext(answer("We open at eight."));
  await text(contact, "When do you open?");
  await answered(contact);
  await allDelivered(stack);
  const state = await stateOf(contact);
  assert.deepEqual(
    state.texts.map(({ writer, body, status, stored }) => ({ writer, body, status, stored })),
    [
      { writer: "phone", body: "When do you open?", status: "received", stored: true },
      { writer: "number", body: "We open at eight.", status: "delivered", stored: true },
    ],
  );
  assert.deepEqual(state.texts[0]?.requests, [{ reported: "received", attempt: 1, answer: 200 }]);
  assert.deepEqual(state.texts[1]?.requests.map(({ reported }) => reported), ["sent", "delivered"]);
  assert.deepEqual(state.underWay, { answer: false, texts: 0 });
  const { tally } = state;
  assert.deepEqual(
    [tally.texted - before.texted, tally.stored - before.stored, tally.answered - before.answered],
    [1, 1, 1],
  );
  assert.deepEqual([tally.delivered - before.delivered, tally.lost, tally.doubled], [1, 0, 0]);
});

Deno.test("a picture is sent and fetched; STOP is answered by the carrier, which blocks the number", async () => {
  const contact = phone();
  await text(contact, "", { media: ["picture"] });
  await answered(contact);
  const [sent] = (await stateOf(contact)).texts;
  assert.deepEqual(sent?.pictures.map(({ contentType, url }) => ({ contentType, url })), [
    { contentType: "image/png", url: null },
  ]);
  const picture = await fetch(`${simulator}/picture`);
  assert.equal(picture.headers.get("content-type"), "image/png");
  assert.deepEqual(new Uint8Array(await picture.arrayBuffer()).slice(1, 4), new TextEncoder().encode("PNG"));
  await text(contact, "STOP");
  await until("blocked", async () => (await stateOf(contact)).optedOut);
  assert.equal((await stateOf(contact)).texts.at(-1)?.writer, "carrier");
});

Deno.test("a slow model is waited for, and let go when it is switched off; a failing one is tried again", async () => {
  const contact = phone();
  const asked = stack.model.requests.length;
  await act("switches", { slowModelSeconds: 100 });
  await text(contact, "Take your time");
  await until("asked", () => stack.model.requests.length > asked);
  assert.equal((await stateOf(contact)).underWay.answer, true);
  assert.deepEqual(sentTo(stack, contact), []);
  await act("switches", { slowModelSeconds: 0, modelFails: true });
  await until("failed", async () => {
    const [row] = await stack.sql`select last_error from sms_private.jobs j
      join public.sms_contacts k on k.id = j.contact_id where k.number = ${contact}`;
    return row === undefined || row.last_error !== null;
  });
  await act("switches", { modelFails: false });
  await answered(contact);
  assert.equal(sentTo(stack, contact).length, 1);
});

for (const process of ["sms-worker", "sms-webhook"] as const) {
  Deno.test(`${process}, killed in the middle of its work, leaves one text and one answer`, async () => {
    const contact = phone();
    await act("kills", { process, when: "next" });
    await act("kills", { process, when: "never" });
    assert.deepEqual((await stateOf(contact)).doomed, []);
    await act("kills", { process, when: "next" });
    assert.deepEqual((await stateOf(contact)).doomed, [process]);
    await text(contact, "Do not die");
    await until("killed", async () => (await stateOf(contact)).doomed.length === 0);
    await answered(contact);
    assert.equal(sentTo(stack, contact).length, 1);
    const [row] = await stack.sql`select count(*)::int from public.sms_messages
      where from_number = ${contact} and direction = 'inbound'`;
    assert.equal(row?.count, 1);
  });
}

Deno.test("a process is killed at once", async () => {
  await until("the webhook runs", async () => await stack.functions.pid("sms-webhook") !== null);
  await act("kills", { process: "sms-webhook", when: "now" });
  assert.equal(await stack.functions.pid("sms-webhook"), null);
});

Deno.test("events tell the state, and again when a phone has texted", async () => {
  const contact = phone();
  const aborter = new AbortController();
  const query = new URLSearchParams({ phone: contact, number: stack.number });
  const response = await fetch(`${simulator}/events?${query}`, { signal: aborter.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const states: Simulated[] = [];
  let buffered = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    buffered += chunk;
    const events = buffered.split("\n\n");
    buffered = events.pop() ?? "";
    for (const event of events) {
      const state = /^data: (.*)$/m.exec(event)?.[1];
      if (state === undefined) continue;
      states.push(JSON.parse(state));
      if (states.length === 1) await text(contact, "Hello");
    }
    if (states.at(-1)?.texts.some(({ writer }) => writer === "number")) break;
  }
  aborter.abort();
  assert.deepEqual(states[0]?.texts, []);
  assert.equal(states.at(-1)?.texts[0]?.body, "Hello");
  await settled(stack, contact);
});

Deno.test("the tally counts what is lost and what is doubled", async () => {
  const { carrier, sql, accountSid, authToken } = stack;
  const contact = phone();
  const since = new Date();
  const minutesOn = (minutes: number) =>
    tallyOf({ sql, ledger: carrier.ledger, since, now: new Date(Date.now() + minutes * 60_000) });
  const before = await minutesOn(0);
  // A number whose texts reach nobody.
  carrier.addNumber(accountSid, { number: "+15005550111" });
  await carrier.text({ from: contact, to: "+15005550111", body: "Hello?" });
  const fresh = await minutesOn(9);
  assert.deepEqual([fresh.texted - before.texted, fresh.stored - before.stored, fresh.lost], [1, 0, 0]);
  assert.equal((await minutesOn(11)).lost, 1);
  // Sent twice for one row, which is what must never happen.
  const form = {
    To: contact,
    From: stack.number,
    Body: "Twice",
    StatusCallback: "http://127.0.0.1:1/?message_id=one-row",
  };
  for (let n = 0; n < 2; n++) {
    const sent = await fetch(`${carrier.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
      body: new URLSearchParams(form),
    });
    await sent.body?.cancel();
  }
  assert.equal((await minutesOn(0)).doubled, 1);
  // A row that says delivered, of a text that the carrier never had.
  await text(contact, "Hello!");
  await answered(contact);
  await allKnown(contact);
  await sql`update public.sms_messages set message_sid = ${`SM${"0".repeat(32)}`}
    where to_number = ${contact} and direction = 'outbound'`;
  assert.equal((await minutesOn(0)).lost, 1);
});

/** Until the database has heard that the answer was delivered. */
async function allKnown(contact: string): Promise<void> {
  await until(
    "reported",
    async () =>
      (await stateOf(contact)).texts.some(({ requests }) =>
        requests.some(({ reported, answer }) => reported === "delivered" && answer === 200)
      ),
  );
}

Deno.test("what is malformed, unknown or too much is refused, and nobody texts", async () => {
  const before = stack.carrier.ledger.inbound().length;
  const to = stack.number;
  const bad = { status: 400, code: "INVALID" };
  for (
    const [body, expected] of [
      ["{", bad],
      [{}, bad],
      [{ from: "Grace", to, body: "Hi" }, bad],
      [{ from: phone(), to, body: "  " }, bad],
      [{ from: phone(), to, body: "x".repeat(1_601) }, bad],
      [{ from: phone(), to, body: "Hi", copies: 11 }, bad],
      [{ from: phone(), to, body: "Hi", media: ["https://example.com/cat.png"] }, bad],
      [{ from: phone(), to, body: "Hi", extra: { AccountSid: "AC" } }, bad],
      [{ from: phone(), to: "+14155559999", body: "Hi" }, { status: 404, code: "UNKNOWN_NUMBER" }],
      [{ from: phone(), to, body: "x".repeat(70_000) }, { status: 413, code: "PAYLOAD_TOO_LARGE" }],
    ] as const
  ) assert.deepEqual(await refused(await post("texts", body)), expected, JSON.stringify(body).slice(0, 100));
  assert.deepEqual(await refused(await post("switches", { carrierUp: true })), bad);
  assert.deepEqual(await refused(await post("switches", { slowModelSeconds: 121 })), bad);
  assert.deepEqual(await refused(await post("kills", { process: "postgres", when: "now" })), bad);
  assert.deepEqual(await refused(await fetch(`${simulator}/state?phone=me&number=${to}`)), bad);
  assert.deepEqual(await refused(await fetch(`${simulator}/secrets`)), { status: 404, code: "NOT_FOUND" });
  assert.deepEqual(await refused(await fetch(`${simulator}/constructor`)), {
    status: 404,
    code: "NOT_FOUND",
  });
  const wrongMethod = await fetch(`${simulator}/texts`);
  assert.equal(wrongMethod.headers.get("allow"), "POST");
  assert.deepEqual(await refused(wrongMethod), { status: 405, code: "METHOD_NOT_ALLOWED" });
  assert.deepEqual(
    await refused(await post("texts", "{}", { "content-type": "text/plain" })),
    { status: 415, code: "UNSUPPORTED_MEDIA_TYPE" },
  );
  assert.equal(stack.carrier.ledger.inbound().length, before);
});

Deno.test("it is there for its own page and programs here, not for pages from elsewhere", async () => {
  const { port } = new URL(origin);
  const body = { process: "sms-worker", when: "next" };
  for (
    const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${Number(port) + 1}` },
      { origin: `http://evil.example:${port}` },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: `http://localhost:${port}` },
      { "sec-fetch-site": "cross-site", origin },
      { "sec-fetch-site": "same-origin", origin: "https://evil.example" },
      // DNS rebinding: their name, our address, and the browser calls it the same origin.
      {
        host: `evil.example:${port}`,
        "sec-fetch-site": "same-origin",
        origin: `http://evil.example:${port}`,
      },
      { host: `evil.example:${port}` },
    ]
  ) {
    assert.deepEqual(
      await raw(port, "POST", "kills", headers, JSON.stringify(body)),
      403,
      JSON.stringify(headers),
    );
    assert.equal(await raw(port, "GET", `state?phone=${phone()}&number=${stack.number}`, headers), 403);
  }
  assert.deepEqual((await stateOf(phone())).doomed, []);
  for (
    const headers of [
      {},
      { origin, "sec-fetch-site": "same-origin" },
      { origin: `http://localhost:${port}`, host: `localhost:${port}` },
      // Vite's own server in between.
      { origin: "http://localhost:5173", "sec-fetch-site": "same-origin" },
    ]
  ) assert.equal(await raw(port, "POST", "switches", headers, "{}"), 202, JSON.stringify(headers));
  const preflight = await fetch(`${simulator}/texts`, {
    method: "OPTIONS",
    headers: { "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
  });
  assert.equal(preflight.status, 405);
  assert.equal(preflight.headers.get("access-control-allow-origin"), null);
  await preflight.body?.cancel();
});

/** fetch() would put in a host of its own. */
async function raw(
  port: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = "",
): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    "content-type": "application/json",
    "content-length": String(body.length),
    connection: "close",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  const request = `${method} /_simulator/${path.replaceAll("+", "%2B")} HTTP/1.1\r\n${
    lines.join("\r\n")
  }\r\n\r\n${body}`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  return Number(answer.split(" ")[1]);
}

Deno.test("no other address of this machine reaches it", async () => {
  const { port } = new URL(origin);
  const outside = Deno.networkInterfaces().find(({ address, family }) =>
    family === "IPv4" && !address.startsWith("127.")
  );
  if (!outside) return;
  await assert.rejects(Deno.connect({ hostname: outside.address, port: Number(port) }));
});

Deno.test("where another carrier is in use there is nothing to simulate, and another model has no switches", async () => {
  const simulatorOf = (carrier: Carrier | null) =>
    createSimulator({
      ...stack,
      carrier,
      carrierUrl: "https://api.twilio.com",
      model: null,
      modelUrl: "https://api.openai.com/v1",
      leaseSeconds: 90,
      onError: assert.fail,
    });
  const ask = (simulator: Simulator, path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const headers = { host: "127.0.0.1:1", "content-type": "application/json" };
    return simulator.handle(new Request(`http://127.0.0.1:1/_simulator/${path}`, { ...init, headers }), [
      "127.0.0.1:1",
    ]);
  };
  const state = `state?${new URLSearchParams({ phone: phone(), number: stack.number })}`;
  const nothing = simulatorOf(null);
  assert.deepEqual(await (await ask(nothing, state)).json(), {
    simulated: false,
    carrierUrl: "https://api.twilio.com",
  });
  const notSimulated = { status: 409, code: "NOT_SIMULATED" };
  assert.deepEqual(
    await refused(await ask(nothing, "texts", { from: phone(), to: stack.number, body: "Hi" })),
    notSimulated,
  );
  assert.deepEqual(await refused(await ask(nothing, "switches", { carrierDown: true })), notSimulated);
  assert.deepEqual(
    await refused(await ask(nothing, "kills", { process: "sms-worker", when: "now" })),
    notSimulated,
  );
  const modelless = simulatorOf(stack.carrier);
  assert.equal((await (await ask(modelless, state)).json()).otherModelUrl, "https://api.openai.com/v1");
  assert.deepEqual(await refused(await ask(modelless, "switches", { slowModelSeconds: 5 })), notSimulated);
  assert.deepEqual(await refused(await ask(modelless, "switches", { modelFails: true })), notSimulated);
  nothing.stop();
  modelless.stop();
});
