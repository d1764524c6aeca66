/** Lists of conversations: made at once, and read page by page. */
import type { Sql } from "postgres";
import { callAs, phone, type Tenant } from "./support.ts";

export interface Entry {
  id: string;
  status: string;
  contact: { id: string; number: string; name: string | null; opted_out_at: string | null };
  phone_number: { id: string; number: string };
  unread: number;
  last_message_preview: string;
  last_message_at: string;
  last_seq: number;
}

export interface Page {
  outcome: string;
  conversations: Entry[];
  next: { at: string; id: string } | null;
}

export async function search(sql: Sql, tenant: Tenant, args: Record<string, unknown> = {}): Promise<Page> {
  return await callAs(sql, tenant, "sms_search_conversations", args) as unknown as Page;
}

/** All pages, one after the other. */
export async function searchAll(
  sql: Sql,
  tenant: Tenant,
  args: Record<string, unknown> = {},
): Promise<Entry[]> {
  const all: Entry[] = [];
  let page = await search(sql, tenant, args);
  for (;;) {
    all.push(...page.conversations);
    if (!page.next) return all;
    page = await search(sql, tenant, { ...args, before_at: page.next.at, before_id: page.next.id });
  }
}

/** Conversations without texts, made at once, the first being the newest. */
export async function addConversations(
  sql: Sql,
  tenant: Tenant,
  made: { preview?: string; name?: string | null; number?: string; status?: string; at?: string }[],
): Promise<string[]> {
  const ids: string[] = [];
  for (
    const [i, { preview = "Hello", name = null, number = phone(), status = "active", at }] of made.entries()
  ) {
    const [contact] = await sql`insert into public.sms_contacts (user_id, number, name)
      values (${tenant.userId}, ${number}, ${name}) returning id`;
    const ended = status === "ended" ? new Date() : null;
    const [row] =
      await sql`insert into public.sms_conversations (user_id, phone_number_id, contact_id, last_message_preview,
        last_message_at, status, ended_at, end_reason)
      values (${tenant.userId}, ${tenant.numberId}, ${contact?.id}, ${preview},
        ${at ?? new Date(Date.now() - i * 1000)}, ${status}, ${ended}, ${ended && "person"}) returning id`;
    ids.push(row?.id);
  }
  return ids;
}

/** Many conversations at once, older than all others, that no search below is for. */
export async function addOldConversations(sql: Sql, tenant: Tenant, count: number): Promise<void> {
  await sql`with people as (
      insert into public.sms_contacts (user_id, number)
      select ${tenant.userId}, '+44' || (7000000000 + i) from generate_series(1, ${count}::int) i returning *)
    insert into public.sms_conversations (user_id, phone_number_id, contact_id, last_message_preview, last_message_at)
    select user_id, ${tenant.numberId}, id, 'Ordinary text', now() - interval '1 day' - random() * interval '1 day'
    from people`;
}

export const previews = (entries: Entry[]) => entries.map((entry) => entry.last_message_preview);
