import { strict as assert } from "node:assert";
import { newMessage } from "../../../local/carrier/messages.ts";
import type { LedgerMessage, MessageStatus } from "../../../local/carrier/mod.ts";
import { compare, type Truth } from "../../reliability/storm/judge.ts";
import type { Contact, Step } from "../../reliability/storm/plan.ts";
import { APOLOGY } from "../../reliability/storm/stage.ts";
import type { Stored, StoredText } from "../../reliability/storm/stored.ts";

// A storm that finds nothing must not be one that sees nothing.
const OURS = "+15005550006";
const CONTACT: Contact = { number: "+14155550101", line: 0, outcome: null, refusal: null };
const question: Step = { id: 1, kind: "question", contact: CONTACT, copies: 1 };
const order: Step = { id: 2, kind: "send", contact: CONTACT };

function message(
  direction: "inbound" | "outbound-api",
  body: string,
  status: MessageStatus,
  id = "",
): LedgerMessage {
  return newMessage({
    accountSid: "AC1",
    direction,
    to: direction === "inbound" ? OURS : CONTACT.number,
    from: direction === "inbound" ? CONTACT.number : OURS,
    body,
    status,
    statusCallback: id === "" ? null : `http://localhost/sms-status?message_id=${id}`,
    form: [],
  });
}

/** A webhook of a message, and what we answered. */
const attempt = (status: number) => ({
  url: "",
  method: "POST" as const,
  form: [],
  headers: {},
  attempt: 1,
  status,
  failure: null,
  contentType: null,
  body: "",
});

/** A question that was answered and a text that was sent, stored as they are. */
function allWell() {
  const asked = message("inbound", "q1: are you open?", "received");
  const answer = message("outbound-api", "About q1: yes.", "delivered", "a");
  const sent = message("outbound-api", "s2: your order is ready.", "delivered", "b");
  const truth: Truth = { inbound: [asked], outbound: [answer, sent] };
  const row = (id: string, { sid, body }: LedgerMessage): [string, StoredText] => [
    id,
    { id, message_sid: sid, body, status: "delivered", error_code: null },
  ];
  const stored: Stored = {
    inbound: new Map([[asked.sid, 1]]),
    outbound: new Map([row("a", answer), row("b", sent)]),
    unfinished: [],
    silences: new Map(),
    reasonFor: () => null,
  };
  return { truth, stored, asked, answer, sent };
}

function verdict({ truth, stored }: { truth: Truth; stored: Stored }, steps: Step[] = [question, order]) {
  const { lost, doubled, stuck, wrong_status, set_aside } = compare(
    { seed: 1, steps, faults: [] },
    stored,
    truth,
  );
  return { lost, doubled, stuck, wrong_status, set_aside };
}
const NOTHING = { lost: 0, doubled: 0, stuck: 0, wrong_status: 0, set_aside: 0 };

Deno.test("the judge finds nothing wrong where all is well, and counts it", () => {
  const { truth, stored } = allWell();
  assert.deepEqual(verdict({ truth, stored }), NOTHING);
  const { received, answered, sent, delivered, complaints } = compare(
    { seed: 1, steps: [question, order], faults: [] },
    stored,
    truth,
  );
  assert.deepEqual([received, stored.inbound.size, answered, sent, delivered, complaints], [
    1,
    1,
    1,
    2,
    2,
    [],
  ]);
});

Deno.test("a text of a contact that is not stored is lost; one that is stored twice is doubled", () => {
  const missing = allWell();
  missing.stored.inbound.clear();
  assert.deepEqual(verdict(missing), { ...NOTHING, lost: 1 });
  const twice = allWell();
  twice.stored.inbound.set(twice.asked.sid, 2);
  assert.deepEqual(verdict(twice), { ...NOTHING, doubled: 1 });
});

Deno.test("a question without an answer is lost, unless the database says why", () => {
  const silent = allWell();
  silent.truth.outbound.shift();
  silent.stored.outbound.delete("a");
  assert.deepEqual(verdict(silent), { ...NOTHING, lost: 1 });
  silent.stored.reasonFor = () => "MODEL_REFUSED";
  assert.deepEqual(verdict(silent), { ...NOTHING, set_aside: 1 });
});

Deno.test("nobody owes an answer to who said STOP, until START", () => {
  const stopped = allWell();
  stopped.truth.outbound.shift();
  stopped.stored.outbound.delete("a");
  const keyword = (id: number, word: "STOP" | "START"): Step => ({
    id,
    kind: "keyword",
    contact: CONTACT,
    copies: 1,
    word,
  });
  assert.deepEqual(verdict(stopped, [question, keyword(3, "STOP"), keyword(4, "START")]), NOTHING);
  assert.deepEqual(verdict(stopped, [keyword(3, "STOP"), keyword(4, "START"), question]), {
    ...NOTHING,
    lost: 1,
  });
});

Deno.test("of STOP and START in one second the STOP stands, where the list alone brought the START", () => {
  const stopped = allWell();
  stopped.truth.outbound.shift();
  stopped.stored.outbound.delete("a");
  const keyword = (id: number, word: "STOP" | "START"): Step => ({
    id,
    kind: "keyword",
    contact: CONTACT,
    copies: 1,
    word,
  });
  const at = (body: string, time: string): LedgerMessage => ({
    ...message("inbound", body, "received"),
    dateCreated: new Date(time),
  });
  const judged = (startedAt: string, webhook: number) => {
    const start = at("START", startedAt);
    start.webhooks.push(attempt(webhook));
    const truth = {
      ...stopped.truth,
      inbound: [at("STOP", "2026-11-30T10:00:00.600Z"), start, stopped.asked],
    };
    const inbound = new Map(truth.inbound.map(({ sid }) => [sid, 1]));
    return verdict({ truth, stored: { ...stopped.stored, inbound } }, [
      keyword(3, "STOP"),
      keyword(4, "START"),
      question,
    ]);
  };
  assert.deepEqual(judged("2026-11-30T10:00:00.700Z", 503), NOTHING);
  assert.deepEqual(judged("2026-11-30T10:00:00.700Z", 200), { ...NOTHING, lost: 1 });
  assert.deepEqual(judged("2026-11-30T10:00:01.100Z", 503), { ...NOTHING, lost: 1 });
});

Deno.test("one row sent twice, one question answered twice and one apology after another are doubled", () => {
  const resent = allWell();
  resent.truth.outbound.push(message("outbound-api", "sent again", "delivered", "b"));
  assert.deepEqual(verdict(resent), { ...NOTHING, doubled: 1 });
  const answered = allWell();
  const again = message("outbound-api", "About q1: yes.", "delivered", "c");
  answered.truth.outbound.push(again);
  answered.stored.outbound.set("c", { ...again, id: "c", message_sid: again.sid, error_code: null });
  assert.deepEqual(verdict(answered), { ...NOTHING, doubled: 1 });
  const sorry = allWell();
  for (const id of ["d", "e"]) {
    const apology = message("outbound-api", APOLOGY, "delivered", id);
    sorry.truth.outbound.push(apology);
    sorry.stored.outbound.set(id, { ...apology, id, message_sid: apology.sid, error_code: null });
  }
  assert.deepEqual(verdict(sorry), { ...NOTHING, doubled: 1 });
});

Deno.test("a status that is not the carrier's is wrong, and so is one of a text that the carrier never had", () => {
  const behind = allWell();
  behind.sent.status = "undelivered";
  assert.deepEqual(verdict(behind), { ...NOTHING, wrong_status: 1 });
  const invented = allWell();
  const ghost: StoredText = {
    id: "g",
    message_sid: "SM1",
    body: "ghost",
    status: "delivered",
    error_code: null,
  };
  invented.stored.outbound.set("g", ghost);
  assert.deepEqual(verdict(invented), { ...NOTHING, wrong_status: 1 });
  invented.stored.outbound.set("g", { ...ghost, status: "failed", error_code: "21610" });
  assert.deepEqual(verdict(invented), NOTHING);
});

Deno.test("what is pending, or still to be done, is stuck", () => {
  const pending = allWell();
  pending.stored.outbound.set("p", {
    id: "p",
    message_sid: null,
    body: "late",
    status: "pending",
    error_code: null,
  });
  assert.deepEqual(verdict(pending), { ...NOTHING, stuck: 1 });
  const unfinished = allWell();
  unfinished.stored.unfinished.push("reply +14155550101");
  assert.deepEqual(verdict(unfinished), { ...NOTHING, stuck: 1 });
});

Deno.test("the judge complains of a genuine webhook that was refused, and of no other answer", () => {
  const { truth, stored, asked, sent } = allWell();
  sent.webhooks.push(attempt(503), attempt(200));
  const complaints = () =>
    compare({ seed: 1, steps: [question, order], faults: [] }, stored, truth).complaints;
  assert.deepEqual(complaints(), []);
  asked.webhooks.push(attempt(403));
  assert.deepEqual(complaints(), [`1 genuine webhooks of ${asked.sid} were refused`]);
});
