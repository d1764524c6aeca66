import assert from "node:assert/strict";
import { StatsResponse } from "../../../supabase/functions/_shared/sms/contract/stats.ts";
import { DatabaseError, isTransient } from "../../../supabase/functions/_shared/sms/database/rpc.ts";
import { showStats } from "../../../supabase/functions/sms-stats/handler.ts";
import { contextWith, fakeClient } from "../sms/support.ts";

const NOTHING: StatsResponse = {
  from: "2026-11-22T00:00:00+00:00",
  to: "2026-11-23T00:00:00+00:00",
  bucket: "day",
  time_zone: "UTC",
  totals: {
    inbound: 0,
    outbound: 0,
    delivered: 0,
    failed: 0,
    delivery_rate: null,
    segments: 0,
    conversations: 0,
    opt_outs: 0,
    opt_ins: 0,
    statuses: [],
    intents: [],
    cost: [],
    answer_time: { count: 0, median_ms: null, p95_ms: null },
  },
  series: [],
};

function ask(query: string, answer: () => unknown = () => ({ outcome: "summarized", ...NOTHING })) {
  const client = fakeClient({ sms_summarize_messages: answer });
  const path = query.startsWith("/") ? query : `?${query}`;
  const response = showStats("sms-stats")(new Request(`http://x.test/sms-stats${path}`), contextWith(client));
  return { client, response };
}

async function refusal(query: string, answer?: () => unknown): Promise<[number, string]> {
  const error = await ask(query, answer).response.then(() => null, (error) => error);
  return [error?.status, error?.code];
}

Deno.test("without a query the database is left to choose the range", async () => {
  const { client, response } = ask("");
  assert.deepEqual(await (await response).json(), NOTHING);
  assert.deepEqual(client.of("sms_summarize_messages"), [{
    from_at: null,
    from_day: null,
    to_at: null,
    to_day: null,
    bucket: "day",
    time_zone: "UTC",
    phone_number_id: null,
    assistant_id: null,
  }]);
});

Deno.test("a time goes to the database in UTC, a day as it is", async () => {
  const { client, response } = ask(
    "from=2026-11-01T09%3A00%3A00%2B14%3A00&to=2026-11-20&time_zone=Asia/Kathmandu",
  );
  await response;
  const [args] = client.of("sms_summarize_messages");
  assert.deepEqual([args?.from_at, args?.from_day, args?.to_at, args?.to_day, args?.time_zone], [
    "2026-10-31T19:00:00.000Z",
    null,
    null,
    "2026-11-20",
    "Asia/Kathmandu",
  ]);
});

Deno.test("what is not a query of this function never reaches the database", async (t) => {
  const queries = [
    "from=yesterday",
    "from=2026-02-30",
    "from=0000-01-01",
    "to=9999-12-31T00:00:00Z",
    "to=2026-11-23T09:00:00",
    "from=2026-11-01&from=2026-11-02",
    "bucket=week",
    "time_zone=",
    `time_zone=${"Europe/".repeat(10)}`,
    "phone_number_id=1",
    "assistant_id=",
    "user_id=00000000-0000-4000-8000-000000000000",
  ];
  for (const query of queries) {
    await t.step(query, async () => {
      const { client, response } = ask(query);
      await assert.rejects(response, { status: 400, code: "INVALID_REQUEST" });
      assert.equal(client.calls.length, 0);
    });
  }
  await t.step("another path", async () => assert.deepEqual(await refusal("/7"), [404, "NOT_FOUND"]));
});

Deno.test("the database's refusals have their answers, and its failure is left to the endpoint", async () => {
  const refused = (outcome: string) => refusal("", () => ({ outcome }));
  assert.deepEqual(await refused("INVALID_TIME_ZONE"), [400, "INVALID_TIME_ZONE"]);
  assert.deepEqual(await refused("INVALID_RANGE"), [400, "INVALID_RANGE"]);
  assert.deepEqual(await refused("INVALID_BUCKET"), [400, "INVALID_BUCKET"]);
  assert.deepEqual(await refused("RANGE_TOO_LARGE"), [400, "RANGE_TOO_LARGE"]);
  assert.deepEqual(await refused("NUMBER_NOT_FOUND"), [404, "NUMBER_NOT_FOUND"]);
  assert.deepEqual(await refused("ASSISTANT_NOT_FOUND"), [404, "ASSISTANT_NOT_FOUND"]);
  const gone = await ask("", () => Promise.reject(new Error("gone"))).response.catch((error) => error);
  assert(gone instanceof DatabaseError && isTransient(gone), "which answers 503");
  const strange = await ask("", () => ({ outcome: "summarized" })).response.catch((error) => error);
  assert(
    strange instanceof DatabaseError && !isTransient(strange),
    "a mistake of ours: nobody need try again",
  );
});
