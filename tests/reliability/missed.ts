/** Inbound texts that no webhook told of, and what must become of them. */
import { strict as assert } from "node:assert";
import type { LedgerMessage } from "../../local/carrier/mod.ts";
import { phone, type TestStack } from "../functions/support.ts";
import { type Recovery, stackToKill } from "./kills.ts";

const BODIES = ["One", "Two", "Three"];

/** A stack that lists its account at every tick, as if it had been connected a day ago. */
export async function stackThatLists(): Promise<TestStack> {
  const stack = await stackToKill();
  await stack.sql`update sms_private.settings set value = '0' where name = 'listing_interval_seconds'`;
  await stack.sql`update public.sms_numbers set created_at = created_at - interval '1 day'`;
  await stack.sql`update public.sms_accounts set created_at = created_at - interval '1 day'`;
  return stack;
}

/** Texts to a number whose webhook is not called; 45 minutes old, so that none of them is answered any more. */
export async function missed(
  stack: TestStack,
  contact: string,
  bodies: readonly string[] = BODIES,
): Promise<LedgerMessage[]> {
  const { carrier } = stack;
  const { smsUrl } = carrier.numbers().find(({ number }) => number === stack.number) ?? {};
  assert(smsUrl);
  carrier.configureNumber(stack.number, { smsUrl: "" });
  const texts: LedgerMessage[] = [];
  for (const [place, body] of bodies.entries()) {
    const media = [{ contentType: "image/png" }];
    const { message } = await carrier.text({ from: contact, to: stack.number, body, media });
    message.dateCreated.setMinutes(message.dateCreated.getMinutes() - 45 + place);
    texts.push(message);
  }
  carrier.configureNumber(stack.number, { smsUrl });
  return texts;
}

/** What came is stored once, in its order, with what was attached; nothing is sent, and the account is listed again. */
export async function storedOnce({ sql, carrier, accountSid }: TestStack, contact: string): Promise<void> {
  const rows = await sql`select body, jsonb_array_length(media) as attachments from public.sms_messages
    where from_number = ${contact} order by seq`;
  assert.deepEqual(rows.map(({ body, attachments }) => [body, attachments]), BODIES.map((body) => [body, 1]));
  assert.deepEqual(carrier.ledger.outbound({ to: contact }), []);
  const [watermark] = await sql`select tries, lease_token from sms_private.questions
    where kind = 'listing' and account_sid = ${accountSid}`;
  assert.deepEqual({ ...watermark }, { tries: 0, lease_token: null });
}

/** Three texts are found in Twilio's list. */
export const recoveredOn = (stack: TestStack): Recovery => ({
  async begin() {
    const contact = phone();
    await missed(stack, contact);
    return () => storedOnce(stack, contact);
  },
});
