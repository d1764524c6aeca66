import { strict as assert } from "node:assert";
import {
  asOperator,
  assign,
  buyNumber,
  callNumbers,
  numbersAtCarrier,
  pointsAtUs,
  refused,
  repair,
  rowOf,
} from "./numbers.ts";
import { newSid, stackForFile } from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile();
const { sql } = stack;

Deno.test("the secret key gives a number of the default account to a user, who then assigns it", async () => {
  const tenant = await connectTenant(stack);
  const bought = buyNumber(stack, stack.accountSid);
  const mine = { number: bought.number, assistant_id: tenant.assistantId };
  assert.equal(refused(await assign(tenant.client, mine)).code, "NUMBER_NOT_FOUND");

  const given = await assign(asOperator(stack), { number: bought.number, user_id: tenant.id });
  assert.equal(given.status, 201, JSON.stringify(given.body));
  assert.deepEqual(
    [given.body.number.user_id, given.body.number.assistant_id, given.body.number.webhook_status],
    [tenant.id, null, "configured"],
  );
  assert(pointsAtUs(stack, bought));
  const assigned = await assign(tenant.client, mine);
  assert.deepEqual([assigned.status, assigned.body.number.id], [200, given.body.number.id]);
  const again = await assign(asOperator(stack), { number: bought.number, user_id: tenant.id });
  assert.deepEqual([again.status, again.body.number.assistant_id], [200, tenant.assistantId]);
});

Deno.test("the secret key makes the default account's row where there is none", async () => {
  // The row of a default account that the operator has left: its numbers stay with it.
  await sql`update public.sms_accounts set account_sid = ${
    newSid("AC")
  } where account_sid = ${stack.accountSid}`;
  const tenant = await connectTenant(stack);
  const bought = buyNumber(stack, stack.accountSid);
  const given = await assign(asOperator(stack), {
    number: bought.number,
    user_id: tenant.id,
    assistant_id: tenant.assistantId,
  });
  assert.equal(given.status, 201, JSON.stringify(given.body));
  const [account] = await sql`select shared, user_id from public.sms_accounts
    where account_sid = ${stack.accountSid}`;
  assert.deepEqual({ ...account }, { shared: true, user_id: null });
});

Deno.test("what the secret key cannot give: to nobody, somebody else's, another account's, with a stranger's assistant", async () => {
  const [owner, other] = [await connectTenant(stack), await connectTenant(stack)];
  const free = buyNumber(stack, stack.accountSid);
  const taken = buyNumber(stack, stack.accountSid);
  const key = asOperator(stack);
  assert.equal((await assign(key, { number: taken.number, user_id: owner.id })).status, 201);
  const before = numbersAtCarrier(stack);
  const cases: Record<string, [Record<string, unknown>, number, string]> = {
    "to nobody": [{ number: free.number, user_id: crypto.randomUUID() }, 404, "USER_NOT_FOUND"],
    "somebody else's": [{ number: taken.number, user_id: other.id }, 409, "NUMBER_TAKEN"],
    "a tenant's own": [{ number: owner.number, user_id: other.id }, 404, "NUMBER_NOT_FOUND"],
    "for a stranger's assistant": [
      { number: free.number, user_id: other.id, assistant_id: owner.assistantId },
      404,
      "ASSISTANT_NOT_FOUND",
    ],
    "without a user": [{ number: free.number }, 400, "INVALID_REQUEST"],
  };
  for (const [what, [body, status, code]] of Object.entries(cases)) {
    const answer = refused(await assign(key, body));
    assert.deepEqual([answer.status, answer.code], [status, code], what);
  }
  assert.equal((await rowOf(stack, taken.number)).user_id, owner.id);
  assert.equal((await sql`select from public.sms_numbers where number = ${free.number}`).length, 0);
  assert.deepEqual(numbersAtCarrier(stack), before);
});

const unassignedOf = async (tenant: Awaited<ReturnType<typeof connectTenant>>): Promise<string[]> => {
  const { status, body } = await callNumbers(tenant.client, "/unassigned");
  assert.equal(status, 200, JSON.stringify(body));
  return body.numbers.map(({ number }: { number: string }) => number);
};

Deno.test("the default account's numbers are nobody's to see or take, unless the operator lets users", async () => {
  const [one, other] = [await connectTenant(stack), await connectTenant(stack)];
  const [own, free] = [buyNumber(stack, one.accountSid), buyNumber(stack, stack.accountSid)];
  const takesFree = async (tenant: typeof one) =>
    await assign(tenant.client, { number: free.number, assistant_id: tenant.assistantId });
  assert.deepEqual(await unassignedOf(one), [own.number]);
  const before = numbersAtCarrier(stack);
  const { status, code } = refused(await takesFree(one));
  assert.deepEqual([status, code], [404, "NUMBER_NOT_FOUND"]);
  assert.deepEqual(numbersAtCarrier(stack), before);

  const given = buyNumber(stack, stack.accountSid);
  const gift = await assign(asOperator(stack), { number: given.number, user_id: other.id });
  assert.equal(gift.status, 201);
  await sql`update sms_private.settings set value = 'true' where name = 'users_may_take_default_numbers'`;
  try {
    const seen = await unassignedOf(one);
    assert(seen.includes(own.number) && seen.includes(free.number));
    assert(!seen.includes(given.number), "another tenant's, though it has no assistant yet");
    assert.equal((await takesFree(one)).status, 201);
    const left = await unassignedOf(other);
    assert(!left.includes(free.number) && left.includes(given.number));
    const late = refused(await takesFree(other));
    assert.deepEqual([late.status, late.code], [409, "NUMBER_TAKEN"]);
  } finally {
    await sql`update sms_private.settings set value = 'false' where name = 'users_may_take_default_numbers'`;
  }
  assert.equal((await rowOf(stack, free.number)).user_id, one.id);
  assert.deepEqual(await unassignedOf(one), [own.number]);
});

Deno.test("the secret key lists, shows, repairs and unassigns a user's numbers, and says whose", async () => {
  const tenant = await connectTenant(stack);
  const row = await rowOf(stack, tenant.number);
  const key = asOperator(stack);
  const query = `?user_id=${tenant.id}`;
  const list = await callNumbers(key, query);
  assert.deepEqual(list.body.numbers.map(({ id }: { id: string }) => id), [row.id]);
  const verified = await callNumbers(key, `${query}&verify=1`);
  assert.equal(verified.body.numbers[0].check.outcome, "configured");
  assert.equal((await callNumbers(key, `/${row.id}${query}`)).body.number.id, row.id);
  assert.equal((await repair(key, row.id)).body.number.webhook_status, "configured");
  const gone = await callNumbers(key, `/${row.id}${query}`, { method: "DELETE" });
  assert.deepEqual([gone.status, gone.body.number.assistant_id], [200, null]);
  for (const path of ["", "?verify=1", "/unassigned", `/${row.id}`]) {
    const { status, code, message } = refused(await callNumbers(key, path));
    assert.deepEqual([status, code], [400, "INVALID_REQUEST"], path);
    assert.match(message, /^user_id: /);
  }
  const other = await stack.createUser();
  const foreign = refused(await callNumbers(key, `/${row.id}?user_id=${other.id}`, { method: "DELETE" }));
  assert.deepEqual([foreign.status, foreign.code], [404, "NUMBER_NOT_FOUND"]);
});
