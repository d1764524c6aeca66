import assert from "node:assert/strict";
import type { RpcClient } from "../../../supabase/functions/_shared/sms/database/rpc.ts";
import type {
  Page,
  TwilioMessage,
  TwilioMessages,
} from "../../../supabase/functions/sms-worker/questions/messages.ts";
import type { AskTwilio } from "../../../supabase/functions/sms-worker/questions/ask.ts";
import { COSTS, CpuBudget } from "../../../supabase/functions/sms-worker/cpu_budget.ts";
import type { Listing, Lookup } from "../../../supabase/functions/sms-worker/questions/verbs.ts";
import { recoverMessages } from "../../../supabase/functions/sms-worker/questions/recover.ts";
import { lookUpMessages } from "../../../supabase/functions/sms-worker/questions/look_up.ts";
import { settleMessages } from "../../../supabase/functions/sms-worker/questions/settle.ts";
import { deliveryResult } from "../../support/results.ts";
import { dueQuestions, SETTLEMENT } from "./due_questions.ts";
import { testWorker } from "./test_worker.ts";
import { ACCOUNT, capturedLog, deliveryJob, fakeClient, FakeClock, type Verbs } from "../sms/support.ts";

const NOON = Date.parse("2026-11-23T12:00:00Z");
const SINCE = new Date(NOON - 3_600_000);
let texts = 0;

/** A message so many minutes before noon. */
function message(minutesAgo: number, more: Partial<TwilioMessage> = {}): TwilioMessage {
  texts += 1;
  return {
    sid: `SM${texts}`,
    direction: "inbound",
    to: "+15005550006",
    from: "+14155550101",
    body: `Text ${texts}`,
    status: "received",
    errorCode: null,
    numSegments: 1,
    numMedia: 0,
    price: null,
    priceUnit: null,
    createdAt: new Date(NOON - minutesAgo * 60_000),
    ...more,
  };
}

/** Twilio with these pages; `pages[n]` goes on at token `n + 1`. */
function twilio(pages: TwilioMessage[][], more: Partial<TwilioMessages> = {}) {
  const read: (string | null)[] = [];
  const list = (token: string | null): Promise<Page> => {
    read.push(token);
    const at = Number(token ?? "0");
    return Promise.resolve({
      messages: pages[at] ?? [],
      nextToken: at + 1 < pages.length ? String(at + 1) : null,
    });
  };
  const messages: TwilioMessages = {
    listBetween: (_who, { pageToken }) => list(pageToken),
    listAll: (_who, pageToken) => list(pageToken),
    fetch: () => Promise.resolve(null),
    listMedia: () => Promise.resolve([]),
    ...more,
  };
  return { messages, read };
}

const ask: AskTwilio = async (_client, accountSid, question) => ({
  answer: await question({ accountSid, authToken: "token" }),
});
const failure = { errorCode: "HTTP_503", explanation: "Twilio answered with HTTP 503." };
const refuse: AskTwilio = () => Promise.resolve({ failure });
const nobody = fakeClient({});

const lookup: Lookup = {
  kind: "lookup",
  lease_token: "token",
  message_id: "message",
  account_sid: ACCOUNT,
  from_number: "+15005550006",
  to_number: "+14155550101",
  since: SINCE,
};
const lookUp = (pages: TwilioMessage[][], asking = ask) => {
  const { messages, read } = twilio(pages);
  return lookUpMessages({ messages, ask: asking }).ask(lookup, nobody, new CpuBudget()).then((
    { answer },
  ) => ({
    result: answer,
    read,
  }));
};

Deno.test("a look-up reads back to the moment the database names, and no further", async () => {
  const [young, old] = [message(10), message(70)];
  const { result, read } = await lookUp([[message(1), young], [message(30), old], [message(80)]]);
  assert.deepEqual(read, [null, "1"]);
  assert.equal(result.outcome, "listed");
  const texts = result.texts as { message_sid: string }[];
  assert.equal(texts.length, 3);
  assert.ok(!texts.some(({ message_sid }) => message_sid === old.sid));
});

Deno.test("a list that does not end within five pages is no list to conclude from", async () => {
  const { result, read } = await lookUp(Array.from({ length: 9 }, () => [message(1)]));
  assert.equal(read.length, 5);
  assert.ok(result.outcome === "failed" && result.error_code === "LIST_TOO_LONG");
});

Deno.test("a look-up that Twilio does not answer fails: it did not find nothing", async () => {
  const { result } = await lookUp([], refuse);
  assert.ok(result.outcome === "failed" && result.error_code === "HTTP_503");
});

const settle = (found: TwilioMessage | null, asking = ask) =>
  settleMessages({ messages: twilio([], { fetch: () => Promise.resolve(found) }).messages, ask: asking })
    .ask(SETTLEMENT, nobody, new CpuBudget()).then(({ answer }) => answer);

Deno.test("a settlement says what Twilio has, that it has nothing, or that it could not be asked", async () => {
  const told = await settle(
    message(1, { status: "delivered", price: "-0.0083", priceUnit: "USD", numSegments: 2 }),
  );
  assert.deepEqual(told, {
    outcome: "found",
    status: "delivered",
    error_code: null,
    error_message: null,
    num_segments: 2,
    price: "-0.0083",
    price_unit: "USD",
  });
  assert.equal((await settle(null)).outcome, "gone");
  assert.equal((await settle(null, refuse)).outcome, "failed");
  const failed = await settle(message(1, { status: "undelivered", errorCode: "30005" }));
  assert.ok(failed.outcome === "found" && failed.error_message !== null);
});

const listingJob: Listing = {
  kind: "listing",
  account_sid: ACCOUNT,
  lease_token: "lease",
  since: SINCE,
  page_token: null,
};

interface ListingTest {
  pages: TwilioMessage[][];
  verbs?: Verbs;
  job?: Partial<Listing>;
  more?: Partial<TwilioMessages>;
  ask?: AskTwilio;
  clock?: FakeClock;
  cpu?: CpuBudget;
  /** The SQLSTATE that storing a text ends in. */
  refusal?: string;
}

async function listing(
  { pages, verbs, job, more, ask: asking = ask, clock = new FakeClock(), cpu = new CpuBudget(), refusal }:
    ListingTest,
) {
  const { messages, read } = twilio(pages, more);
  const { log, lines } = capturedLog();
  const client = fakeClient({
    sms_find_unknown_messages: ({ texts }) =>
      (texts as { message_sid: string }[]).map(({ message_sid }) => message_sid),
    sms_receive_message: () => ({ outcome: "stored", message_id: "stored" }),
    sms_set_message_aside: () => ({ outcome: "set_aside" }),
    ...verbs,
  });
  const work = recoverMessages({ messages, ask: asking, clock, log });
  const refusing: RpcClient = {
    async rpc(verb, args) {
      const answer = await client.rpc(verb, args);
      return verb === "sms_receive_message" && refusal
        ? { data: null, error: { code: refusal, message: "no" } }
        : answer;
    },
  };
  const { answer: result, recovered } = await work.ask({ ...listingJob, ...job }, refusing, cpu);
  const stored = client.of("sms_receive_message").map(({ message_sid }) => message_sid);
  return { result, recovered, read, stored, client, lines };
}

Deno.test("a listing stores what is unknown, inbound and new enough, oldest first", async () => {
  const [a, b, c] = [message(10), message(10), message(30)];
  const { stored, result, recovered, read, client } = await listing({
    pages: [[message(1, { direction: "outbound-api" }), b, a], [c, message(70)], [message(80)]],
  });
  assert.deepEqual(stored, [c.sid, a.sid, b.sid]);
  assert.deepEqual([result.outcome, recovered, read.length], ["listed", 3, 2]);
  const [first] = client.of("sms_receive_message");
  assert.deepEqual([first?.sent_at, first?.opt_out_type], [c.createdAt.toISOString(), null]);
});

Deno.test("after a restore a listing stores what was sent too, in its order", async () => {
  const [asked, told] = [message(20), message(10, { direction: "outbound-api", status: "sent" })];
  const sentBySystem = message(5, { direction: "outbound-reply" });
  const { client, recovered } = await listing({
    pages: [[sentBySystem, told, asked]],
    job: { sent_too: true },
    verbs: { sms_recover_sent_message: () => ({ outcome: "stored" }) },
  });
  assert.equal(recovered, 2);
  assert.deepEqual(client.of("sms_receive_message").map(({ message_sid }) => message_sid), [asked.sid]);
  const [sent, ...more] = client.of("sms_recover_sent_message");
  assert.deepEqual([sent?.account_sid, more.length], [ACCOUNT, 0]);
  const { message_sid, status, sent_at } = sent?.sent as Record<string, unknown>;
  assert.deepEqual([message_sid, status, sent_at], [told.sid, "sent", told.createdAt.toISOString()]);
});

Deno.test("a listing stores nothing that the database knows", async () => {
  const { stored, result } = await listing({
    pages: [[message(1)]],
    verbs: { sms_find_unknown_messages: () => [] },
  });
  assert.deepEqual([stored, result.outcome], [[], "listed"]);
});

Deno.test("a list that is too long for one run goes on at its page; too many texts are taken up from where the run began", async () => {
  const long = await listing({ pages: Array.from({ length: 15 }, () => [message(1)]) });
  assert.deepEqual([long.result.outcome, long.read.length, long.stored.length], ["unfinished", 10, 10]);
  assert.ok(long.result.outcome === "unfinished" && long.result.page_token === "10");
  const many = await listing({
    pages: [[], Array.from({ length: 300 }, () => message(1))],
    job: { page_token: "1" },
  });
  assert.deepEqual([many.recovered, many.read], [200, ["1"]]);
  assert.ok(many.result.outcome === "unfinished" && many.result.page_token === "1");
});

Deno.test("a listing ends in time, whatever Twilio and the database take", async () => {
  const clock = new FakeClock();
  const slowly = <T>(value: T) => {
    clock.time += 6_000;
    return value;
  };
  const slowTwilio: AskTwilio = async (_client, accountSid, question) =>
    slowly({ answer: await question({ accountSid, authToken: "token" }) });
  const pages = Array.from({ length: 9 }, () => [message(1)]);
  const listed = await listing({ pages, ask: slowTwilio, clock });
  assert.deepEqual([listed.read.length, listed.result.outcome], [2, "unfinished"]);
  assert.equal(listed.recovered, 2, "what was read is stored");
  const late = await listing({
    pages: [[message(1), message(2)]],
    clock: Object.assign(clock, { time: 0 }),
    ask: (client, accountSid, question) => {
      clock.time += 20_000;
      return ask(client, accountSid, question);
    },
  });
  assert.deepEqual(
    [late.recovered, late.result.outcome],
    [1, "unfinished"],
    "one is stored however late it is, or the next run would come no further either",
  );
  const stored = await listing({
    pages: [Array.from({ length: 9 }, () => message(1))],
    clock: Object.assign(clock, { time: 0 }),
    verbs: { sms_receive_message: () => slowly({ outcome: "stored" }) },
  });
  assert.deepEqual([stored.recovered, stored.result.outcome], [3, "unfinished"]);
});

Deno.test("a listing leaves half of the run's CPU time for storing, and goes on in the next run", async () => {
  const page = () => Array.from({ length: 500 }, () => message(1, { direction: "outbound-api" }));
  const pages = [[message(1)], page(), page(), page(), page(), page()];
  const cpu = new CpuBudget({ limitMs: 2 * 1_200 * COSTS.listedMessage, cpuTime: () => 0 });
  const { read, result, recovered } = await listing({ pages, cpu });
  assert.deepEqual(read, [null, "1", "2", "3"]);
  assert.ok(result.outcome === "unfinished" && result.page_token === "4");
  assert.equal(recovered, 1);
});

Deno.test("a text whose attachments cannot be listed is not stored without them", async () => {
  const media = [{ url: "https://api.twilio.com/1", content_type: "image/png" }];
  const withMedia = message(5, { numMedia: 1 });
  const fine = await listing({ pages: [[withMedia]], more: { listMedia: () => Promise.resolve(media) } });
  assert.deepEqual(fine.client.of("sms_receive_message")[0]?.media, media);
  let asked = 0;
  const once: AskTwilio = (client, accountSid, question) =>
    asked++ === 0 ? ask(client, accountSid, question) : Promise.resolve({ failure });
  const failed = await listing({ pages: [[withMedia]], ask: once });
  assert.deepEqual([failed.stored, failed.result.outcome], [[], "failed"]);
});

Deno.test("a list that cannot be read fails; so does a database that is away, but not one that refuses one text", async () => {
  assert.equal((await listing({ pages: [], ask: refuse })).result.outcome, "failed");
  const away = () => {
    throw new Error("away");
  };
  assert.equal(
    (await listing({ pages: [[message(1)]], verbs: { sms_find_unknown_messages: away } })).result.outcome,
    "failed",
  );
  assert.equal(
    (await listing({ pages: [[message(1)]], verbs: { sms_receive_message: away } })).result.outcome,
    "failed",
  );
  const poison = await listing({ pages: [[message(1), message(2)]], refusal: "22021" });
  assert.deepEqual([poison.result.outcome, poison.stored.length], ["listed", 2]);
  assert.ok(poison.lines.some((line) => line.includes("NOT_RECOVERABLE")));
  const kept = poison.client.of("sms_set_message_aside");
  assert.deepEqual(kept.map(({ message_sid }) => message_sid), poison.stored);
  assert.match(String(kept[0]?.reason), /^22021 /);
});

Deno.test("a refused text that cannot be kept for a person either stops the listing: it is not lost", async () => {
  const away = () => {
    throw new Error("away");
  };
  const poison = await listing({
    pages: [[message(1)]],
    refusal: "23514",
    verbs: { sms_set_message_aside: away },
  });
  assert.equal(poison.result.outcome, "failed");
});

/** A worker with one kind of question, whose answers take a second each. */
function questionWorker(count: number, outcome: string, more: Verbs = {}) {
  const clock = new FakeClock();
  let inHand = 0;
  let most = 0;
  const ask = async () => {
    inHand += 1;
    most = Math.max(most, inHand);
    await clock.wait(1_000);
    inHand -= 1;
    return { answer: { outcome: "found" }, recovered: outcome === "recovered" ? 1 : 0 };
  };
  const { questions, verbs, left } = dueQuestions(count, outcome, { ask, maxItems: 5 });
  const worker = testWorker({
    clock,
    verbs: { ...verbs, ...more },
    questions: [questions],
    deliver: (job) => Promise.resolve(deliveryResult(job)),
  });
  const counts = () => ({
    most,
    left: left(),
    claims: worker.client.of("sms_claim_questions").length,
    successors: worker.successors(),
  });
  return { ...worker, counts };
}

Deno.test("an answer is recorded with what the database needs to find its question", async () => {
  const { clock, wake, client } = questionWorker(1, "settled");
  await clock.runUntil(wake());
  assert.deepEqual(client.of("sms_record_questions"), [{
    results: [{
      kind: "settlement",
      lease_token: "lease",
      account_sid: ACCOUNT,
      message_id: "message",
      outcome: "found",
    }],
  }]);
});

Deno.test("the claim after one that failed is in a hurry, once", async () => {
  let down = true;
  const { clock, wake, client } = questionWorker(0, "settled", {
    sms_claim_questions: () => {
      if (down) {
        down = false;
        throw new Error("away");
      }
      return { jobs: [], next_due_in_ms: null };
    },
  });
  await clock.runUntil(wake());
  await clock.runUntil(wake());
  const hurries = client.of("sms_claim_questions").map(({ hurry }) => hurry);
  assert.deepEqual(hurries.slice(0, 3), [false, true, false]);
});

Deno.test("one kind of question takes a few at a time and so many in a run; a successor goes on", async () => {
  const { clock, wake, counts, lines } = questionWorker(8, "adopted");
  await clock.runUntil(wake());
  assert.deepEqual([counts().left, counts().most], [3, 2]);
  assert.ok(counts().successors >= 1);
  assert.match(lines.at(-1) ?? "", /"settlement_adopted":5/);
});

Deno.test("a run that only waits makes way for a successor when more questions are due than it may ask", async () => {
  const { clock, wake, counts } = questionWorker(8, "adopted", {
    sms_claim_replies: () => ({ jobs: [], next_due_in_ms: 35_000 }),
  });
  await clock.runUntil(wake());
  assert(clock.time < 10_000, `it ended at ${clock.time}`);
  assert(counts().successors >= 1);
});

Deno.test("wakes during a run look for replies and deliveries again, not for questions", async () => {
  const { clock, wake, client, counts } = questionWorker(1, "adopted");
  const done = wake();
  await clock.runTo(100);
  const { claims } = counts();
  const before = client.of("sms_claim_replies").length;
  wake();
  await clock.runTo(200);
  assert.equal(counts().claims, claims);
  assert.ok(client.of("sms_claim_replies").length > before);
  await clock.runUntil(done);
});

Deno.test("a long run looks for questions every ten seconds", async () => {
  let due: number | null = 35_000;
  const claimOnceLater = () => {
    const answer = { jobs: [], next_due_in_ms: due };
    due = null;
    return answer;
  };
  const { clock, wake, counts } = questionWorker(0, "adopted", { sms_claim_replies: claimOnceLater });
  await clock.runUntil(wake());
  assert.deepEqual([counts().claims, clock.time], [4, 35_000]);
});

for (
  const [outcome, verb] of [["resent", "sms_claim_deliveries"], ["recovered", "sms_claim_replies"]] as const
) {
  Deno.test(`what a question ${outcome} is looked for at once`, async () => {
    const { clock, wake, client } = questionWorker(1, outcome);
    const other = verb === "sms_claim_replies" ? "sms_claim_deliveries" : "sms_claim_replies";
    await clock.runUntil(wake());
    assert.deepEqual([client.of(verb).length, client.of(other).length], [2, 1]);
  });
}

Deno.test("a delivery of unknown outcome makes the questions look when it is due", async () => {
  const deliveries = [deliveryJob("1")];
  const { clock, wake, counts } = questionWorker(0, "adopted", {
    sms_claim_deliveries: () => ({ jobs: deliveries.splice(0), next_due_in_ms: null }),
    sms_record_deliveries: () => [{ outcome: "recorded" }],
  });
  await clock.runUntil(wake());
  assert.equal(counts().claims, 2);
});
