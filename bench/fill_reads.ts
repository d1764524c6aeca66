/** Tenants of very different sizes for `reads.ts` and `growth`, made with whole sets: a million texts take about a minute. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { addTenant, type Tenant } from "../tests/database/support.ts";

export interface Size {
  readonly conversations: number;
  /** Texts in an ordinary conversation. */
  readonly texts: number;
  /** How many conversations are long, and how long. */
  readonly long: readonly [conversations: number, texts: number];
  /** The rare word is in one conversation of so many, at least in one. Default 10,000. */
  readonly rareIn?: number;
}

export type FillableTenant = Pick<Tenant, "userId" | "numberId" | "number" | "accountSid">;

/** What the benchmark reads of a tenant. */
export interface FilledTenant extends Tenant {
  readonly messages: number;
  readonly longConversation: string;
  /** A contact in the middle of the list. */
  readonly contact: string;
}

/** In the newest text of one conversation in `rareIn`, and not in a new one. */
export const RARE_WORD = "zebra";
/** In two texts of five, and in the answers of bench/sql/steps.ts, which are the newest after a run of `growth`. */
export const COMMON_WORD = "nine";
/** Of letters that all occur, but in no text. */
export const ABSENT_WORD = "appointal confirmather";

const SENTENCES = `
  create temp table sentences as
  select i, string_agg(word, ' ' order by random()) || case when i % 3 = 0 then ' appointment' else '' end as body
  from generate_series(1, 5000) i,
    unnest(string_to_array('the tomorrow at nine can you please confirm whether sunday works for us I would like to '
      || 'reschedule my booking because of weather thanks again see soon hello okay great price list menu table two '
      || 'appoint matter gather total', ' ')) word
  where i > 0 and random() < 0.4 group by i;
  create temp table people as
  select i, first || ' ' || last as name from (
    select row_number() over (order by random()) as i, first, last
    from unnest(string_to_array('Ada Grace Alan Edsger Barbara Donald Radia Tim Margaret Ken Dennis Frances', ' ')) first,
      unnest(string_to_array('Lovelace Hopper Turing Dijkstra Liskov Knuth Perlman Hamilton Thompson Ritchie Allen', ' ')) last) n`;

/** Whose indexes are built faster over what is there than row by row, but for those that a constraint needs. */
const FILLED = [
  "public.sms_contacts",
  "public.sms_conversations",
  "public.sms_messages",
  "public.sms_message_events",
];

/** Runs the fill without triggers, references and most indexes, which all hold for what it writes. */
export async function inBulk(sql: Sql, fill: (bulk: Sql) => Promise<void>): Promise<void> {
  const bulk = await sql.reserve();
  const indexes =
    await bulk`select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i where i.indrelid = any (${FILLED}::regclass[])
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`;
  for (const { name } of indexes) await bulk.unsafe(`drop index ${name}`);
  await bulk.unsafe(
    `set session_replication_role = replica; set maintenance_work_mem = '256MB'; ${SENTENCES}`,
  );
  await fill(bulk);
  for (const { definition } of indexes) await bulk.unsafe(definition);
  await bulk.unsafe("reset session_replication_role; reset maintenance_work_mem");
  bulk.release();
  await sql`select sms_private.recount_stats()`;
  await sql.unsafe("vacuum analyze");
}

export async function addSizedTenant(sql: Sql, bulk: Sql, size: Size): Promise<FilledTenant> {
  return await fillTenant(bulk, await addTenant(sql), size);
}

/** The same for a tenant that is there. */
export async function fillTenant<T extends FillableTenant>(
  bulk: Sql,
  tenant: T,
  size: Size,
): Promise<T & Omit<FilledTenant, keyof Tenant>> {
  await fillTenants(bulk, [{ tenant, size }]);
  return await readFilled(bulk, tenant);
}

export interface Sized {
  readonly tenant: FillableTenant;
  readonly size: Size;
}

/** The same for many, at once. */
export async function fillTenants(bulk: Sql, all: readonly Sized[]): Promise<void> {
  const [prefix] = await bulk`select count(*)::int as known from public.sms_contacts`;
  assert(prefix);
  let before: number = prefix.known;
  const wanted = all.map(({ tenant, size: { conversations, texts, long, rareIn = 10_000 } }) => {
    const row = {
      user_id: tenant.userId,
      number_id: tenant.numberId,
      number: tenant.number,
      account_sid: tenant.accountSid,
      conversations,
      texts,
      long_conversations: long[0],
      long_texts: long[1],
      rare_in: Math.min(rareIn, conversations),
      before,
    };
    before += conversations;
    return row;
  });
  await bulk`create temp table wanted as
    select * from jsonb_to_recordset(${bulk.json(wanted)}) as t (user_id uuid, number_id uuid, number text,
      account_sid text, conversations int, texts int, long_conversations int, long_texts int, rare_in int, before int)`;
  await bulk`analyze wanted`;
  await bulk`insert into public.sms_contacts (user_id, number, name)
    select w.user_id, '+1415' || (3000000 + w.before + g), p.name
    from wanted w cross join generate_series(1, w.conversations) g
    left join people p on p.i = 1 + g % 200`;
  await bulk`insert into public.sms_conversations (user_id, phone_number_id, contact_id, last_seq, last_message_at,
      last_message_preview)
    select k.user_id, w.number_id, k.id,
      case when k.i <= w.long_conversations then w.long_texts else w.texts end,
      now() - k.i * interval '60 days' / w.conversations,
      s.body || case when k.i % w.rare_in = w.rare_in - 1 then ${" " + RARE_WORD} else '' end
    from wanted w
    join (select *, row_number() over (partition by user_id order by number desc) as i from public.sms_contacts) k
      on k.user_id = w.user_id
    join sentences s on s.i = 1 + k.i * 7919 % 5000`;
  await bulk`insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, sender,
      to_number, from_number, body, status, num_segments, created_at, phone_number_id, assistant_id)
    select 'SM' || md5(c.id::text || seq), w.account_sid, c.id, c.user_id, seq,
      case seq % 2 when 1 then 'inbound' else 'outbound' end, case seq % 2 when 1 then 'contact' else 'assistant' end,
      case seq % 2 when 1 then w.number else k.number end,
      case seq % 2 when 1 then k.number else w.number end,
      s.body, case seq % 2 when 1 then 'received' else 'delivered' end, 1,
      c.last_message_at - (c.last_seq - seq) * interval '1 minute', n.id, n.assistant_id
    from wanted w
    join public.sms_numbers n on n.id = w.number_id
    join public.sms_conversations c on c.user_id = w.user_id
    join public.sms_contacts k on k.id = c.contact_id
    cross join generate_series(1, c.last_seq) seq
    join sentences s on s.i = 1 + (seq * 31 + c.last_seq) % 5000`;
  await bulk`drop table wanted`;
}

/** What the benchmarks read of a tenant that is filled. */
export async function readFilled<T extends FillableTenant>(
  sql: Sql,
  tenant: T,
): Promise<T & Omit<FilledTenant, keyof Tenant>> {
  const [filled] = await sql`
    select (select count(*)::int from public.sms_messages where user_id = ${tenant.userId}) as messages,
      (select id from public.sms_conversations where user_id = ${tenant.userId} order by last_seq desc, id limit 1) as long,
      (select k.number from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
       where c.user_id = ${tenant.userId} order by c.last_message_at desc
       offset (select count(*) / 2 from public.sms_conversations where user_id = ${tenant.userId}) limit 1) as contact`;
  assert(filled);
  return { ...tenant, messages: filled.messages, longConversation: filled.long, contact: filled.contact };
}
