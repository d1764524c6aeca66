/** All that is known of a contact, in order: what to read when the judge complains. */
import type { Sql } from "postgres";
import type { Stage } from "./stage.ts";

/** A line for each thing that happened, by the carrier's clock and the database's, which are the same machine's. */
export async function storyOf({ sql, carrier }: Stage, number: string): Promise<string[]> {
  const told = carrier.ledger.list()
    .filter(({ from, to }) => from === number || to === number)
    .map(({ dateCreated, sid, from, body, status, webhooks }) => ({
      at: dateCreated,
      what: `carrier: ${from === number ? "from" : "to"} them: ${sid} ${
        JSON.stringify(body)
      } ${status}; webhooks ${webhooks.map(({ status, failure }) => status ?? failure).join(" ")}`,
    }));
  const lines = [...told, ...await storedOf(sql, number)];
  return lines.toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ at, what }) => `  ${number} ${at.toISOString()} ${what}`);
}

async function storedOf(sql: Sql, number: string): Promise<{ at: Date; what: string }[]> {
  const rows = await sql<{ at: Date; what: string }[]>`
    with k as (select id from public.sms_contacts where number = ${number})
    select m.created_at as at, concat_ws(' ', 'stored:', m.message_sid, m.direction, m.seq, m.kind, m.body, m.status,
      m.error_code, 'dated', m.date_created) as what
    from public.sms_messages m where ${number} in (m.from_number, m.to_number)
    union all
    select e.at, concat_ws(' ', 'consent:', e.change, e.source, e.evidence, m.message_sid, m.body)
    from public.sms_consent_events e left join public.sms_messages m on m.id = e.message_id where e.contact_id in (table k)
    union all
    select s.received_at, concat_ws(' ', 'reported:', m.body, s.status, s.error_code, s.source)
    from public.sms_message_events s join public.sms_messages m on m.id = s.message_id where m.to_number = ${number}
    union all
    select b.at, 'sender blocked' from sms_private.sender_blocks b where b.contact_id in (table k)
    union all
    select coalesce(j.attempted_at, j.due_at), concat_ws(' ', 'job:', j.kind, to_jsonb(j))
    from sms_private.jobs j where j.contact_id in (table k)
    union all
    select c.updated_at, concat_ws(' ', 'conversation:', to_jsonb(c)) from public.sms_conversations c where c.contact_id in (table k)`;
  return rows;
}
