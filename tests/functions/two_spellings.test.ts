/** 300 telephones of 30 countries, by every spelling of their numbers. What was sent is counted by telephone, in the ledger. */
import { strict as assert } from "node:assert";
import { telephoneOf } from "../../local/carrier/telephones.ts";
import { BroadcastResponse } from "../../supabase/functions/_shared/sms/contract/send.ts";
import { send } from "./sending.ts";
import { demoClient, stackForFile, until } from "./support.ts";
import { connectTenant } from "./tenants.ts";

/** Old spelling and today's, without the last digit; the same twice where a number has one spelling. */
const COUNTRIES: Record<string, readonly [string, string]> = {
  MX: ["+521551234567", "+52551234567"],
  AR: ["+549112345678", "+54112345678"],
  BR: ["+55118765432", "+551198765432"],
  BJ: ["+2299712345", "+229019712345"],
  CI: ["+2250712345", "+225070712345"],
  CM: ["+2377123456", "+23767123456"],
  GA: ["+2410612345", "+2416612345"],
  MU: ["+230712345", "+2305712345"],
  VN: ["+84166123456", "+8436123456"],
  GB: ["+440740012345", "+44740012345"],
  DE: ["+49015112345678", "+4915112345678"],
  FR: ["+33061234567", "+3361234567"],
  NL: ["+31061234567", "+3161234567"],
  CH: ["+41078123456", "+4178123456"],
  AT: ["+43066412345", "+4366412345"],
  SE: ["+46070123456", "+4670123456"],
  AU: ["+61041234567", "+6141234567"],
  ZA: ["+27071123456", "+2771123456"],
  TH: ["+66081234567", "+6681234567"],
  JP: ["+81090123456", "+8190123456"],
  KR: ["+82010123456", "+8210123456"],
  NG: ["+2340802123456", "+234802123456"],
  KE: ["+254071212345", "+25471212345"],
  GH: ["+233024123456", "+23324123456"],
  BD: ["+8800171234567", "+880171234567"],
  IL: ["+972050234567", "+97250234567"],
  US: ["+1415555011", "+1415555011"],
  CA: ["+1416555011", "+1416555011"],
  IT: ["+39312345678", "+39312345678"],
  ES: ["+3461234567", "+3461234567"],
};

const TELEPHONES = Object.values(COUNTRIES).flatMap(([old, today]) =>
  Array.from({ length: 10 }, (_, i) => ({ old: `${old}${i}`, today: `${today}${i}` }))
);

const stack = await stackForFile();
const person = await demoClient(stack);
const other = await connectTenant(stack);
await stack.sql`update public.sms_numbers set assistant_id = null`;
for (const user_id of [stack.userId, other.id]) {
  const unlimited = { user_id, allowed_countries: null, sends_per_minute: null };
  await stack.sql`insert into public.sms_limits ${stack.sql(unlimited)}
    on conflict (user_id) do update set allowed_countries = null, sends_per_minute = null`;
}

/** Texts of all telephones, twenty at a time. */
async function everybodyTexts(to: string, body: string, spelling: (i: number) => string): Promise<void> {
  const left = TELEPHONES.map((_, i) => i);
  await Promise.all(Array.from({ length: 20 }, async () => {
    for (let i = left.shift(); i !== undefined; i = left.shift()) {
      assert((await stack.carrier.text({ from: spelling(i), to, body })).ok, spelling(i));
    }
  }));
}

const old = (i: number) => TELEPHONES[i]?.old ?? "";
const today = (i: number) => TELEPHONES[i]?.today ?? "";
/** One half by the old spelling, the other by today's. */
const [either, theOther] = [
  (i: number) => i % 2 === 0 ? old(i) : today(i),
  (i: number) => i % 2 === 0 ? today(i) : old(i),
];

async function counted(userId: string) {
  const [row] = await stack.sql`select
    (select count(*)::int from public.sms_contacts where user_id = ${userId}) as contacts,
    (select count(*)::int from public.sms_conversations where user_id = ${userId}) as conversations,
    (select count(*)::int from public.sms_contacts where user_id = ${userId} and opted_out_at is not null) as stopped`;
  return { ...row };
}

const reached = (from: string) =>
  TELEPHONES.map(({ today }) =>
    stack.carrier.ledger.reaching(today).filter((sent) => sent.from === from).length
  );

Deno.test("300 telephones that write by both spellings are 300 contacts", async () => {
  assert.equal(new Set(TELEPHONES.map(({ old }) => telephoneOf(old))).size, 300);
  await everybodyTexts(stack.number, "Hello", old);
  await everybodyTexts(stack.number, "It is me", today);
  await everybodyTexts(other.number, "Hello", theOther);
  assert.deepEqual(await counted(stack.userId), { contacts: 300, conversations: 300, stopped: 0 });
  assert.deepEqual(await counted(other.id), { contacts: 300, conversations: 300, stopped: 0 });
});

Deno.test("STOP by either spelling stops both, and no other tenant", async () => {
  await everybodyTexts(stack.number, "STOP", either);
  assert.equal((await counted(stack.userId)).stopped, 300);
  for (const spelling of [either, theOther, today]) {
    const to = TELEPHONES.map((_, i) => spelling(i));
    const { status, body } = await send(person, { to, body: "Are you there?" });
    const { accepted, rejected } = BroadcastResponse.parse(body);
    assert.deepEqual([status, accepted, rejected.length], [202, 0, 300]);
    assert(rejected.every(({ code }) => code === "RECIPIENT_OPTED_OUT"));
    const single = await send(person, { to: to[0], body: "Are you there?" });
    assert.equal(single.body.code, "RECIPIENT_OPTED_OUT");
  }
  const { body } = await send(other.client, {
    to: TELEPHONES.map((_, i) => old(i)),
    body: "We open at nine.",
  });
  assert.equal(body.accepted, 300);
  await until(
    "the other tenant's texts are sent",
    () => reached(other.number).every((count) => count > 0),
    60_000,
  );
  assert.deepEqual(reached(other.number), TELEPHONES.map(() => 1), "once each");
  assert.deepEqual(reached(stack.number), TELEPHONES.map(() => 0), "nothing after STOP");
});
