import type { Sql } from "postgres";
import type { Ledger, LedgerMessage } from "../carrier/mod.ts";
import type { Tally } from "./contract.ts";

export interface TallyOptions {
  readonly sql: Sql;
  readonly ledger: Ledger;
  /** Rows from before belong to another life of the stack, whose ledger is gone. */
  readonly since: Date;
  readonly now: Date;
}

/** A text whose webhook failed is found in the carrier's list every five minutes; after two of them it is lost. */
const LOST_AFTER_MS = 10 * 60_000;

/**
 * What the carrier has, against what the database says. "Lost" and "doubled" are counted in the carrier's ledger: a
 * text from a phone that is not stored, one that the database calls sent and the carrier never had, and each that the
 * carrier took again for the same row.
 */
export async function tallyOf({ sql, ledger, since, now }: TallyOptions): Promise<Tally> {
  const messages = ledger.list();
  const texted = messages.filter(({ direction }) => direction === "inbound");
  const sent = messages.filter(({ direction, carrierMade }) => direction !== "inbound" && !carrierMade);
  const [row] = await sql<{ missing: string[]; waiting: number; answered: number; unknown: string[] }[]>`
    with texted as (select unnest(${texted.map(({ sid }) => sid)}::text[]) as sid),
    stored as (
      select t.sid, m.conversation_id, m.seq, m.kind from texted t
      join public.sms_messages m on m.message_sid = t.sid and m.direction = 'inbound'
    ),
    judged as (
      select
        exists (select from sms_private.jobs j where j.conversation_id = s.conversation_id and j.set_aside_at is null
          and j.wanted_seq >= s.seq and coalesce(j.answered_seq, 0) < s.seq) as waits,
        s.kind <> 'keyword' and exists (select from public.sms_messages r
          where r.conversation_id = s.conversation_id and r.seq > s.seq
          and r.sender in ('assistant', 'person')) as answered
      from stored s
    )
    select
      array(select sid from texted except select sid from stored) as missing,
      (select count(*)::int from judged where waits) as waiting,
      (select count(*)::int from judged where answered and not waits) as answered,
      array(select m.message_sid from public.sms_messages m where m.direction = 'outbound' and m.created_at >= ${since}
        and m.status in ('accepted', 'queued', 'sending', 'sent', 'partially_delivered', 'undelivered', 'delivered', 'read')
        and m.message_sid <> all(${sent.map(({ sid }) => sid)}::text[])) as unknown`;
  const missing = new Set(row?.missing);
  const isLost = ({ sid, dateCreated }: LedgerMessage) =>
    missing.has(sid) && now.getTime() - dateCreated.getTime() > LOST_AFTER_MS;
  // What the carrier took while the database was asked is there by now.
  const imagined = row?.unknown.filter((sid) => ledger.get(sid) === undefined) ?? [];
  return {
    texted: texted.length,
    stored: texted.length - missing.size,
    waiting: row?.waiting ?? 0,
    answered: row?.answered ?? 0,
    sent: sent.length,
    delivered: sent.filter(({ status }) => status === "delivered" || status === "read").length,
    failed: sent.filter(({ status }) => status === "undelivered" || status === "failed").length,
    lost: texted.filter(isLost).length + imagined.length,
    doubled: sent.length - new Set(sent.flatMap(rowOf)).size,
  };
}

/** The row that a text was sent for: its id is in the address that the carrier reports to. None: nobody asked for it. */
function rowOf({ statusCallback }: LedgerMessage): string[] {
  const id = URL.parse(statusCallback ?? "")?.searchParams.get("message_id");
  return id ? [id] : [];
}
