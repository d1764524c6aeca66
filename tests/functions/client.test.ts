/** client/ on the real supabase-js, against the whole stack. */
import { strict as assert } from "node:assert";
import { createClient } from "@supabase/supabase-js";
import { createSms, isRefusal, type Sms, SmsError } from "../../client/mod.ts";
import { buyNumber } from "./numbers.ts";
import { anonymous, answer, demoClient, phone, stackForFile, text, until, wake } from "./support.ts";
import { connectTenant, operator } from "./tenants.ts";

const stack = await stackForFile();
const other = await connectTenant(stack);
const supabase = await demoClient(stack);
const sms = createSms(supabase);
const theirs = createSms(other.client);
const asTenant = createSms(operator(stack), { userId: stack.userId });

async function refusalOf(work: Promise<unknown>): Promise<SmsError> {
  const error = await work.then(() => null, (error) => error);
  assert(error instanceof SmsError, String(error));
  return error;
}

/** A conversation that a contact began, answered by the assistant. */
async function conversationOf(contact: string, says = "Are you open on Sunday?"): Promise<string> {
  stack.model.answerNext(answer("We are open from 9 am."));
  await text(stack, contact, says);
  await stack.carrier.ledger.waitFor((ledger) => ledger.outbound({ to: contact }).length === 1);
  return (await sms.conversations.withNumber(contact)).conversation.id;
}

Deno.test("a text is sent once with a key, and waited for until it is delivered", async () => {
  const [to, key] = [phone(), crypto.randomUUID()];
  const message = await sms.send({ to, body: "Your table is ready." }, { key });
  assert.deepEqual([message.to_number, message.sender, message.purpose], [to, "system", "transactional"]);
  assert.equal((await sms.send({ to, body: "Your table is ready." }, { key })).id, message.id);
  assert.equal((await sms.messages.waitFor(message.id)).status, "delivered");
  assert.equal(stack.carrier.ledger.outbound({ to }).length, 1);
  const reused = await refusalOf(sms.send({ to, body: "Another." }, { key }));
  assert.deepEqual([reused.code, reused.status], ["IDEMPOTENCY_KEY_REUSED", 409]);
  assert.match(reused.requestId ?? "", /^[\w-]{16,}$/);
  const hidden = await refusalOf(theirs.messages.waitFor(message.id));
  assert.deepEqual([hidden.code, hidden.status], ["ROW_NOT_FOUND", 404]);
});

Deno.test("a text that fails is told by waitFor(), with what the carrier said", async () => {
  const message = await sms.send({ to: phone(), body: "Later", sendAt: new Date(Date.now() + 3_600_000) });
  const late = await refusalOf(sms.messages.waitFor(message.id, { timeoutMs: 1 }));
  assert.deepEqual([late.code, late.details.status], ["TIMED_OUT", "scheduled"]);
  const notTheirs = await refusalOf(theirs.messages.cancel(message.id));
  assert.deepEqual([notTheirs.code, notTheirs.status], ["MESSAGE_NOT_FOUND", 404]);
  await sms.messages.cancel(message.id);
  const ended = await refusalOf(sms.messages.waitFor(message.id));
  assert(isRefusal(ended, "NOT_DELIVERED"));
  assert.equal(ended.details.error_code, "CANCELED_BY_USER");
});

Deno.test("a conversation is listed, taken over, handed back, read and ended; another tenant has none", async () => {
  const contact = phone();
  const id = await conversationOf(contact);
  const found = [];
  for await (const conversation of sms.conversations.list({ search: contact })) found.push(conversation.id);
  assert.deepEqual(found, [id]);
  assert.equal((await sms.conversations.takeOver(id)).ai_paused_reason, "taken_over");
  assert.equal((await sms.conversations.handBack(id)).ai_paused_until, null);
  const { messages } = await sms.conversations.get(id);
  const read = await sms.conversations.markRead(id, messages[0]?.seq ?? 0);
  assert.equal(read.unread, 0);
  assert.equal((await sms.conversations.assistant(id, false)).ai_enabled, false);
  assert.equal((await sms.conversations.end(id)).status, "ended");
  for (
    const asked of [
      () => theirs.conversations.get(id),
      () => theirs.conversations.takeOver(id),
      () => theirs.conversations.end(id),
      () => theirs.conversations.withNumber(contact),
    ]
  ) {
    const { code, status, message } = await refusalOf(asked());
    assert.deepEqual([code, status, message], [
      "CONVERSATION_NOT_FOUND",
      404,
      "You have no such conversation.",
    ]);
  }
});

Deno.test("list() reads pages as they are needed, and stops at its limit", async () => {
  const contacts = [phone(), phone(), phone()];
  for (const to of contacts) await sms.send({ to, body: "Hello" });
  const newest = async (limit: number) => {
    const found: string[] = [];
    for await (const { contact } of sms.conversations.list({ limit })) found.push(contact.number);
    return found;
  };
  assert.deepEqual(await newest(2), [contacts[2], contacts[1]]);
  assert.deepEqual((await newest(101)).slice(0, 3), contacts.toReversed());
  const first = await sms.conversations.page({ limit: 1 });
  const second = await sms.conversations.page({ limit: 1, cursor: first.next_cursor });
  assert.deepEqual(second.conversations.map(({ contact }) => contact.number), [contacts[1]]);
});

Deno.test("a broadcast is made, looked at, paused, resumed and canceled by its tenant alone", async () => {
  const sendAt = new Date(Date.now() + 3_600_000);
  const [agreed, bought] = [phone(), phone()];
  const told = { given_at: "2026-11-01T09:00:00Z", page: "https://example.com/news" };
  await sms.contacts.consents.record([
    { ...told, number: agreed, basis: "form" },
    { ...told, number: bought, basis: "transactional" },
  ]);
  const { broadcast: { id, purpose }, accepted, rejected } = await sms.broadcast({
    to: [agreed, "nobody"],
    body: "News",
    sendAt,
  });
  assert.equal(purpose, "promotional");
  const served = await sms.broadcast({
    to: [bought],
    body: "Closed today",
    purpose: "transactional",
    sendAt,
  });
  assert.equal(served.broadcast.purpose, "transactional");
  assert.deepEqual([accepted, rejected], [1, [{ to: "nobody", code: "INVALID_RECIPIENT" }]]);
  assert.deepEqual((await sms.broadcast.pause(id)).totals, { scheduled: 1 });
  await sms.broadcast.resume(id);
  assert.equal((await refusalOf(theirs.broadcast.cancel(id))).code, "BROADCAST_NOT_FOUND");
  assert.deepEqual((await sms.broadcast.cancel(id)).totals, { canceled: 1 });
  assert.equal((await refusalOf(sms.broadcast.pause(id))).code, "TOO_LATE");
  assert.deepEqual((await sms.broadcast.get(id)).totals, { canceled: 1 });
});

Deno.test("contacts, templates and assistants are a tenant's own rows, also for a backend", async () => {
  for (const mine of [sms, asTenant]) {
    const number = phone();
    const contact = await mine.contacts.create({ number, name: "Grace" });
    assert.deepEqual([contact.user_id, contact.name], [stack.userId, "Grace"]);
    assert.equal((await mine.contacts.update(contact.id, { name: "Grace H." })).name, "Grace H.");
    assert((await mine.contacts.list()).some(({ id }) => id === contact.id));
    const { code, status } = await refusalOf(theirs.contacts.update(contact.id, { name: "Mine" }));
    assert.deepEqual([code, status], ["ROW_NOT_FOUND", 404]);
    await mine.contacts.optOut(contact.id);
    assert((await mine.contacts.get(contact.id)).opted_out_at);
    const optedOut = await refusalOf(mine.send({ to: number, body: "Hello" }));
    assert(isRefusal(optedOut, "TEMPLATE_NOT_FOUND", "RECIPIENT_OPTED_OUT"));
    const template = await mine.templates.create({ name: crypto.randomUUID(), body: "Hello {{name}}" });
    const missing = await refusalOf(mine.send({ to: phone(), templateId: template.id }));
    assert(isRefusal(missing, "TEMPLATE_VARIABLE_MISSING"));
    assert.deepEqual(missing.details.missing, ["name"]);
    await mine.templates.remove(template.id);
    const assistant = await mine.assistants.create({ name: "Bob", prompt: "You answer." });
    assert.equal((await mine.assistants.update(assistant.id, { verbosity: "high" })).verbosity, "high");
    await theirs.assistants.remove(assistant.id);
    assert.equal((await mine.assistants.get(assistant.id)).name, "Bob");
    await mine.assistants.remove(assistant.id);
    assert.equal((await refusalOf(mine.assistants.get(assistant.id))).code, "ROW_NOT_FOUND");
  }
  const denied = await refusalOf(
    createSms(operator(stack), { userId: crypto.randomUUID() }).contacts.create({
      number: phone(),
    }),
  );
  assert.equal(denied.status, 400);
});

Deno.test("numbers, accounts, previews, figures and limits are those of who asks", async () => {
  for (const mine of [sms, asTenant]) {
    const [number] = await mine.numbers.list();
    assert.equal(number?.number, stack.number);
    assert.equal((await mine.numbers.list({ verify: true }))[0]?.check?.outcome, "configured");
    assert.equal((await mine.numbers.get(number?.id ?? "")).id, number?.id);
    assert.equal((await mine.numbers.repair(number?.id ?? "")).webhook_status, "configured");
    assert.equal((await refusalOf(theirs.numbers.repair(number?.id ?? ""))).code, "NUMBER_NOT_FOUND");
    assert.deepEqual((await mine.accounts.list()).length, 0);
    stack.model.answerNext(answer("We open at seven."));
    const request = {
      assistant: { name: "A", prompt: "You answer." },
      messages: [{ role: "contact", body: "Hi" }],
    } as const;
    assert.equal((await mine.preview(request)).reply, "We open at seven.");
    assert((await mine.preview.models()).default_model);
    const stats = await mine.stats({ from: new Date(Date.now() - 3_600_000), timeZone: "Europe/Berlin" });
    assert(stats.totals.outbound > 0);
    assert.equal((await theirs.stats()).totals.outbound, 0);
    assert.equal((await refusalOf(theirs.stats({ numberId: number?.id ?? "" }))).code, "NUMBER_NOT_FOUND");
    await mine.limits();
  }
  const repairs = createSms(operator(stack), { userId: other.id });
  const [number] = await sms.numbers.list();
  assert.equal((await refusalOf(repairs.numbers.repair(number?.id ?? ""))).code, "NUMBER_NOT_FOUND");
});

Deno.test("a backend connects a tenant's account, and assigns a number of it", async () => {
  const account = stack.carrier.addAccount();
  const { number } = buyNumber(stack, account.accountSid);
  const mine = createSms(operator(stack), { userId: other.id });
  const { accountSid, authToken } = account;
  assert.equal((await mine.accounts.connect({ accountSid, authToken })).account_sid, accountSid);
  assert((await mine.numbers.unassigned()).numbers.some((one) => one.number === number));
  const assigned = await mine.numbers.assign({ number, assistantId: other.assistantId });
  assert.deepEqual([assigned.user_id, assigned.webhook_status], [other.id, "configured"]);
  assert.equal((await mine.numbers.unassign(assigned.id)).assistant_id, null);
  await mine.accounts.disconnect(accountSid);
  assert.equal((await refusalOf(sms.accounts.disconnect(accountSid))).code, "ACCOUNT_NOT_FOUND");
});

Deno.test("who has not signed in is told so by functions, verbs and tables alike", async () => {
  const nobody: Sms = createSms(anonymous(stack));
  for (
    const asked of [
      () => nobody.send({ to: phone(), body: "Hello" }),
      () => nobody.conversations.page(),
      () => nobody.conversations.takeOver(crypto.randomUUID()),
      () => nobody.contacts.list(),
      () => nobody.contacts.create({ number: phone() }),
      () => nobody.stats(),
    ]
  ) {
    const { code, status, message } = await refusalOf(asked());
    assert.deepEqual([code, status, message], ["MISSING_CREDENTIALS", 401, "Sign in first."]);
  }
});

Deno.test('on("changed") tells of a new text, to its tenant and to a backend, until it is ended', async () => {
  const contact = phone();
  const id = await conversationOf(contact);
  const told: Record<string, string[]> = { mine: [], backend: [], theirs: [] };
  const listen = (name: string, client: Sms) =>
    client.on("changed", ({ conversations }) => told[name]?.push(...conversations ?? ["anything"]), {
      realtime: false,
      pollMs: 100,
    });
  const ends = [listen("mine", sms), listen("backend", asTenant), listen("theirs", theirs)];
  await until("each has looked once", () => Object.values(told).every((all) => all.includes("anything")));
  await sms.send({ to: contact, body: "One more thing." });
  await until("it is told", () => told.mine?.includes(id) === true && told.backend?.includes(id) === true);
  ends.forEach((end) => end());
  assert(!told.theirs?.includes(id));
});

Deno.test("a request that the server is too busy for is repeated with its key, and sent once", async () => {
  const to = phone();
  let calls = 0;
  // The first two answers are lost on the way back, behind a gateway that says so.
  const losing: typeof fetch = async (input, init) => {
    const answered = await fetch(input, init);
    if (!String(input).includes("/sms-send") || ++calls > 2) return answered;
    await answered.body?.cancel();
    return Response.json({ code: "UNAVAILABLE", message: "Try again." }, {
      status: 503,
      headers: { "retry-after": "0" },
    });
  };
  const flaky = createClient(stack.ready.apiUrl, stack.ready.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: losing },
  });
  await flaky.auth.signInWithPassword(stack.ready.user);
  const mine = createSms(flaky);
  await mine.send({ to, body: "Once" });
  assert.equal(calls, 3);
  await wake(stack);
  assert.equal(stack.carrier.ledger.outbound({ to }).length, 1);
  calls = 0;
  const { code, status } = await refusalOf(mine.send({ to, body: "Once" }, { attempts: 1 }));
  assert.deepEqual([code, status, calls], ["UNAVAILABLE", 503, 1]);
});
