import { strict as assert } from "node:assert";
import { allDelivered, phone, stackForFile, until } from "../functions/support.ts";

const TEXTS = 1_000;
const stack = await stackForFile();
const { sql, carrier } = stack;

Deno.test("1,000 texts to one number at once are stored, answered and reported delivered, once each", async () => {
  const logged = (await Deno.readTextFile(stack.postgresLog)).length;
  const contacts = Array.from({ length: TEXTS }, phone);
  const texts = await Promise.all(
    contacts.map((from) => carrier.text({ from, to: stack.number, body: "Are you open on Sunday?" })),
  );
  assert.equal(texts.filter((text) => text.ok).length, TEXTS, "every webhook took its text");
  await carrier.ledger.waitFor((ledger) => ledger.outbound().length >= TEXTS, { timeoutMs: 120_000 });
  await allDelivered(stack, 60_000);

  const replies = new Map<string, number>();
  for (const { to } of carrier.ledger.outbound()) replies.set(to, (replies.get(to) ?? 0) + 1);
  assert.deepEqual(contacts.filter((contact) => replies.get(contact) !== 1), [], "one reply each");
  assert.equal(carrier.ledger.outbound().length, TEXTS);

  await until("Twilio's answer to every create is stored too", async () => {
    const [row] = await sql`select count(*)::int from sms_private.jobs`;
    return row?.count === 0;
  });
  const rows = await sql`select direction, status, count(*)::int, count(distinct message_sid)::int as sids
    from public.sms_messages group by 1, 2 order by 1`;
  assert.deepEqual([...rows], [
    { direction: "inbound", status: "received", count: TEXTS, sids: TEXTS },
    { direction: "outbound", status: "delivered", count: TEXTS, sids: TEXTS },
  ]);
  const doubled = await sql`select from public.sms_message_events where flags @> '{doubled}'`;
  assert.equal(doubled.length, 0);

  const log = (await Deno.readTextFile(stack.postgresLog)).slice(logged);
  assert(!/deadlock detected/.test(log), "no deadlock in Postgres' log");
  await sql`select pg_stat_force_next_flush()`;
  const [stat] = await sql`select deadlocks::int from pg_stat_database where datname = current_database()`;
  assert.equal(stat?.deadlocks, 0);
});
