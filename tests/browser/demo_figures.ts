/** Texts of the last three months as a dental practice has them: weekdays, office hours, prices, a few that failed. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";

const INTENTS = ["appointment", "appointment", "appointment", "question", "question", "support", "feedback"];
const OUTCOMES = [
  "undelivered",
  "failed",
  ...Array(9).fill("delivered"),
  "sent",
  ...Array(18).fill("delivered"),
];

interface Options {
  readonly days?: number;
  readonly perDay?: number;
}

/** One text from a contact and one answer, so many times a day; what, when and how it went follows from its number. */
export async function addDemoFigures(
  sql: Sql,
  userId: string,
  { days = 90, perDay = 26 }: Options = {},
): Promise<void> {
  const [number] = await sql`select id, number, account_sid, assistant_id from public.sms_numbers
    where user_id = ${userId} order by created_at limit 1`;
  assert(number);
  const [contact] = await sql`insert into public.sms_contacts (user_id, number, name)
    values (${userId}, '+14155559999', 'Figures') returning id`;
  const [conversation] = await sql`insert into public.sms_conversations ${
    sql({
      user_id: userId,
      phone_number_id: number.id,
      contact_id: contact?.id,
      assistant_id: number.assistant_id,
      last_seq: 1,
      last_message_at: new Date(Date.now() - days * 86_400_000),
    })
  } returning id`;
  const rows = [];
  let seq = 0;
  for (let day = 0; day < days; day += 1) {
    const midnight = new Date(Date.now() - day * 86_400_000);
    midnight.setUTCHours(0, 0, 0, 0);
    const quiet = [0, 6].includes(midnight.getUTCDay());
    // Grows towards today, and goes up and down.
    const texts = Math.round(
      (quiet ? 0.25 : 1) * perDay * (1 - day / (2 * days)) * (1 + 0.25 * Math.sin(day)),
    );
    for (let n = 0; n < texts; n += 1) {
      const at = new Date(midnight.getTime() + (13 * 60 + (n * 97) % 600) * 60_000);
      if (at.getTime() > Date.now() - 60_000) continue;
      const common = {
        account_sid: number.account_sid,
        conversation_id: conversation?.id,
        user_id: userId,
        phone_number_id: number.id,
        assistant_id: number.assistant_id,
        num_segments: 1 + (n % 5 === 0 ? 1 : 0),
        price: -0.0079 * (1 + (n % 5 === 0 ? 1 : 0)),
        price_unit: "USD",
      };
      const answered = n % 9 !== 8;
      const waited = 2_500 + ((seq * 7_919) % 4_000) + (seq % 23 === 0 ? 240_000 : 0);
      rows.push({
        ...common,
        message_sid: sid(),
        seq: ++seq,
        direction: "inbound",
        sender: "contact",
        kind: "text",
        from_number: "+14155559999",
        to_number: number.number,
        body: "Do you have time on Friday?",
        status: "received",
        intent: answered ? INTENTS[seq % INTENTS.length] : null,
        answer_ms: null,
        created_at: at,
      });
      if (!answered) continue;
      rows.push({
        ...common,
        message_sid: sid(),
        seq: ++seq,
        direction: "outbound",
        sender: n % 6 === 0 ? "person" : "assistant",
        kind: n % 6 === 0 ? "text" : "reply",
        from_number: number.number,
        to_number: "+14155559999",
        body: "We do, at 3:15 pm.",
        status: OUTCOMES[seq % OUTCOMES.length],
        intent: null,
        answer_ms: waited,
        created_at: new Date(at.getTime() + waited),
      });
    }
  }
  for (let from = 0; from < rows.length; from += 1_000) {
    await sql`insert into public.sms_messages ${sql(rows.slice(from, from + 1_000))}`;
  }
  await sql`insert into public.sms_consent_events (user_id, contact_id, change, source)
    select ${userId}, ${contact?.id}, change, 'keyword' from unnest(array['opt_out', 'opt_out', 'opt_out', 'opt_in']) change`;
}

const sid = () => `SM${crypto.randomUUID().replaceAll("-", "")}`;
