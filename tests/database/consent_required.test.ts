/** Automatic first texts need a consent: when a broadcast is stored, and again when its texts are claimed. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { agree, messageOf, phones, send, sendFor, textsOf } from "./sending.ts";
import {
  addTenant,
  as,
  call,
  callAs,
  claimDeliveries,
  exchange,
  message,
  PERMISSION_DENIED,
  phone,
  stateOf,
  type Tenant,
  text,
} from "./support.ts";

type Line = Record<string, unknown>;

/** As anybody asks for it: nobody agrees before. */
const broadcast = (sql: Sql, tenant: Tenant, to_numbers: string[], more: Line = {}) =>
  callAs(sql, tenant, "sms_create_broadcast", { to_numbers, body: "News", ...more });
const record = (sql: Sql, tenant: Tenant, number: string, basis: string, given_at = "2026-05-01T09:00:00Z") =>
  callAs(sql, tenant, "sms_record_consents", {
    consents: sql.json([{ number, basis, given_at, words: "As told", page: "https://example.com" }]),
  });
const requireFrom = (sql: Sql, required_from: unknown) =>
  as(sql, { role: "service_role" }, (secret) => call(secret, "sms_require_consent", { required_from }));
const setPromotional = (sql: Sql, bases: string[]) =>
  sql`update sms_private.settings set value = ${sql.json(bases)} where name = 'promotional_consent'`;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const wroteAt = async (sql: Sql, number: string) =>
  (await sql`select wrote_at from public.sms_contacts where number = ${number}`)[0]?.wrote_at ?? null;

emptyDbTest("a broadcast reaches who agreed, and says of the others that they did not", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const [wrote, typed, filled, listed, bought, stranger, known] = phones(7) as [string, ...string[]];
  await text(sql, tenant, wrote, "Hello");
  await record(sql, tenant, typed ?? "", "keyword");
  await record(sql, tenant, filled ?? "", "form");
  await record(sql, tenant, listed ?? "", "import");
  await record(sql, tenant, bought ?? "", "transactional");
  await sql`insert into public.sms_contacts (user_id, number) values (${tenant.userId}, ${known ?? ""})`;
  const to = [wrote, typed, filled, listed, bought, stranger, known] as string[];
  const answer = await broadcast(sql, tenant, to);
  const refused = to.slice(4).map((number) => ({ to: number, code: "NO_CONSENT" }));
  assert.deepEqual([answer.outcome, answer.accepted, answer.rejected], ["created", 4, refused]);
  const { id, rejected } = answer.broadcast as { id: string; rejected: unknown };
  assert.deepEqual(rejected, refused);
  assert.deepEqual((await textsOf(sql, id)).map((one) => one.to_number), to.slice(0, 4));
  const theirs = await broadcast(sql, other, to);
  assert.deepEqual(
    [theirs.accepted, (theirs.rejected as unknown[]).length],
    [0, 7],
    "a consent is one tenant's",
  );
});

dbTest(
  "START is a consent, and HELP and STOP are none",
  async ({ sql, tenant }) => {
    const [starts, helps, stops] = phones(3) as [string, string, string];
    await text(sql, tenant, starts, "START");
    await text(sql, tenant, helps, "HELP");
    await text(sql, tenant, stops, "STOP");
    const { rejected } = await broadcast(sql, tenant, [starts, helps, stops]);
    assert.deepEqual(rejected, [{ to: helps, code: "NO_CONSENT" }, {
      to: stops,
      code: "RECIPIENT_OPTED_OUT",
    }]);
    assert.deepEqual([await wroteAt(sql, starts), await wroteAt(sql, helps)], [null, null]);
  },
);

dbTest("an opt-out ends each consent of before, and a later one starts anew", async ({ sql, tenant }) => {
  await setPromotional(sql, ["form"]);
  const contact = phone();
  await text(sql, tenant, contact, "Hello");
  await record(sql, tenant, contact, "form");
  assert.equal((await broadcast(sql, tenant, [contact])).accepted, 1);
  await text(sql, tenant, contact, "STOP");
  await text(sql, tenant, contact, "START");
  const ended = await broadcast(sql, tenant, [contact]);
  assert.deepEqual(ended.rejected, [{ to: contact, code: "NO_CONSENT" }], "the form was before STOP");
  assert.equal((await record(sql, tenant, contact, "form", new Date().toISOString())).recorded, 1);
  assert.equal((await broadcast(sql, tenant, [contact])).accepted, 1);
});

dbTest("a consent that ended since is found out at the claim", async ({ sql, tenant }) => {
  await requireFrom(sql, inDays(1));
  const [agreed, stranger] = phones(2) as [string, string];
  await agree(sql, tenant, [agreed]);
  const answer = await broadcast(sql, tenant, [agreed, stranger]);
  assert.equal(answer.accepted, 2, "not before the day");
  await requireFrom(sql, inDays(-1));
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.to_number), [agreed]);
  const texts = await textsOf(sql, (answer.broadcast as { id: string }).id);
  const canceled = texts.find((one) => one.to_number === stranger);
  assert.deepEqual([canceled?.status, canceled?.error_code], ["canceled", "NO_CONSENT"]);
  assert.match(canceled?.error_message, /Record their consent/);
});

dbTest("answers, a person's texts and single texts of an app need no consent", async ({ sql, tenant }) => {
  await setPromotional(sql, []);
  const [asks, first, second] = phones(3) as [string, string, string];
  await exchange(sql, tenant, asks, "When do you open?");
  const sent = [
    await send(sql, tenant, { to_number: first }),
    await sendFor(sql, tenant, { to_number: second }),
  ];
  assert.deepEqual(sent.map(({ outcome }) => outcome), ["created", "created"]);
  assert.deepEqual(
    (await claimDeliveries(sql)).map((job) => job.to_number).sort(),
    [asks, first, second].sort(),
  );
  assert.equal((await message(sql, messageOf(sent[0] ?? { outcome: "" }))).status, "pending");
});

dbTest("a transactional consent covers what serves, and no advertisement", async ({ sql, tenant }) => {
  const [bought, stranger] = phones(2) as [string, string];
  await record(sql, tenant, bought, "transactional");
  const serves = await broadcast(sql, tenant, [bought, stranger], { purpose: "transactional" });
  assert.deepEqual([serves.accepted, serves.rejected], [1, [{ to: stranger, code: "NO_CONSENT" }]]);
  const sells = await broadcast(sql, tenant, [bought, stranger], { purpose: "promotional" });
  assert.deepEqual([sells.accepted, (sells.rejected as unknown[]).length], [0, 2]);
  assert.deepEqual((await claimDeliveries(sql)).map((job) => job.to_number), [bought]);
});

dbTest("an app's promotional text to one contact is as a broadcast to one", async ({ sql, tenant }) => {
  const [agreed, stranger, stopped] = phones(3) as [string, string, string];
  await record(sql, tenant, agreed, "form");
  await text(sql, tenant, stopped, "STOP");
  const purpose = "promotional";
  const outcomes = [];
  for (const to_number of [agreed, stranger, stopped]) {
    outcomes.push((await sendFor(sql, tenant, { to_number, purpose })).outcome);
  }
  assert.deepEqual(outcomes, ["created", "NO_CONSENT", "RECIPIENT_OPTED_OUT"]);
  assert.equal((await sql`select 1 from public.sms_contacts where number = ${stranger}`).length, 0);
  assert.equal((await send(sql, tenant, { to_number: stranger, purpose })).outcome, "created", "a person's");
  await setPromotional(sql, ["keyword"]);
  assert.deepEqual(
    (await claimDeliveries(sql)).map((job) => job.to_number),
    [stranger],
    "at the claim again",
  );
});

dbTest("that a contact wrote is noted once, by their first text", async ({ sql, tenant }) => {
  const contact = phone();
  const sent_at = new Date(Date.now() - 3_600_000);
  await text(sql, tenant, contact, "STOP");
  assert.equal(await wroteAt(sql, contact), null);
  await text(sql, tenant, contact, "START");
  await text(sql, tenant, contact, "Hello", { sent_at });
  assert.deepEqual(await wroteAt(sql, contact), sent_at);
  await text(sql, tenant, contact, "One more thing");
  assert.deepEqual(await wroteAt(sql, contact), sent_at);
  const [events] = await sql`select count(*)::int from public.sms_consent_events`;
  assert.equal(events?.count, 2, "no row a text");
});

emptyDbTest("the operator says from when on it counts, at most a year ahead", async ({ sql }) => {
  const tenant = await addTenant(sql);
  const [stranger] = phones(1) as [string];
  assert.equal((await broadcast(sql, tenant, [stranger])).accepted, 0, "a new project: at once");
  const day = inDays(30);
  const saved = await requireFrom(sql, day);
  assert.deepEqual([saved.outcome, new Date(saved.required_from as string)], ["saved", day]);
  const health = await call(sql, "sms_worker_health");
  assert.deepEqual(new Date(health.consent_required_from as string), day);
  assert.equal((await broadcast(sql, tenant, [stranger])).accepted, 1);
  for (const wrong of [null, inDays(366), "1999-01-01"]) {
    assert.deepEqual(await requireFrom(sql, wrong), { outcome: "INVALID_REQUIRED_FROM" });
  }
  assert.deepEqual(new Date((await call(sql, "sms_worker_health")).consent_required_from as string), day);
  assert.equal(
    await stateOf(callAs(sql, tenant, "sms_require_consent", { required_from: day })),
    PERMISSION_DENIED,
  );
});
