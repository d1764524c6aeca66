/**
 * A restaurant tells guests that their table is ready, answers those who write back, and shows its figures. Fifty lines.
 *
 * SMS_URL, SMS_KEY, SMS_EMAIL and SMS_PASSWORD: a project, its publishable key, and who signs in. `deno task dev` prints all of them.
 * SMS_URL=… SMS_KEY=… SMS_EMAIL=… SMS_PASSWORD=… deno run -A examples/tables.ts +14155550101
 */
import process from "node:process";
import { createClient } from "@supabase/supabase-js";
import { createSms, isRefusal } from "../client/mod.ts";

const { SMS_URL = "", SMS_KEY = "", SMS_EMAIL = "", SMS_PASSWORD = "" } = process.env;
const supabase = createClient(SMS_URL, SMS_KEY);
await supabase.auth.signInWithPassword({ email: SMS_EMAIL, password: SMS_PASSWORD });
const sms = createSms(supabase);

const seen = new Set<string>();

/** A guest who asks for a person gets one; the assistant answers the others. */
async function attend(conversationId: string): Promise<void> {
  const { conversation, messages } = await sms.conversations.get(conversationId, { limit: 5 });
  for (const message of messages.toReversed()) {
    if (message.direction === "outbound" || seen.has(message.id)) continue;
    seen.add(message.id);
    say(`${conversation.contact.number}: ${message.body}`);
    if (!/\bperson\b/i.test(message.body)) continue;
    await sms.conversations.takeOver(conversationId);
    await sms.send({ conversationId, body: "Ada here. How can I help?", pausesAssistant: true });
    say("Ada took over.");
  }
}

/** What goes wrong with one guest must not end the others' evening. */
const tryToAttend = (id: string) => void attend(id).catch((error) => say(`Not attended: ${error.message}`));

const stop = sms.on("changed", ({ conversations }) => conversations?.forEach(tryToAttend), {
  realtime: process.env.SMS_REALTIME !== "false",
});

for (const to of process.argv.slice(2)) {
  try {
    const message = await sms.send({ to, body: "Your table is ready." }, { key: `table of ${to}` });
    say(`${to}: ${(await sms.messages.waitFor(message.id)).status}`);
  } catch (error) {
    if (!isRefusal(error, "RECIPIENT_OPTED_OUT", "NOT_DELIVERED", "TIMED_OUT")) throw error;
    say(`${to}: call them (${error.code})`);
  }
}
say(`${(await sms.stats()).totals.delivered} delivered in 30 days. Waiting for guests. Ctrl+C ends this.`);
process.on("SIGINT", () => {
  stop();
  process.exit(0);
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
