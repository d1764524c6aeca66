/** A tenant renews the token of its account by POSTing it again. No text may be refused at any moment. */
import { strict as assert } from "node:assert";
import type { LocalUser } from "../../local/demo_tenant.ts";
import { callAccounts, connect, type OwnedAccount } from "./accounts_support.ts";
import { field, statusOfPost, textForm } from "./forms.ts";
import { storedText } from "./rows.ts";
import { operator, webhookUrl } from "./tenants.ts";
import { becomes, hurry, phone, sentTo, stackForFile, until } from "./support.ts";

const stack = await stackForFile();
const { carrier, sql } = stack;

interface Connected extends LocalUser, OwnedAccount {
  number: string;
}

/** A tenant who connected an account of theirs through the API, with a number on it. */
async function tenant(): Promise<Connected> {
  const user = await stack.createUser();
  const owned = carrier.addAccount();
  assert.equal((await connect(user, owned)).status, 201);
  const number = phone();
  const { data, error } = await operator(stack).rpc("sms_save_number", {
    owner_id: user.id,
    account_sid: owned.accountSid,
    number,
    segments_per_second: 1000,
  });
  assert.equal(error, null);
  assert.equal(data.outcome, "saved");
  carrier.addNumber(owned.accountSid, { number, smsUrl: webhookUrl(stack) });
  return { ...user, ...owned, number };
}

async function textSignedWith(owner: Connected, token: string): Promise<number> {
  const form = textForm(owner);
  const status = await statusOfPost(stack, { form, token });
  if (status === 200) assert.equal((await storedText(sql, field(form, "MessageSid"))).user_id, owner.id);
  return status;
}

/** A text from the contact through the carrier, signed as it signs now. */
async function textComesIn(owner: Connected): Promise<boolean> {
  return (await carrier.text({ from: phone(), to: owner.number, body: "Open?" })).ok;
}

/** A person's text goes out. */
async function textGoesOut(owner: Connected): Promise<void> {
  const contact = phone();
  const { data, error } = await owner.client.rpc("sms_create_message", { to_number: contact, body: "Hello" });
  assert.equal(error, null);
  assert.equal(data.outcome, "created");
  await hurry(stack, contact);
  await becomes(stack, contact, "delivered");
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
}

async function give(owner: Connected, authToken: string): Promise<void> {
  assert.equal((await connect(owner, { ...owner, authToken })).status, 200);
}

Deno.test("the next token given before it is promoted: every text comes in and goes out, before, during and after", async () => {
  const owner = await tenant();
  assert(await textComesIn(owner));
  await textGoesOut(owner);

  const next = carrier.createSecondaryToken(owner.accountSid);
  await give(owner, next);
  assert(await textComesIn(owner), "signed with the old token, which is primary still");
  await stack.functions.kill("sms-webhook");
  assert(await textComesIn(owner), "also for a process that knows both only from the database");
  await textGoesOut(owner);

  assert.equal(carrier.rotateToken(owner.accountSid), next);
  assert(await textComesIn(owner), "signed with the new token");
  assert.equal(await textSignedWith(owner, owner.authToken), 200, "what was signed before and comes late");
  await textGoesOut(owner);
});

Deno.test("the next token given after it was promoted works at once, and what was to be sent meanwhile is sent", async () => {
  const owner = await tenant();
  assert(await textComesIn(owner));
  await textGoesOut(owner);
  const next = carrier.rotateToken(owner.accountSid);

  const contact = phone();
  await owner.client.rpc("sms_create_message", { to_number: contact, body: "Hello" });
  await hurry(stack, contact);
  await until("the old token was tried and refused", async () => {
    const [job] = await sql`select j.attempts, j.in_flight from sms_private.jobs j
      join public.sms_contacts k on k.id = j.contact_id where k.number = ${contact}`;
    return job?.attempts > 0 && !job?.in_flight;
  });
  await give(owner, next);
  assert(await textComesIn(owner));
  // In place of the minute after which it is tried again, and for which a worker remembers a token.
  await stack.functions.kill("sms-worker");
  await hurry(stack, contact);
  await becomes(stack, contact, "delivered");
  assert.deepEqual(sentTo(stack, contact), ["Hello"]);
});

Deno.test("the next token given twice, at once or later, does not push the one out that signs", async () => {
  const owner = await tenant();
  const next = carrier.createSecondaryToken(owner.accountSid);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => connect(owner, { ...owner, authToken: next })),
  );
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
  await give(owner, next);
  await stack.functions.kill("sms-webhook");
  assert(await textComesIn(owner));
  carrier.rotateToken(owner.accountSid);
  assert(await textComesIn(owner));
});

Deno.test("a token that leaked signs nothing here any more once the new one was promoted and given", async () => {
  const owner = await tenant();
  const next = carrier.rotateToken(owner.accountSid);
  await give(owner, next);
  assert.equal(await textSignedWith(owner, next), 200);
  assert.equal(await textSignedWith(owner, owner.authToken), 403);
  await stack.functions.kill("sms-webhook");
  assert.equal(await textSignedWith(owner, owner.authToken), 403);
  assert(await textComesIn(owner));
  await textGoesOut(owner);
});

Deno.test("a next token that was given up for another one does not push the one out that signs", async () => {
  const owner = await tenant();
  await give(owner, carrier.createSecondaryToken(owner.accountSid));
  carrier.deleteSecondaryToken(owner.accountSid);
  const other = carrier.createSecondaryToken(owner.accountSid);
  await give(owner, other);
  await stack.functions.kill("sms-webhook");
  assert(await textComesIn(owner));
  carrier.rotateToken(owner.accountSid);
  assert(await textComesIn(owner));
  await textGoesOut(owner);
});

Deno.test("a token that Twilio does not take changes nothing: the stored one goes on working", async () => {
  const owner = await tenant();
  const { status, body } = await connect(owner, { ...owner, authToken: "0".repeat(32) });
  assert.deepEqual([status, body.code], [422, "TWILIO_20003"]);
  await stack.functions.kill("sms-webhook");
  assert(await textComesIn(owner));
  await textGoesOut(owner);
});

Deno.test("a freshly connected account's texts are taken at once, also by a process that did not know it a moment ago", async () => {
  const user = await stack.createUser();
  const owned = carrier.addAccount();
  const form = textForm({ ...owned, number: phone() });
  for (let i = 0; i < 3; i++) {
    assert.equal(await statusOfPost(stack, { form, token: owned.authToken }), 403, "nobody has connected it");
  }
  assert.equal((await connect(user, owned)).status, 201);
  assert.equal(await statusOfPost(stack, { form, token: owned.authToken }), 200);
});

Deno.test("a disconnected account is forgotten: 403, nothing stored, and connected again it works at once", async () => {
  const owner = await tenant();
  assert(await textComesIn(owner));
  assert.equal((await callAccounts(owner.client, "DELETE", `/${owner.accountSid}`)).status, 200);
  // In place of the minute for which a process remembers a token.
  await stack.functions.kill("sms-webhook");
  const form = textForm(owner);
  for (const to of ["sms-webhook", "sms-status"] as const) {
    assert.equal(await statusOfPost(stack, { form, token: owner.authToken, to }), 403);
  }
  assert.equal(
    (await sql`select from public.sms_messages where message_sid = ${field(form, "MessageSid")}`).length,
    0,
  );
  const { data } = await owner.client.rpc("sms_create_message", {
    to_number: phone(),
    from_number: owner.number,
    body: "Hello",
  });
  assert.equal(data.outcome, "ACCOUNT_DISCONNECTED");
  const shown = await callAccounts(owner.client, "GET", `/${owner.accountSid}`);
  assert(shown.body.account.disconnected_at, "it is kept for its conversations");

  const again = await connect(owner, owner);
  assert.deepEqual([again.status, again.body.account.disconnected_at], [201, null]);
  assert(await textComesIn(owner));
  await textGoesOut(owner);
});
