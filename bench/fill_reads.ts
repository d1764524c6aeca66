/** Tenants of very different sizes for `reads.ts`, made with whole sets: a million texts take about a minute. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { addTenant, type Tenant } from "../tests/database/support.ts";

export interface Size {
  readonly conversations: number;
  /** Texts in an ordinary conversation. */
  readonly texts: number;
  /** How many conversations are long, and how long. */
  readonly long: readonly [conversations: number, texts: number];
}

export type FillableTenant = Pick<Tenant, "userId" | "numberId" | "number" | "accountSid">;

/** What the benchmark reads of a tenant. */
export interface FilledTenant extends Tenant {
  readonly messages: number;
  readonly longConversation: string;
  /** A contact in the middle of the list. */
  readonly contact: string;
}

/** In the newest text of one conversation in 10,000 (at least one), and not in a new one. */
export const RARE_WORD = "zebra";
/** In about a third of all texts. */
export const COMMON_WORD = "appointment";
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

/** Indexes that are built faster over what is there than row by row. */
const SEARCH_INDEXES = ["sms_conversations_search_idx", "sms_contacts_search_idx"];

/** Runs the fill without triggers, references and search indexes, which all hold for what it writes. */
export async function inBulk(sql: Sql, fill: (bulk: Sql) => Promise<void>): Promise<void> {
  const bulk = await sql.reserve();
  const definitions = await bulk`select indexdef from pg_indexes where indexname in ${bulk(SEARCH_INDEXES)}`;
  for (const index of SEARCH_INDEXES) await bulk.unsafe(`drop index public.${index}`);
  await bulk.unsafe(`set session_replication_role = replica; ${SENTENCES}`);
  await fill(bulk);
  await bulk`reset session_replication_role`;
  for (const { indexdef } of definitions) await bulk.unsafe(indexdef);
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
  const [prefix] = await bulk`select count(*)::int as known from public.sms_contacts`;
  assert(prefix);
  await bulk`insert into public.sms_contacts (user_id, number, name)
    select ${tenant.userId}, '+1415' || (3000000 + ${prefix.known}::int + g), p.name
    from generate_series(1, ${size.conversations}::int) g
    left join people p on p.i = 1 + g % 200`;
  await bulk`insert into public.sms_conversations (user_id, phone_number_id, contact_id, last_seq, last_message_at,
      last_message_preview)
    select k.user_id, ${tenant.numberId}, k.id, case when k.i <= ${size.long[0]} then ${
    size.long[1]
  }::int else ${size.texts}::int end,
      now() - k.i * interval '60 days' / ${size.conversations}::int,
      s.body || case when k.i % least(10000, ${size.conversations}) = least(10000, ${size.conversations}) - 1 then ${
    " " + RARE_WORD
  } else '' end
    from (select *, row_number() over (order by number desc) as i from public.sms_contacts where user_id = ${tenant.userId}) k
    join sentences s on s.i = 1 + k.i * 7919 % 5000`;
  await bulk`insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, sender,
      to_number, from_number, body, status, num_segments, created_at)
    select 'SM' || md5(c.id::text || seq), ${tenant.accountSid}, c.id, c.user_id, seq,
      case seq % 2 when 1 then 'inbound' else 'outbound' end, case seq % 2 when 1 then 'contact' else 'assistant' end,
      case seq % 2 when 1 then ${tenant.number} else k.number end,
      case seq % 2 when 1 then k.number else ${tenant.number} end,
      s.body, case seq % 2 when 1 then 'received' else 'delivered' end, 1,
      c.last_message_at - (c.last_seq - seq) * interval '1 minute'
    from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
    cross join generate_series(1, c.last_seq) seq
    join sentences s on s.i = 1 + (seq * 31 + c.last_seq) % 5000
    where c.user_id = ${tenant.userId}`;
  const [filled] = await bulk`
    select (select count(*)::int from public.sms_messages where user_id = ${tenant.userId}) as messages,
      (select id from public.sms_conversations where user_id = ${tenant.userId} order by last_seq desc, id limit 1) as long,
      (select k.number from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
       where c.user_id = ${tenant.userId} order by c.last_message_at desc offset ${
    size.conversations / 2
  } limit 1) as contact`;
  assert(filled);
  return { ...tenant, messages: filled.messages, longConversation: filled.long, contact: filled.contact };
}
