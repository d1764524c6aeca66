import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  addEndpoint,
  addTenant,
  addUser,
  type Answer,
  call,
  callAs,
  claimDeliveries,
  claimReply,
  exchange,
  finish,
  message,
  messageSid,
  phone,
  record,
  text,
} from "./support.ts";

interface EventJob {
  endpoint_id: string;
  event_id: string;
  lease_token: string;
  url: string;
  secrets: string[];
  payload: {
    type: string;
    version: number;
    timestamp: string;
    user_id: string;
    data: Record<string, unknown>;
  };
}

async function claim(sql: Sql, batch = 40): Promise<EventJob[]> {
  return (await call(sql, "sms_claim_events", { batch_size: batch, lease_seconds: 90 }))
    .jobs as unknown as EventJob[];
}

async function answered(sql: Sql, job: EventJob, status: number | null, more: Record<string, unknown> = {}) {
  const { endpoint_id, event_id, lease_token } = job;
  const result = { endpoint_id, event_id, lease_token, status, error: null, duration_ms: 5, ...more };
  const [answer] = await call(sql, "sms_record_events", { results: [result] }) as unknown as Answer[];
  return answer?.outcome;
}

/** Takes everything that waits, as an address that always answers 200. */
async function taken(sql: Sql): Promise<EventJob[]> {
  const all: EventJob[] = [];
  for (let jobs = await claim(sql); jobs.length > 0; jobs = await claim(sql)) {
    for (const job of jobs) assert.equal(await answered(sql, job, 200), "delivered");
    all.push(...jobs);
  }
  return all.sort((a, b) => a.event_id < b.event_id ? -1 : 1);
}

const types = (jobs: EventJob[]) => jobs.map(({ payload }) => payload.type);
const endpointRow = async (sql: Sql, id: string) =>
  (await sql`select * from sms_private.event_endpoints where id = ${id}`)[0];
const countOf = async (sql: Sql) => (await sql`select count(*)::int from sms_private.events`)[0]?.count;

dbTest("without an address nothing is noted, whatever happens", async ({ sql, tenant }) => {
  await exchange(sql, tenant, phone());
  await text(sql, tenant, phone(), "STOP");
  assert.equal(await countOf(sql), 0);
  assert.deepEqual(await call(sql, "sms_claim_events", { batch_size: 10, lease_seconds: 90 }), {
    jobs: [],
    next_due_in_ms: null,
    listening: false,
  });
});

dbTest("each transition of a text is one event, with its status as it was then", async ({ sql, tenant }) => {
  await addEndpoint(sql, tenant.userId);
  const contact = phone();
  const replyId = await exchange(sql, tenant, contact, "Are you open?");
  const [delivery] = await claimDeliveries(sql);
  assert(delivery);
  const sid = messageSid();
  await record(sql, delivery, "accepted", { message_sid: sid, status: "queued", num_segments: 1 });
  const report = (status: string) =>
    call(sql, "sms_record_status", {
      account_sid: tenant.accountSid,
      message_sid: sid,
      from_number: tenant.number,
      to_number: contact,
      status,
      error_code: null,
      error_message: null,
      message_id: replyId,
    });
  for (const status of ["sent", "delivered", "delivered", "sent"]) await report(status);
  const events = await taken(sql);
  assert.deepEqual(events.map(({ payload: { type, data } }) => [type, data.status]), [
    ["message.received", "received"],
    ["message.created", "pending"],
    ["message.status_changed", "queued"],
    ["message.status_changed", "sent"],
    ["message.status_changed", "delivered"],
  ]);
  const [received, created] = events.map(({ payload }) => payload);
  assert.deepEqual(
    [received?.version, received?.user_id, received?.data.body, received?.data.from_number],
    [1, tenant.userId, "Are you open?", contact],
  );
  assert.deepEqual([created?.data.message_id, created?.data.sender], [replyId, "assistant"]);
  assert.equal(await countOf(sql), 5, "delivered ones are kept for a replay");
});

dbTest("an opt-out, an opt-in and the hand-overs are one event each", async ({ sql, tenant }) => {
  await addEndpoint(sql, tenant.userId, {
    types: [
      "contact.opted_out",
      "contact.opted_in",
      "conversation.taken_over",
      "conversation.handed_back",
      "conversation.person_called",
    ],
  });
  const contact = phone();
  await text(sql, tenant, contact, "A person, please");
  const job = await claimReply(sql);
  await finish(sql, job, { handoff: true });
  const conversation = { conversation_id: job.conversation_id };
  for (const verb of ["sms_take_over", "sms_take_over", "sms_hand_back", "sms_hand_back"]) {
    await callAs(sql, tenant, verb, conversation);
  }
  for (const word of ["STOP", "STOP", "START", "START"]) await text(sql, tenant, contact, word);
  const events = await taken(sql);
  assert.deepEqual(types(events), [
    "conversation.person_called",
    "conversation.taken_over",
    "conversation.handed_back",
    "contact.opted_out",
    "contact.opted_in",
  ]);
  assert.deepEqual(events[1]?.payload.data, {
    conversation_id: job.conversation_id,
    contact_id: events[3]?.payload.data.contact_id,
    contact_number: contact,
    number: tenant.number,
  });
  assert.deepEqual([events[3]?.payload.data.number, events[3]?.payload.data.source], [contact, "keyword"]);
});

emptyDbTest("a tenant's address is told of its own, the operator's of all, with one id", async ({ sql }) => {
  const [one, two] = [await addTenant(sql), await addTenant(sql)];
  const own = await addEndpoint(sql, one.userId, { types: ["message.received"] });
  const operators = await addEndpoint(sql, null, { types: ["message.received"] });
  await text(sql, one, phone(), "To one");
  await text(sql, two, phone(), "To two");
  const events = await taken(sql);
  const told = (id: string) =>
    events.filter(({ endpoint_id }) => endpoint_id === id).map(({ payload }) => payload.user_id);
  assert.deepEqual(told(own.id), [one.userId]);
  assert.deepEqual(told(operators.id), [one.userId, two.userId]);
  const ids = events.filter(({ payload }) => payload.user_id === one.userId).map(({ event_id }) => event_id);
  assert.equal(new Set(ids).size, 1);
});

dbTest("a text that is rolled back was never an event", async ({ sql, tenant }) => {
  await addEndpoint(sql, tenant.userId);
  await sql.begin(async (transaction) => {
    await text(transaction as unknown as Sql, tenant, phone(), "Hello");
    throw new Error("crash");
  }).catch(() => {});
  assert.deepEqual(await claim(sql), []);
});

dbTest(
  "a claimed event of a dead worker is claimed again with its id, and the late answer is stale",
  async ({ sql, tenant }) => {
    await addEndpoint(sql, tenant.userId);
    await text(sql, tenant, phone(), "Hello");
    const [first] = await claim(sql);
    assert(first);
    assert.deepEqual(await claim(sql), [], "nobody else has it meanwhile");
    await sql`update sms_private.events set due_at = now() - interval '1 second'`;
    const [second] = await claim(sql);
    assert.equal(second?.event_id, first.event_id);
    assert.equal(await answered(sql, first, 200), "stale");
    assert(second);
    assert.equal(await answered(sql, second, 200), "delivered");
    assert.equal(await answered(sql, second, 200), "stale");
  },
);

dbTest(
  "failed calls wait ever longer, are logged, and are given up after the last",
  async ({ sql, tenant }) => {
    const { id } = await addEndpoint(sql, tenant.userId);
    await text(sql, tenant, phone(), "Hello");
    const waits: number[] = [];
    for (let call = 0; call < 10; call += 1) {
      await sql`update sms_private.events set due_at = now()`;
      await sql`update sms_private.event_endpoints set paused_until = null`;
      const [job] = await claim(sql);
      assert(job);
      const outcome = await answered(sql, job, call === 0 ? 500 : null, {
        error: call === 0 ? null : "TIMEOUT",
      });
      assert.equal(outcome, call < 9 ? "postponed" : "given_up");
      const [row] = await sql`select extract(epoch from e.due_at - max(a.at))::float8 as wait
      from sms_private.events e, sms_private.event_attempts a group by e.due_at`;
      waits.push(row?.wait);
    }
    const planned = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    planned.forEach((gap, n) =>
      assert(Math.abs((waits[n] ?? 0) - gap) < gap * 0.1 + 1, `${waits[n]} of ${gap}`)
    );
    const [{ endpoints }] = [await callAs(sql, tenant, "sms_list_event_endpoints")] as [
      Answer & {
        endpoints: [{ attempts: { status: number | null; error: string | null }[]; given_up: number }];
      },
    ];
    assert.equal(endpoints[0].given_up, 1);
    assert.deepEqual(endpoints[0].attempts.map(({ status, error }) => status ?? error).slice(-2), [
      "TIMEOUT",
      500,
    ]);
    assert.equal((await endpointRow(sql, id))?.failures, 10);
  },
);

dbTest("an address that asks for time is called no earlier", async ({ sql, tenant }) => {
  await addEndpoint(sql, tenant.userId);
  await text(sql, tenant, phone(), "Hello");
  const [job] = await claim(sql);
  assert(job);
  await answered(sql, job, 503, { retry_after_ms: 120_000 });
  const [row] = await sql`select due_at > now() + interval '110 seconds' as later from sms_private.events`;
  assert(row?.later);
});

dbTest("410 switches an address off at once, and health says so", async ({ sql, tenant }) => {
  const { id } = await addEndpoint(sql, tenant.userId);
  const other = await addTenant(sql);
  await addEndpoint(sql, other.userId);
  await text(sql, tenant, phone(), "Hello");
  const [job] = await claim(sql);
  assert(job);
  await answered(sql, job, 410);
  await text(sql, tenant, phone(), "Nobody is told");
  assert.equal(await countOf(sql), 1);
  const health = (await call(sql, "sms_worker_health")).events as Record<string, unknown>;
  assert.deepEqual([health.endpoints, health.failing], [1, 0]);
  const [off] = health.disabled as { endpoint_id: string; reason: string }[];
  assert.deepEqual([off?.endpoint_id, off?.reason], [id, "gone"]);
  // A person switches it on again: the failures of before are forgotten.
  const saved = await callAs(sql, tenant, "sms_save_event_endpoint", { endpoint_id: id, active: true });
  const endpoint = saved.endpoint as Record<string, unknown>;
  assert.deepEqual([endpoint.active, endpoint.disabled_reason, endpoint.failures], [true, null, 0]);
});

dbTest(
  "days without a success switch an address off, a success in between does not",
  async ({ sql, tenant }) => {
    const { id } = await addEndpoint(sql, tenant.userId);
    const fail = async (status: number) => {
      await text(sql, tenant, phone(), "Hello");
      await sql`update sms_private.event_endpoints set paused_until = null`;
      await sql`update sms_private.events set due_at = now() where ended_at is null`;
      const [job] = await claim(sql);
      assert(job);
      await answered(sql, job, status);
    };
    const age = () =>
      sql`update sms_private.event_endpoints set failing_since = failing_since - interval '6 days'`;
    await fail(500);
    await age();
    await fail(200);
    await fail(500);
    assert.equal((await endpointRow(sql, id))?.active, true);
    await age();
    await fail(500);
    const row = await endpointRow(sql, id);
    assert.deepEqual([row?.active, row?.disabled_reason], [false, "failing"]);
  },
);

emptyDbTest(
  "addresses that fail wait in a pause and leave the slots to those that answer",
  async ({ sql }) => {
    const failing = await Promise.all(Array.from({ length: 25 }, () => addTenant(sql)));
    const sound = await addTenant(sql);
    for (const tenant of [...failing, sound]) {
      await addEndpoint(sql, tenant.userId, { types: ["message.received"] });
      for (let n = 0; n < 6; n += 1) await text(sql, tenant, phone(), "Hello");
    }
    await sql`update sms_private.event_endpoints set failing_since = now() where user_id <> ${sound.userId}`;
    const jobs = await claim(sql);
    const of = (userId: string) => jobs.filter(({ payload }) => payload.user_id === userId).length;
    assert.equal(of(sound.userId), 4, "four of one address at a time");
    assert.equal(jobs.length, 24, "and twenty of all that fail, one each");
    assert(failing.every(({ userId }) => of(userId) <= 1));
    assert.deepEqual(await claim(sql), [], "no more of them while those are on their way");
    const [hanging] = jobs.filter(({ payload }) => payload.user_id !== sound.userId);
    assert(hanging);
    await sql`update sms_private.event_endpoints set failures = 8 where id = ${hanging.endpoint_id}`;
    await answered(sql, hanging, null, { error: "TIMEOUT" });
    const later = await claim(sql);
    assert(
      later.every(({ endpoint_id }) => endpoint_id !== hanging.endpoint_id),
      "paused after three in a row",
    );
    assert.equal(later.length, 1, "its place goes to another");
  },
);

dbTest(
  "a replay posts one event or all since a time again, with the ids they had",
  async ({ sql, tenant }) => {
    const { id } = await addEndpoint(sql, tenant.userId, { types: ["message.received"] });
    for (const body of ["One", "Two", "Three"]) await text(sql, tenant, phone(), body);
    const first = await taken(sql);
    const replay = (args: Record<string, unknown>) =>
      callAs(sql, tenant, "sms_replay_events", { endpoint_id: id, ...args });
    assert.deepEqual(await replay({ event_id: first[1]?.event_id }), { outcome: "replayed", events: 1 });
    assert.deepEqual((await taken(sql)).map(({ payload }) => payload.data.body), ["Two"]);
    assert.deepEqual(await replay({ since: new Date(0) }), { outcome: "replayed", events: 3 });
    const again = await taken(sql);
    assert.deepEqual(again.map(({ event_id }) => event_id), first.map(({ event_id }) => event_id));
    assert.equal((await replay({ event_id: crypto.randomUUID() })).outcome, "EVENT_NOT_FOUND");
    assert.equal((await replay({})).outcome, "EVENT_OR_SINCE");
    assert.equal(
      (await replay({ since: new Date(), event_id: first[0]?.event_id })).outcome,
      "EVENT_OR_SINCE",
    );
  },
);

dbTest("an erased message is told to nobody", async ({ sql, tenant }) => {
  await addEndpoint(sql, tenant.userId);
  const stored = await text(sql, tenant, phone(), "Forget me");
  assert.equal((await message(sql, stored.message_id)).body, "Forget me");
  await sql`delete from public.sms_messages where id = ${stored.message_id as string}`;
  assert.deepEqual(await claim(sql), []);
  assert.equal(await countOf(sql), 0);
  const [columns] = await sql`select string_agg(to_jsonb(e)::text, '') as all from sms_private.events e`;
  assert(!String(columns?.all).includes("Forget"));
});

dbTest(
  "a secret is told once, and a rotation signs with both until its overlap ends",
  async ({ sql, tenant }) => {
    const made = await callAs(sql, tenant, "sms_save_event_endpoint", { url: "https://example.com/e" });
    const { id } = made.endpoint as { id: string };
    assert.match(made.secret as string, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const changed = await callAs(sql, tenant, "sms_save_event_endpoint", { endpoint_id: id, active: true });
    const listed = await callAs(sql, tenant, "sms_list_event_endpoints");
    for (const answer of [changed, listed]) assert(!JSON.stringify(answer).includes("whsec_"));
    const rotate = (overlap_hours: number | null) =>
      callAs(sql, tenant, "sms_rotate_event_secret", { endpoint_id: id, overlap_hours });
    const rotated = await rotate(24);
    const secrets = async () => {
      await text(sql, tenant, phone(), "Hello");
      const [job] = await taken(sql);
      return job?.secrets;
    };
    assert.deepEqual(await secrets(), [rotated.secret, made.secret]);
    await sql`update sms_private.event_endpoints set previous_until = now()`;
    assert.deepEqual(await secrets(), [rotated.secret]);
    const leaked = await rotate(0);
    assert.deepEqual(await secrets(), [leaked.secret]);
    for (const hours of [-1, 169, null]) {
      assert.deepEqual(await rotate(hours), {
        outcome: "INVALID_OVERLAP",
      });
    }
  },
);

dbTest(
  "a test is one event however often it is asked for, and none for an address that is off",
  async ({ sql, tenant }) => {
    const { id } = await addEndpoint(sql, tenant.userId, { types: ["contact.opted_out"] });
    const press = () => callAs(sql, tenant, "sms_test_event_endpoint", { endpoint_id: id });
    const [first, second] = [await press(), await press()];
    assert.deepEqual([first.outcome, second.event_id], ["queued", first.event_id]);
    assert.deepEqual((await taken(sql)).map(({ payload }) => [payload.type, payload.data.endpoint_id]), [
      ["endpoint.test", id],
    ]);
    await callAs(sql, tenant, "sms_save_event_endpoint", { endpoint_id: id, active: false });
    assert.deepEqual(await press(), { outcome: "ENDPOINT_OFF" });
    const replay = { endpoint_id: id, since: new Date(0) };
    assert.deepEqual(await callAs(sql, tenant, "sms_replay_events", replay), { outcome: "ENDPOINT_OFF" });
  },
);

dbTest(
  "what is no https address, an unknown type and a fourth address are refused",
  async ({ sql, tenant }) => {
    const save = async (args: Record<string, unknown>) =>
      (await callAs(sql, tenant, "sms_save_event_endpoint", args)).outcome;
    for (
      const url of [
        "",
        "example.com",
        "http://example.com/",
        "ftp://example.com",
        "https://",
        "https://a b.com",
        "https://user:secret@example.com/",
        "https://example.com/#a",
        `https://example.com/${"a".repeat(2048)}`,
        null,
      ]
    ) assert.equal(await save({ url }), "INVALID_EVENT_URL", String(url));
    assert.equal(await save({ url: "https://example.com", types: ["message.sent"] }), "UNKNOWN_EVENT_TYPE");
    for (
      const url of ["https://example.com", "https://example.com:8443/a?b=c", "http://localhost:3000/hooks"]
    ) {
      assert.equal(await save({ url }), "saved", url);
    }
    assert.equal(await save({ url: "https://example.com" }), "TOO_MANY_ENDPOINTS");
    const [row] = await sql`select count(*)::int from sms_private.event_endpoints`;
    assert.equal(row?.count, 3);
  },
);

emptyDbTest("the secret key manages a tenant's addresses and the operator's, each apart", async ({ sql }) => {
  const owner_id = await addUser(sql);
  const manage = (owner_id: string | null, action: string, args: Record<string, unknown> = {}) =>
    call(sql, "sms_manage_events_for", { owner_id, action, arguments: args });
  const operators = await addEndpoint(sql, null);
  const tenants = await addEndpoint(sql, owner_id);
  for (const action of ["save", "rotate", "test", "delete"]) {
    assert.equal(
      (await manage(owner_id, action, { endpoint_id: operators.id })).outcome,
      "ENDPOINT_NOT_FOUND",
    );
    assert.equal((await manage(null, action, { endpoint_id: tenants.id })).outcome, "ENDPOINT_NOT_FOUND");
  }
  const listed = await manage(null, "list") as Answer & { endpoints: { id: string }[] };
  assert.deepEqual(listed.endpoints.map(({ id }) => id), [operators.id]);
  assert.equal((await manage(null, "rename")).outcome, "UNKNOWN_ACTION");
  assert.equal(
    (await manage(crypto.randomUUID(), "save", { url: "https://a.com" })).outcome,
    "USER_NOT_FOUND",
  );
  assert.deepEqual(await manage(owner_id, "delete", { endpoint_id: tenants.id }), { outcome: "deleted" });
  await sql`delete from auth.users where id = ${owner_id}`;
});

dbTest("events and attempts go after a week, those of a deleted address at once", async ({ sql, tenant }) => {
  const kept = await addEndpoint(sql, tenant.userId);
  const gone = await addEndpoint(sql, tenant.userId);
  await text(sql, tenant, phone(), "Hello");
  await taken(sql);
  await callAs(sql, tenant, "sms_delete_event_endpoint", { endpoint_id: gone.id });
  assert.equal(await countOf(sql), 1);
  await sql`update sms_private.events set occurred_at = now() - interval '8 days'`;
  await sql`update sms_private.event_attempts set at = now() - interval '8 days'`;
  await callAs(sql, tenant, "sms_save_event_endpoint", { endpoint_id: kept.id, active: false });
  await claim(sql);
  assert.equal(await countOf(sql), 0);
  assert.deepEqual([...await sql`select * from sms_private.event_attempts`], []);
});

emptyDbTest(
  "a token without a subject has no addresses, and the operator's are not its own",
  async ({ sql }) => {
    const { id: endpoint_id } = await addEndpoint(sql, null);
    const nobody = (verb: string, args: Record<string, unknown> = {}) =>
      sql.begin(async (transaction) => {
        await transaction`set local role authenticated`;
        return await call(transaction as unknown as Sql, verb, args);
      });
    const before = await endpointRow(sql, endpoint_id);
    assert.deepEqual((await nobody("sms_list_event_endpoints")).endpoints, []);
    assert.equal(
      (await nobody("sms_save_event_endpoint", { url: "https://a.com" })).outcome,
      "USER_NOT_FOUND",
    );
    for (
      const [verb, args] of [
        ["sms_save_event_endpoint", { endpoint_id, url: "https://a.com" }],
        ["sms_rotate_event_secret", { endpoint_id }],
        ["sms_test_event_endpoint", { endpoint_id }],
        ["sms_replay_events", { endpoint_id, since: new Date(0) }],
        ["sms_delete_event_endpoint", { endpoint_id }],
      ] as const
    ) assert.deepEqual(await nobody(verb, args), { outcome: "ENDPOINT_NOT_FOUND" }, verb);
    assert.deepEqual(await endpointRow(sql, endpoint_id), before);
  },
);

dbTest("an update that names the status without changing it is no event", async ({ sql, tenant }) => {
  await addEndpoint(sql, tenant.userId, { types: ["message.status_changed"] });
  await text(sql, tenant, phone(), "Hello");
  await sql`update public.sms_messages set status = status, error_code = error_code`;
  await sql`update public.sms_messages set intent = 'question'`;
  assert.deepEqual(await claim(sql), []);
});
