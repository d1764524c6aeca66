import { strict as assert } from "node:assert";
import { post, statusOfPost, textForm } from "./forms.ts";
import {
  allDelivered,
  answer,
  demoClient,
  hurry,
  phones,
  sentTo,
  settled,
  stackForFile,
  text,
  until,
  wake,
  workerHealth,
} from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile({ functionEnv: { SMS_LOG_LEVEL: "debug" } });
const { sql, carrier, failPoints, model } = stack;
const lines: { function: string; stream: string; text: string }[] = [];
stack.functions.onLog((line) => lines.push(line));

/** What nobody may find in a log: the words and numbers of the people in this file, and every secret. */
const BODIES = ["xylophone question", "zeppelin answer", "quagga garbage", "marzipan from a person"];
const contacts = phones(8);
const other = await connectTenant(stack);
const person = await demoClient(stack);
const { data: { session } } = await person.auth.getSession();
const SECRETS = [
  stack.authToken,
  other.authToken,
  stack.ready.secretKey,
  stack.workerKey,
  stack.ready.publishableKey,
  session?.access_token ?? "",
  "k".repeat(32),
  "local-demo-model",
];

const [
  greeted = "",
  refused = "",
  garbled = "",
  lost = "",
  throttled = "",
  limited = "",
  late = "",
  sent = "",
] = contacts;

Deno.test("texts, answers and failures of every kind are played while somebody listens", async () => {
  // All is well.
  model.answerNext(answer(`A ${BODIES[1]}.`));
  await text(stack, greeted, `A ${BODIES[0]}, it's "urgent"`);
  await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: greeted }).length === 1);
  // Refused, not a form, not Twilio.
  const form = textForm(stack, { From: refused, Body: BODIES[0] ?? "" });
  assert.equal(await statusOfPost(stack, { form, token: other.authToken }), 403);
  assert.equal(await statusOfPost(stack, { form, headers: { "content-type": "application/json" } }), 415);
  const notOurs = textForm(stack, { AccountSid: other.accountSid, From: refused, Body: BODIES[0] ?? "" });
  assert.equal(await statusOfPost(stack, { form: notOurs, token: other.authToken }), 200);
  assert.equal(await statusOfPost(stack, { form: [["From", refused], ["Body", BODIES[0] ?? ""]] }), 400);
  await (await post(stack, { form, token: other.authToken, headers: { "x-request-id": refused } })).body
    ?.cancel();
  // The model fails: with prose that quotes the text, with JSON of another shape, and with errors.
  // A try asks twice, because the schema might not have been heard.
  for (let attempt = 0; attempt < 6; attempt++) {
    const quoting = `Sorry, "${BODIES[2]}" from ${garbled}`;
    model.answerNext(attempt % 2 === 0 ? quoting : { [quoting]: garbled });
  }
  await text(stack, garbled, `A ${BODIES[2]}`);
  await until("the job is given up on", async () => {
    await hurry(stack, garbled);
    return (await sql`select from sms_private.jobs where set_aside_at is not null`).length === 1;
  });
  model.reset();
  model.failNext(1, "429");
  model.failNext(1, "drop");
  await text(stack, throttled, BODIES[0] ?? "");
  await until("tried again", async () => {
    await hurry(stack, throttled);
    return sentTo(stack, throttled).length === 1;
  });
  // The database and Twilio fail.
  for (
    const name of [
      "sms_receive_message",
      "sms_claim_replies",
      "sms_finish_replies",
      "sms_record_deliveries",
      "sms_record_status",
    ]
  ) {
    failPoints.arm({ on: "rpc", name, moment: "before", action: { status: 500 } });
  }
  await text(stack, lost, BODIES[0] ?? "");
  await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: lost }).length === 1);
  carrier.refuse(limited, 21610);
  carrier.faults.set({ failAfterNext: 1, onlyTo: late });
  for (const to_number of [limited, late, sent]) {
    const created = await person.rpc("sms_create_message", { to_number, body: BODIES[3] });
    assert.equal(created.data.outcome, "created");
  }
  await wake(stack);
  for (const contact of [limited, late, sent]) await settled(stack, contact);
  carrier.faults.reset();
  // A token that cannot be opened, a worker without a key.
  await sql`update sms_private.twilio_credentials set current_token = ${`eyJhbGciOiJkaXIifQ.${BODIES[0]}`}`;
  await stack.functions.kill("sms-webhook");
  const theirs = textForm(other, { Body: BODIES[0] ?? "" });
  assert.equal(await statusOfPost(stack, { form: theirs, token: other.authToken }), 503);
  const keyless = await fetch(`${stack.ready.functionsUrl}/sms-worker`, {
    headers: { apikey: stack.ready.secretKey },
  });
  assert.equal(keyless.status, 401);
  await keyless.body?.cancel();
  await allDelivered(stack);
  assert(lines.length > 40, "there is something to look at");
});

Deno.test("every line is JSON with time, level and function, on standard output", () => {
  for (const { stream, text, ...line } of lines) {
    assert.equal(stream, "stdout", text);
    const entry = JSON.parse(text);
    assert.equal(entry.function, line.function);
    assert.match(entry.level, /^(debug|info|warn|error)$/);
    assert(Math.abs(Date.parse(entry.time) - Date.now()) < 600_000, text);
  }
});

Deno.test("every request leaves one line: id, method, status, duration, and how it ended", () => {
  const requests = lines.map((line) => JSON.parse(line.text)).filter((entry) => "method" in entry);
  assert(requests.length > 15);
  for (const entry of requests) {
    assert.match(entry.request_id, /^[\w-]{16,64}$/);
    assert(entry.status >= 200 && entry.status < 600);
    assert(Number.isInteger(entry.duration_ms) && entry.duration_ms >= 0);
    if (entry.status >= 400) assert.match(entry.outcome, /^[A-Za-z_]+$/, JSON.stringify(entry));
    if (entry.status === 200 && entry.method === "POST") assert.match(entry.outcome, /^[a-z_]+$/);
  }
  const ids = requests.map((entry) => entry.request_id);
  assert.equal(new Set(ids).size, ids.length, "one line a request");
  const all = requests.map((entry) => `${entry.function} ${entry.status} ${entry.outcome}`);
  for (
    const kind of [
      "sms-webhook 200 stored",
      "sms-webhook 403 SIGNATURE_MISMATCH",
      "sms-webhook 200 unowned",
      "sms-webhook 503 UNAVAILABLE",
      "sms-status 200 recorded",
      "sms-status 503 UNAVAILABLE",
    ]
  ) assert(all.includes(kind), `${kind} is among ${[...new Set(all)]}`);
});

Deno.test("no line says what anybody wrote, a whole telephone number, or a secret", () => {
  for (const { text } of lines) {
    for (const body of BODIES) {
      for (const word of body.split(" ").filter((word) => word.length > 6 && word !== "question")) {
        assert(!text.includes(word), text);
      }
    }
    for (const number of [...contacts, stack.number, other.number]) {
      assert(
        !text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{2}[0-9a-f]{32}/g, "").includes(number.slice(2)),
        text,
      );
    }
    for (const secret of SECRETS) assert(!text.includes(secret), text);
  }
});

Deno.test("the worker says what it did and what failed, with outcome, and duration where it took time", () => {
  const entries = lines.map((line) => JSON.parse(line.text)).filter((entry) => !("method" in entry));
  const outcomes = new Set(entries.map((entry) => entry.outcome));
  for (const outcome of ["drained", "CLAIM_FAILED", "RECORD_FAILED", "CREDENTIAL_UNREADABLE"]) {
    assert(outcomes.has(outcome), `${outcome} is among ${[...outcomes]}`);
  }
  for (const entry of entries) {
    assert.match(entry.outcome, /^[A-Za-z_]+$/);
    if (entry.outcome === "drained") assert(Number.isInteger(entry.duration_ms) && entry.claimed >= 0);
  }
});

Deno.test("the words of a failure and who wrote are not in the worker's health either", async () => {
  const told = JSON.stringify(await workerHealth(stack));
  assert.match(told, /MODEL_/);
  for (const secret of [...BODIES.map((body) => body.split(" ")[0] ?? ""), ...contacts]) {
    assert(!told.includes(secret), told);
  }
});
