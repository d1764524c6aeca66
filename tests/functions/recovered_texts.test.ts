import { strict as assert } from "node:assert";
import { conversationWith, storedText } from "./rows.ts";
import { answer, phone, quiet, sentTo, settled, stackForFile, until } from "./support.ts";
import { connectTenant } from "./tenants.ts";

// Accounts are listed at every tick here, and the webhook fails whenever a test wants it to.
// A second's delay, so that texts that are recovered together are one turn.
const stack = await stackForFile({ functionEnv: { SMS_LEASE_SECONDS: "2" }, tickMs: 300 }, {
  reply_delay_ms: 1_000,
});
const { sql, carrier, failPoints, model } = stack;
await sql`update sms_private.settings set value = '0' where name = 'listing_interval_seconds'`;
// As if connected a day ago: what these tests recover came since.
await sql`update public.sms_numbers set created_at = created_at - interval '1 day'`;
await sql`update public.sms_accounts set created_at = created_at - interval '1 day'`;
await sql`delete from sms_private.questions where kind = 'listing'`;
Deno.test.beforeEach(() => {
  carrier.faults.reset();
  failPoints.clear();
});

/** A text that no webhook could store; `minutes` old. */
async function missed(
  from: string,
  body: string,
  more: { to?: string; minutes?: number; media?: { contentType: string }[] } = {},
) {
  const { to = stack.number, minutes = 0, ...rest } = more;
  // Kept out of the list until its age is set.
  carrier.faults.set({ listLagMs: 7 * 86_400_000 });
  // One attempt, and the three that a 503 has Twilio try again.
  const point = failPoints.arm({
    on: "rpc",
    name: "sms_receive_message",
    moment: "before",
    action: { status: 503 },
    times: 4,
  });
  const { message, ok } = await carrier.text({ from, to, body, ...rest });
  assert.equal(ok, false, "the webhook fails");
  point.disarm();
  message.dateCreated.setMinutes(message.dateCreated.getMinutes() - minutes);
  return message;
}

const listAgain = () => carrier.faults.set({ listLagMs: 0 });
const stored = async (from: string) =>
  (await sql`select body from public.sms_messages where from_number = ${from} and direction = 'inbound'
    order by seq`).map(({ body }) => body);

Deno.test("texts that came while nothing could be stored appear once, in order, and are answered once", async () => {
  const contact = phone();
  await missed(contact, "Hello", { minutes: 3 });
  await missed(contact, "Are you there?", { minutes: 2 });
  const last = await missed(contact, "When do you open?", { minutes: 1 });
  listAgain();
  await until("they are answered", () => sentTo(stack, contact).length > 0);
  await settled(stack, contact);
  assert.deepEqual(await stored(contact), ["Hello", "Are you there?", "When do you open?"]);
  assert.equal(sentTo(stack, contact).length, 1);
  const row = await storedText(sql, last.sid);
  assert.equal(row.date_created.getTime(), Math.floor(last.dateCreated.getTime() / 1000) * 1000);
  // Twilio delivers one of them after all.
  const { attempts } = await carrier.text({
    from: contact,
    to: stack.number,
    body: "",
    messageSid: last.sid,
  });
  assert.deepEqual(attempts.map(({ status }) => status), [200]);
  await quiet(stack);
  assert.deepEqual([(await stored(contact)).length, sentTo(stack, contact).length], [3, 1]);
});

Deno.test("a text older than half an hour is stored and not answered; the next fresh one is", async () => {
  const contact = phone();
  const old = await missed(contact, "Is the shop open?", { minutes: 45 });
  listAgain();
  await until("it is stored", async () => (await stored(contact)).length === 1);
  await quiet(stack);
  assert.deepEqual(sentTo(stack, contact), []);
  assert.equal((await storedText(sql, old.sid)).conversation_id, (await conversationWith(sql, contact)).id);
  model.answerNext(answer("Yes, now."));
  await missed(contact, "And now?");
  listAgain();
  await until("it is answered", () => sentTo(stack, contact).length > 0);
  await settled(stack, contact);
  assert.deepEqual(sentTo(stack, contact), ["Yes, now."]);
});

Deno.test("a recovered text has its attachments, where a webhook would have named them", async () => {
  const contact = phone();
  const message = await missed(contact, "Look", {
    media: [{ contentType: "image/png" }, { contentType: "image/jpeg" }],
  });
  listAgain();
  await until("it is stored", async () => (await stored(contact)).length === 1);
  const { media } = await storedText(sql, message.sid);
  const base = `${carrier.url}/2010-04-01/Accounts/${stack.accountSid}/Messages/${message.sid}/Media`;
  assert.deepEqual(media, [
    { url: `${base}/${message.media[0]?.sid}`, content_type: "image/png" },
    { url: `${base}/${message.media[1]?.sid}`, content_type: "image/jpeg" },
  ]);
});

Deno.test("a STOP that is recovered opts out, and nothing is said to it", async () => {
  const contact = phone();
  await missed(contact, "STOP", { minutes: 5 });
  listAgain();
  await until("it is stored", async () => (await stored(contact)).length === 1);
  const [row] =
    await sql`select opted_out_at, opt_out_source from public.sms_contacts where number = ${contact}`;
  assert.deepEqual([row?.opted_out_at instanceof Date, row?.opt_out_source], [true, "keyword"]);
  await quiet(stack);
  assert.deepEqual(sentTo(stack, contact), []);
});

Deno.test("a text to a number that is not ours, in the same account, is none of our business", async () => {
  const [contact, elsewhere] = [phone(), phone()];
  carrier.addNumber(stack.accountSid, { number: elsewhere, smsUrl: "" });
  const foreign = (await carrier.text({ from: contact, to: elsewhere, body: "For another system" })).message;
  const ours = await missed(contact, "For us", { minutes: 45 });
  listAgain();
  await until("ours is stored", async () => (await stored(contact)).length === 1);
  await storedText(sql, ours.sid);
  assert.equal((await sql`select from public.sms_messages where message_sid = ${foreign.sid}`).length, 0);
});

Deno.test("a text that Twilio lists late is recovered all the same", async () => {
  const contact = phone();
  await missed(contact, "Late", { minutes: 45 });
  const [before] =
    await sql`select listed_until from sms_private.questions where kind = 'listing' and account_sid = ${stack.accountSid}`;
  await until("the list was read without it", async () => {
    const [now] =
      await sql`select listed_until from sms_private.questions where kind = 'listing' and account_sid = ${stack.accountSid}`;
    return now?.listed_until > (before?.listed_until ?? 0);
  });
  assert.deepEqual(await stored(contact), []);
  listAgain();
  await until("it is stored", async () => (await stored(contact)).length === 1);
});

Deno.test("a connected account is listed with its own token; one whose token is wrong holds nobody up", async () => {
  const [tenant, broken] = [await connectTenant(stack), await connectTenant(stack)];
  await sql`update public.sms_numbers set created_at = created_at - interval '1 day'`;
  const contact = phone();
  carrier.rotateToken(broken.accountSid);
  const mine = await missed(contact, "For the tenant", { to: tenant.number });
  listAgain();
  await until("it is stored", async () => (await stored(contact)).length === 1);
  const row = await storedText(sql, mine.sid);
  assert.deepEqual([row.account_sid, row.user_id], [tenant.accountSid, tenant.id]);
  await until("the other one's failure shows", async () => {
    const [health] = await sql`select public.sms_worker_health() -> 'listings' as listings`;
    return health?.listings.failing === 1 && /^20003/.test(health.listings.last_error);
  });
});
