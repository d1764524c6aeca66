/** Tenants with texts of every kind over a span of days, for `stats.ts`. A million texts take a minute or two. */
import type { Sql } from "postgres";
import { addTenant, phone, type Tenant } from "../tests/database/support.ts";

export interface Span {
  readonly texts: number;
  readonly days: number;
}

const TEXTS_A_CONVERSATION = 10;

/** As the pipeline would have left them: half of them answers, most delivered, priced, with intents. */
export async function addCountedTenant(sql: Sql, { texts, days }: Span): Promise<Tenant> {
  const tenant = await addTenant(sql);
  await sql`insert into public.sms_numbers (user_id, account_sid, number, assistant_id)
    values (${tenant.userId}, ${tenant.accountSid}, ${phone()}, ${tenant.assistantId})`;
  await sql`insert into public.sms_contacts (user_id, number)
    select ${tenant.userId}, '+1416' || lpad(g::text, 7, '0')
    from generate_series(1, ${texts}::int / ${TEXTS_A_CONVERSATION}::int) g`;
  await sql`insert into public.sms_conversations (user_id, phone_number_id, contact_id, last_seq)
    select k.user_id, n.id, k.id, ${TEXTS_A_CONVERSATION}::int
    from public.sms_contacts k
    join (select id, user_id, row_number() over () - 1 as i from public.sms_numbers where user_id = ${tenant.userId}) n
      on n.i = hashtext(k.number) & 1
    where k.user_id = ${tenant.userId}`;
  await sql`insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind,
      sender, to_number, from_number, body, intent, status, num_segments, price, price_unit, answer_ms, phone_number_id,
      assistant_id, created_at)
    select 'SM' || md5(c.id::text || s), n.account_sid, c.id, c.user_id, s,
      case when s % 2 = 1 then 'inbound' else 'outbound' end, case when s % 2 = 1 then 'text' else 'reply' end,
      case when s % 2 = 1 then 'contact' when a < 0.9 then 'assistant' else 'person' end,
      case when s % 2 = 1 then n.number else k.number end, case when s % 2 = 1 then k.number else n.number end,
      'Are you open on Sunday?',
      (array['question', 'booking', 'reschedule', 'cancel', 'complaint', 'price', 'thanks', 'other'])[1 + (b * 7.99)::int],
      case when s % 2 = 1 then 'received' when b < 0.93 then 'delivered' when b < 0.97 then 'undelivered' else 'sent' end,
      1 + (a * 2)::int, case when s % 2 = 0 and b < 0.97 then -0.0079 end, 'USD',
      case when s % 2 = 0 then exp(7 + 3 * a)::bigint end, n.id, n.assistant_id,
      now() - random() * make_interval(days => ${days}::int)
    from public.sms_conversations c
    join public.sms_contacts k on k.id = c.contact_id
    join public.sms_numbers n on n.id = c.phone_number_id
    cross join generate_series(1, c.last_seq) s
    cross join lateral (select random() as a, random() as b, s + c.last_seq) chance
    where c.user_id = ${tenant.userId}`;
  return tenant;
}
