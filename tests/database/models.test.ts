/** What isolates learn of the models for each other, and which models go away. */
import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import type { Sql } from "postgres";
import { addTenant, call, claimReply, finish, phone, text } from "./support.ts";

const SERVER = "models.test/v1";

interface Recalled {
  models: { model: string; quirks: string[]; shutdown_date: string | null; ends_soon: boolean }[];
  listing_due: boolean;
}

const recall = async (sql: Sql, more: Record<string, unknown> = {}) =>
  await call(sql, "sms_recall_models", {
    server: SERVER,
    default_model: "small",
    allowed_models: ["large"],
    ...more,
  }) as unknown as Recalled;

const record = (sql: Sql, models: Record<string, unknown>[], more: Record<string, unknown> = {}) =>
  call(sql, "sms_record_models", { server: SERVER, models, ...more });

async function inDays(sql: Sql, days: number): Promise<string> {
  const [row] = await sql`select (now() + make_interval(days => ${days}))::date::text as day`;
  return String(row?.day);
}

const list = async (sql: Sql, dates: Record<string, string | null>) =>
  await record(
    sql,
    Object.entries(dates).map(([model, shutdown_date]) => ({ model, shutdown_date })),
    { listed: true },
  );

emptyDbTest("what one isolate learns of a model, the others recall, server by server", async ({ sql }) => {
  assert.deepEqual((await recall(sql)).models, []);
  await record(sql, [{ model: "small", quirks: ["store", "verbosity"] }]);
  await record(sql, [{ model: "small", quirks: ["temperature", "store"] }, { model: "large", quirks: [] }]);
  assert.deepEqual((await recall(sql)).models, [
    { model: "large", quirks: [], shutdown_date: null, ends_soon: false },
    { model: "small", quirks: ["store", "temperature", "verbosity"], shutdown_date: null, ends_soon: false },
  ]);
  assert.deepEqual((await recall(sql, { server: "elsewhere.test/v1" })).models, []);
});

emptyDbTest("what was learned a week ago is forgotten, because servers are upgraded", async ({ sql }) => {
  await recall(sql);
  await record(sql, [{ model: "small", quirks: ["store"] }]);
  await sql`update sms_private.models set learned_at = now() - interval '6 days 23 hours'`;
  assert.deepEqual((await recall(sql)).models[0]?.quirks, ["store"]);
  await sql`update sms_private.models set learned_at = now() - interval '7 days 1 hour'`;
  assert.deepEqual((await recall(sql)).models[0]?.quirks, []);
  await record(sql, [{ model: "small", quirks: ["verbosity"] }]);
  assert.deepEqual((await recall(sql)).models[0]?.quirks, ["verbosity"], "and does not come back");
});

emptyDbTest("one isolate at a time asks the server for its models, once a day", async ({ sql }) => {
  const heard = await Promise.all(Array.from({ length: 8 }, () => recall(sql)));
  assert.equal(heard.filter(({ listing_due }) => listing_due).length, 1);
  await sql`update sms_private.model_servers set list_after = list_after - interval '61 minutes'`;
  assert.equal((await recall(sql)).listing_due, true, "the first got no list: another tries an hour later");
  await list(sql, { small: null });
  await sql`update sms_private.model_servers set list_after = list_after - interval '23 hours'`;
  assert.equal((await recall(sql)).listing_due, false);
  assert.equal(
    (await recall(sql, { default_model: "other" })).listing_due,
    false,
    "a new setting changes nothing",
  );
  await sql`update sms_private.model_servers set list_after = list_after - interval '61 minutes'`;
  assert.equal((await recall(sql)).listing_due, true);
});

emptyDbTest("a list keeps what was learned, and a date that was taken back is gone", async ({ sql }) => {
  await recall(sql);
  const day = await inDays(sql, 100);
  await record(sql, [{ model: "small", quirks: ["store"] }]);
  await list(sql, { small: day });
  await record(sql, [{ model: "small", quirks: ["verbosity"] }]);
  assert.deepEqual((await recall(sql)).models, [
    { model: "small", quirks: ["store", "verbosity"], shutdown_date: day, ends_soon: false },
  ]);
  await list(sql, { small: null });
  assert.equal((await recall(sql)).models[0]?.shutdown_date, null);
});

emptyDbTest("a model that a server lists twice is recorded once, with its date", async ({ sql }) => {
  await recall(sql);
  const day = await inDays(sql, 100);
  await record(sql, [{ model: "small", shutdown_date: null }, { model: "small", shutdown_date: day }], {
    listed: true,
  });
  assert.equal((await recall(sql)).models[0]?.shutdown_date, day);
});

emptyDbTest("a server that nobody recalled is not recorded", async ({ sql }) => {
  assert.equal((await record(sql, [{ model: "small", quirks: ["store"] }])).outcome, "recorded");
  assert.equal((await sql`select from sms_private.models`).length, 0);
});

emptyDbTest("health names the assistants whose model is shut down within 30 days", async ({ sql }) => {
  const assistants: Record<string, string> = {};
  for (
    const [who, model] of Object.entries({ usual: null, chosen: "large", refused: "gigantic", off: "large" })
  ) {
    const tenant = await addTenant(sql, { model, active: who !== "off" });
    assistants[who] = tenant.assistantId;
  }
  const ending = async () => {
    const { models_ending } = await call(sql, "sms_worker_health") as unknown as {
      models_ending: { assistant_id: string; model: string; shutdown_date: string }[];
    };
    return models_ending.map(({ assistant_id, model, shutdown_date }) => [
      Object.keys(assistants).find((who) => assistants[who] === assistant_id),
      model,
      shutdown_date,
    ]).sort();
  };
  await recall(sql);
  const [soon, later, past] = [await inDays(sql, 30), await inDays(sql, 31), await inDays(sql, -1)];
  await list(sql, { small: later, large: later, gigantic: soon });
  assert.deepEqual(await ending(), []);
  await list(sql, { large: soon });
  assert.deepEqual(await ending(), [["chosen", "large", soon]]);
  await list(sql, { small: past });
  // "gigantic" is not allowed, so the default answers in its place.
  assert.deepEqual(await ending(), [
    ["chosen", "large", soon],
    ["refused", "small", past],
    ["usual", "small", past],
  ]);
  // The operator went to another server.
  await recall(sql, { server: "elsewhere.test/v1", default_model: "small" });
  await call(sql, "sms_record_models", { server: "elsewhere.test/v1", models: [], listed: true });
  assert.deepEqual(await ending(), []);
});

emptyDbTest(
  "health says that the model's provider wants to be paid, after one try a text",
  async ({ sql }) => {
    const tenant = await addTenant(sql);
    assert.equal((await call(sql, "sms_worker_health")).model_without_credit, null);
    const failure = { code: "MODEL_NO_CREDIT", message: "no credit", permanent: true, retry_after_ms: null };
    for (let n = 0; n < 2; n++) {
      await text(sql, tenant, phone(), "Hi");
      assert.equal((await finish(sql, await claimReply(sql), { reply: null, failure })).outcome, "set_aside");
    }
    const { model_without_credit: said } = await call(sql, "sms_worker_health") as unknown as {
      model_without_credit: { replies: number; since: string; last: string };
    };
    assert.equal(said.replies, 2);
    assert(Date.parse(said.since) <= Date.parse(said.last));
    await sql`update sms_private.jobs set set_aside_at = now() - interval '25 hours'`;
    assert.equal(
      (await call(sql, "sms_worker_health")).model_without_credit,
      null,
      "a day later it is history",
    );
  },
);
