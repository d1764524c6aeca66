import assert from "node:assert/strict";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import type { Message } from "../../../supabase/functions/_shared/sms/contract/common.ts";
import { BroadcastResponse, SendResponse } from "../../../supabase/functions/_shared/sms/contract/send.ts";
import type { Caller } from "../../../supabase/functions/_shared/sms/http/endpoint.ts";
import { leaseLimits } from "../../../supabase/functions/_shared/sms/worker/lease.ts";
import type {
  DeliveryJob,
  DeliveryResult,
} from "../../../supabase/functions/_shared/sms/database/verbs/deliveries.ts";
import { send } from "../../../supabase/functions/sms-send/handler.ts";
import { ACCOUNT, contextWith, deliveryJob, fakeClient, FakeClock, type Verbs } from "../sms/support.ts";

const ANN = "00000000-0000-4000-8000-00000000000a";
const ID = "00000000-0000-4000-8000-000000000001";
const SID = `SM${"c".repeat(32)}`;
const NOW = "2026-11-23T09:00:00+00:00";

function row(more: Partial<Message> = {}): Message {
  return {
    id: ID,
    message_sid: null,
    account_sid: ACCOUNT,
    conversation_id: "00000000-0000-4000-8000-000000000002",
    user_id: ANN,
    seq: 1,
    direction: "outbound",
    kind: "text",
    sender: "person",
    to_number: "+14155550101",
    from_number: "+15005550006",
    body: "Hello",
    media: [],
    intent: null,
    status: "pending",
    error_code: null,
    error_message: null,
    num_segments: 1,
    price: null,
    price_unit: null,
    send_at: null,
    date_created: NOW,
    date_sent: null,
    date_updated: NOW,
    created_at: NOW,
    updated_at: NOW,
    ...more,
  };
}

const broadcast = { id: ID, user_id: ANN, name: null, from_number: "+15005550006", created_at: NOW };
const sent = row({ message_sid: SID, status: "queued" });
const fail = () => {
  throw new Error("terminating connection");
};

interface World {
  verbs?: Verbs;
  caller?: Caller;
  /** What a claim gives. Default: the job. */
  claimed?: DeliveryJob[];
  deliver?: (job: DeliveryJob) => Promise<DeliveryResult>;
}

/** A database in which the text is created, claimed and, once recorded, at Twilio. */
function world({ verbs, caller = { kind: "user", userId: ANN }, claimed, deliver }: World = {}) {
  const clock = new FakeClock();
  const jobs = claimed ?? [deliveryJob("1", { message_id: ID })];
  const client = fakeClient({
    sms_create_message: () => ({ outcome: "created", message: row() }),
    sms_create_message_for: () => ({ outcome: "created", message: row() }),
    sms_create_broadcast: () => ({
      outcome: "created",
      broadcast,
      accepted: 1,
      rejected: [{ to: "+14155550102", code: "RECIPIENT_OPTED_OUT" }, {
        to: "Bob",
        code: "INVALID_RECIPIENT",
      }],
    }),
    sms_claim_deliveries: () => ({ jobs, next_due_in_ms: null }),
    sms_record_deliveries: () => [{ message_id: ID, outcome: "recorded" }],
    sms_get_delivery: () => ({ outcome: "found", state: "settled", turn_in_ms: null, message: sent }),
    ...verbs,
  });
  const context = { ...contextWith(client), caller };
  const delivered: { job: DeliveryJob; mayStart: () => boolean }[] = [];
  let wakes = 0;
  const handler = send({
    deliver: (job, { mayStart }) => {
      delivered.push({ job, mayStart });
      const result = {
        job_id: job.job_id,
        lease_token: job.lease_token,
        message_id: ID,
        account_sid: ACCOUNT,
      };
      const nothing = { error_code: null, error_message: null, retry_after_ms: null };
      return deliver?.(job) ??
        Promise.resolve({
          ...result,
          ...nothing,
          outcome: "accepted",
          message_sid: SID,
          status: "queued",
          num_segments: 1,
        });
    },
    wake: () => {
      wakes += 1;
      return Promise.resolve();
    },
    clock,
    log: context.log,
    leaseSeconds: 90,
    limits: leaseLimits(90),
  });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    clock.runUntil(handler(
      new Request("http://x.test/sms-send", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
      context,
    ));
  return { client, context, clock, delivered, post, wakes: () => wakes };
}

const hello = { to: "+1 (415) 555-0101", body: "Hello" };

const refusedWith = (status: number, code: string, details?: Record<string, unknown>) => (error: unknown) => {
  assert(error instanceof AppError, String(error));
  assert.deepEqual([error.status, error.code], [status, code], error.message);
  assert.deepEqual(error.details, details);
  return true;
};

Deno.test("sms-send stores, claims, delivers and records a text, and answers 201 with it", async () => {
  const { post, client, context, delivered, wakes } = world();
  const response = await post({ ...hello, from: "+1 500 555 0006" }, { "idempotency-key": "one" });
  assert.equal(response.status, 201);
  assert.deepEqual(SendResponse.parse(await response.json()), { message: sent });
  assert.deepEqual(client.of("sms_create_message"), [{
    to_number: "+14155550101",
    body: "Hello",
    from_number: "+15005550006",
    media_urls: [],
    send_at: null,
    conversation_id: null,
    template_id: null,
    variables: {},
    idempotency_key: "one",
  }]);
  assert.deepEqual(client.of("sms_claim_deliveries"), [{
    batch_size: 1,
    lease_seconds: 90,
    message_ids: [ID],
  }]);
  assert.equal(delivered.length, 1);
  assert.equal(client.of("sms_record_deliveries").length, 1);
  assert.equal(wakes(), 0);
  assert.deepEqual([context.notes.outcome, context.notes.message_id], ["sent", ID]);
});

Deno.test("sms-send starts a call only while the lease, counted from before the claim, has room for it", async () => {
  const slow = world({
    verbs: {
      sms_claim_deliveries: () => {
        slow.clock.time = 5_000;
        return { jobs: [deliveryJob("1", { message_id: ID })], next_due_in_ms: null };
      },
    },
  });
  await slow.post(hello);
  const mayStartAt = (time: number) => {
    slow.clock.time = time;
    return slow.delivered.map(({ mayStart }) => mayStart());
  };
  const { startWithinMs } = leaseLimits(90);
  assert.deepEqual([mayStartAt(startWithinMs - 1), mayStartAt(startWithinMs)], [[true], [false]]);
});

const unsettled: [string, Verbs][] = [
  ["is to be tried again", {
    sms_get_delivery: () => ({ outcome: "found", state: "waiting", turn_in_ms: null, message: row() }),
  }],
  ["is of unknown outcome", {
    sms_get_delivery: () => ({
      outcome: "found",
      state: "waiting",
      turn_in_ms: null,
      message: row({ status: "unconfirmed" }),
    }),
  }],
  ["was stored, but could not be claimed", { sms_claim_deliveries: fail }],
  ["was claimed, but cannot be read any more", { sms_get_delivery: fail }],
];

for (const [what, verbs] of unsettled) {
  Deno.test(`a text that ${what} is answered with 202 and left to the worker`, async () => {
    const { post, wakes, context } = world({ verbs });
    const response = await post(hello);
    assert.equal(response.status, 202);
    assert.equal(SendResponse.parse(await response.json()).message.id, ID);
    assert.equal(wakes(), 1);
    assert.equal(context.notes.outcome, "pending");
  });
}

Deno.test("the log of a 202 names what the try came to, or that there was none", async () => {
  const waiting = { outcome: "found", state: "waiting", turn_in_ms: null, message: row() };
  const verbs: Verbs = { sms_get_delivery: () => waiting };
  const tried = world({
    verbs,
    deliver: ({ job_id, lease_token, account_sid }) =>
      Promise.resolve({
        job_id,
        lease_token,
        account_sid,
        message_id: ID,
        outcome: "retry",
        message_sid: null,
        status: null,
        num_segments: null,
        error_code: "20429",
        error_message: "Twilio asked us to slow down.",
        retry_after_ms: 1_000,
      }),
  });
  await tried.post(hello);
  assert.deepEqual([tried.context.notes.delivery, tried.context.notes.delivery_error_code], [
    "retry",
    "20429",
  ]);
  const untried = world({ verbs, claimed: [] });
  await untried.post(hello);
  assert.equal(untried.context.notes.delivery, "not_tried");
});

Deno.test("a text whose turn comes within seconds waits for it, and is answered with its SID", async () => {
  const jobs = [[], [], [deliveryJob("1", { message_id: ID })]];
  const turns = [800, 0, 40, 0];
  const { post, clock, client, wakes } = world({
    verbs: {
      sms_claim_deliveries: () => ({ jobs: jobs.shift() ?? [], next_due_in_ms: null }),
      sms_get_delivery: () =>
        turns.length > 0
          ? { outcome: "found", state: "waiting", turn_in_ms: turns.shift(), message: row() }
          : { outcome: "found", state: "settled", turn_in_ms: null, message: sent },
    },
  });
  assert.equal((await post(hello)).status, 201);
  assert.deepEqual([client.of("sms_claim_deliveries").length, clock.time, wakes()], [3, 800 + 200, 0]);
});

Deno.test("a text whose turn others take is waited for five seconds, then left to the worker", async () => {
  const { post, clock, client, wakes } = world({
    claimed: [],
    verbs: {
      sms_get_delivery: () => ({ outcome: "found", state: "waiting", turn_in_ms: 1_000, message: row() }),
    },
  });
  assert.equal((await post(hello)).status, 202);
  assert.deepEqual([client.of("sms_claim_deliveries").length, clock.time, wakes()], [6, 5_000, 1]);
});

Deno.test("a text that waits gives way to a more urgent one that comes meanwhile", async () => {
  const turns = [800, null];
  const { post, clock, client, wakes } = world({
    claimed: [],
    verbs: {
      sms_get_delivery: () => ({
        outcome: "found",
        state: "waiting",
        turn_in_ms: turns.shift(),
        message: row(),
      }),
    },
  });
  assert.equal((await post(hello)).status, 202);
  assert.deepEqual([client.of("sms_claim_deliveries").length, clock.time, wakes()], [1, 800, 1]);
});

Deno.test("a text whose turn comes later than that is answered with 202 at once", async () => {
  const waiting = { outcome: "found", state: "waiting", turn_in_ms: 5_001, message: row() };
  const { post, client, delivered, clock, wakes } = world({
    claimed: [],
    verbs: { sms_get_delivery: () => waiting },
  });
  assert.equal((await post(hello)).status, 202);
  assert.deepEqual([client.of("sms_get_delivery").length, delivered.length, clock.time, wakes()], [
    1,
    0,
    0,
    1,
  ]);
});

Deno.test("a text that a worker has in hand is waited for", async () => {
  let looks = 0;
  const { post, clock, wakes } = world({
    claimed: [],
    verbs: {
      sms_get_delivery: () =>
        ++looks < 4
          ? { outcome: "found", state: "in_hand", turn_in_ms: null, message: row() }
          : { outcome: "found", state: "settled", turn_in_ms: null, message: sent },
    },
  });
  assert.equal((await post(hello)).status, 201);
  assert.deepEqual([looks, clock.time, wakes()], [4, 100 + 200 + 400, 0]);
});

Deno.test("a text that a worker has in hand is waited for ten seconds, not longer", async () => {
  const { post, clock, client, wakes } = world({
    claimed: [],
    verbs: {
      sms_get_delivery: () => ({ outcome: "found", state: "in_hand", turn_in_ms: null, message: row() }),
    },
  });
  assert.equal((await post(hello)).status, 202);
  assert(clock.time > 9_000 && clock.time <= 10_000, String(clock.time));
  assert(client.of("sms_get_delivery").length < 30);
  assert.equal(wakes(), 1);
});

Deno.test("a result that cannot be recorded at once is recorded later", async () => {
  let attempts = 0;
  const { post, client } = world({
    verbs: {
      sms_record_deliveries: () => ++attempts < 3 ? fail() : [{ message_id: ID, outcome: "recorded" }],
    },
  });
  assert.equal((await post(hello)).status, 201);
  assert.equal(client.of("sms_record_deliveries").length, 3);
});

Deno.test("a mistake of ours after the text was stored is not an error: whoever called would send it again", async () => {
  const { post, wakes, context } = world({ deliver: () => Promise.reject(new Error("a bug")) });
  assert.equal((await post(hello)).status, 202);
  assert.equal(wakes(), 1);
  assert(context.lines.some((line) => line.includes("LEFT_TO_WORKER")));
});

const failures: [string, Partial<Message>, string, Record<string, unknown>][] = [
  ["Twilio's code", { status: "failed", error_code: "21211" }, "TWILIO_21211", { twilio_code: 21211 }],
  ["a status without Twilio's code", { status: "failed", error_code: "HTTP_404" }, "HTTP_404", {}],
  [
    "a person's own canceling",
    { status: "canceled", error_code: "CANCELED_BY_USER" },
    "CANCELED_BY_USER",
    {},
  ],
];

for (const [what, message, code, details] of failures) {
  Deno.test(`${what} is the error of a text that was not sent, with the row that stays`, async () => {
    const failed = row({ error_message: "Why, and what to do.", ...message });
    const { post } = world({
      verbs: {
        sms_get_delivery: () => ({ outcome: "found", state: "settled", turn_in_ms: null, message: failed }),
      },
    });
    await assert.rejects(post(hello), refusedWith(422, code, { message_id: ID, ...details }));
  });
}

Deno.test("a text that Twilio took is a 201, whatever a quick callback says of it", async () => {
  const failed = row({ message_sid: SID, status: "undelivered", error_code: "30003" });
  const { post } = world({
    verbs: {
      sms_get_delivery: () => ({ outcome: "found", state: "settled", turn_in_ms: null, message: failed }),
    },
  });
  const response = await post(hello);
  assert.equal(response.status, 201);
  assert.equal((await response.json()).message.status, "undelivered");
});

Deno.test("a repeated request is answered with 200 and the row as it is, and delivers nothing", async () => {
  for (
    const [message, wakes] of [[sent, 0], [row({ status: "failed", error_code: "21211" }), 0], [
      row(),
      1,
    ]] as const
  ) {
    const repeated = world({ verbs: { sms_create_message: () => ({ outcome: "repeated", message }) } });
    const response = await repeated.post(hello, { "idempotency-key": "one" });
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { message });
    assert.deepEqual([repeated.client.of("sms_claim_deliveries").length, repeated.wakes()], [0, wakes]);
  }
});

Deno.test("a request without a key has one of its own, so that what the runtime repeats is stored and sent once", async () => {
  const resent = world({ verbs: { sms_create_message: () => ({ outcome: "repeated", message: row() }) } });
  assert.equal((await resent.post(hello)).status, 201);
  assert.equal((await resent.post(hello)).status, 201);
  const keys = resent.client.of("sms_create_message").map((args) => args.idempotency_key);
  assert.match(String(keys[0]), /^[0-9a-f-]{36}$/);
  assert.notEqual(keys[0], keys[1]);
  assert.equal(resent.delivered.length, 2);

  const busy = { outcome: "IDEMPOTENCY_KEY_IN_USE", retry_after_ms: 1_000 };
  const both = world({ verbs: { sms_create_message: () => busy } });
  await assert.rejects(both.post(hello), refusedWith(503, "UNAVAILABLE"));
  await assert.rejects(
    both.post(hello, { "idempotency-key": "one" }),
    refusedWith(409, "IDEMPOTENCY_KEY_IN_USE"),
  );
});

Deno.test("a database that cannot be reached is a 503 that says how to repeat safely", async () => {
  for (const verb of ["sms_create_message", "sms_create_broadcast"]) {
    const { post } = world({ verbs: { [verb]: fail } });
    const to = verb === "sms_create_message" ? hello.to : [hello.to];
    await assert.rejects(post({ ...hello, to }), (error) => {
      assert(error instanceof AppError);
      assert.deepEqual([error.status, error.code, error.headers], [503, "UNAVAILABLE", {
        "retry-after": "1",
      }]);
      assert.match(error.message, /Idempotency-Key/);
      return true;
    });
  }
});

Deno.test("a list of recipients is a broadcast, even of one: 202, and who was refused under the number as written", async () => {
  const { post, client, delivered, wakes, context } = world();
  const to = ["+14155550101", "+1 (415) 555-0102", "Bob"];
  const response = await post({ to, body: "Hello", name: "News" });
  assert.equal(response.status, 202);
  assert.deepEqual(BroadcastResponse.parse(await response.json()), {
    broadcast,
    accepted: 1,
    rejected: [{ to: "+1 (415) 555-0102", code: "RECIPIENT_OPTED_OUT" }, {
      to: "Bob",
      code: "INVALID_RECIPIENT",
    }],
  });
  const [asked] = client.of("sms_create_broadcast");
  assert.deepEqual([asked?.to_numbers, asked?.name], [["+14155550101", "+14155550102", "Bob"], "News"]);
  assert.deepEqual([delivered.length, wakes()], [0, 1]);
  assert.deepEqual([context.notes.outcome, context.notes.broadcast_id], ["created", ID]);
  assert.equal((await post({ to: ["+14155550101"], body: "Hello" })).status, 202);
});

Deno.test("a repeated broadcast is answered with 200", async () => {
  const { post } = world({
    verbs: { sms_create_broadcast: () => ({ outcome: "repeated", broadcast, accepted: 1, rejected: [] }) },
  });
  const request = { to: ["+14155550101"], body: "Hello" };
  assert.equal((await post(request, { "idempotency-key": "one" })).status, 200);
  assert.equal((await post(request)).status, 202, "repeated by the runtime alone");
});

Deno.test("the largest request there can be is taken", async () => {
  const { post } = world();
  const to = Array.from({ length: 1_000 }, (_, index) => `+1 (415) ${1_000_000 + index}`.padEnd(64));
  const media_urls = Array.from({ length: 10 }, () => `https://example.com/${"x".repeat(2_028)}`);
  const body = "\u{1F44B}".repeat(1_600);
  assert.equal((await post({ to, body, media_urls })).status, 202);
});
