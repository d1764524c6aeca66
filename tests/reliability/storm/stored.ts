/** What the database says after a storm. */
import type { Sql } from "postgres";
import type { Step } from "./plan.ts";
import { idsIn } from "./stage.ts";

export interface StoredText {
  id: string;
  message_sid: string | null;
  body: string;
  status: string;
  error_code: string | null;
}

export interface Stored {
  /** How often each SID of a contact's text is there. */
  inbound: Map<string, number>;
  /** Our texts, by id. */
  outbound: Map<string, StoredText>;
  /** What is still to be done. */
  unfinished: string[];
  /** Why the assistant keeps silent, by contact: a hint, where a step came to nothing. */
  silences: Map<string, string>;
  /** Why a step came to nothing, or null where nothing says so. */
  reasonFor(step: Step): string | null;
}

export async function readStored(sql: Sql): Promise<Stored> {
  const inbound = await sql<{ message_sid: string; times: number }[]>`
    select message_sid, count(*)::int as times from public.sms_messages
    where direction = 'inbound' group by message_sid`;
  const outbound = await sql<StoredText[]>`
    select id, message_sid, body, status, error_code from public.sms_messages where direction = 'outbound'`;
  const failed = outbound.filter(({ error_code }) => error_code !== null);
  return {
    inbound: new Map(inbound.map(({ message_sid, times }) => [message_sid, times])),
    outbound: new Map(outbound.map((text) => [text.id, { ...text }])),
    unfinished: await unfinishedIn(sql),
    silences: await silencesIn(sql),
    reasonFor: reasons(failed, await repliesSetAside(sql)),
  };
}

async function unfinishedIn(sql: Sql): Promise<string[]> {
  const jobs = await sql<{ what: string }[]>`
    select concat_ws(' ', j.kind, k.number, j.last_error) as what
    from sms_private.jobs j join public.sms_contacts k on k.id = j.contact_id where j.set_aside_at is null`;
  const settlements = await sql<{ what: string }[]>`
    select concat_ws(' ', 'settlement', m.message_sid, m.status, s.tries) as what
    from sms_private.questions s join public.sms_messages m on m.id = s.message_id where s.kind = 'settlement'`;
  return [...jobs, ...settlements].map(({ what }) => what);
}

async function silencesIn(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql<{ number: string; reason: string }[]>`
    select k.number, c.ai_paused_reason as reason
    from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id where c.ai_paused_reason is not null`;
  return new Map(rows.map(({ number, reason }) => [number, reason]));
}

/** By contact: the reason of a reply that was given up on, or that a person is called after a restore. */
async function repliesSetAside(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql<{ number: string; reason: string | null }[]>`
    select k.number, 'PERSON_CALLED' as reason
    from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
    where c.waiting_for_person and exists (select from sms_private.restores)
    union all
    select k.number, split_part(j.last_error, ':', 1) as reason
    from sms_private.jobs j join public.sms_contacts k on k.id = j.contact_id
    where j.kind = 'reply' and j.set_aside_at is not null`;
  return new Map(rows.map(({ number, reason }) => [number, reason || "UNKNOWN"]));
}

function reasons(failed: readonly StoredText[], setAside: ReadonlyMap<string, string>) {
  const byStep = new Map<string, string>();
  for (const { body, error_code } of failed) {
    for (const letter of ["q", "s"] as const) {
      for (const id of idsIn(body, letter)) byStep.set(letter + id, error_code ?? "");
    }
  }
  return ({ kind, id, contact }: Step): string | null => {
    if (kind === "send") return byStep.get(`s${id}`) ?? null;
    return byStep.get(`q${id}`) ?? setAside.get(contact.number) ?? null;
  };
}
