/** Who reads what, for `reads`, `stats` and `growth`: as a signed-in tenant, through the verbs and over HTTP. */
import { strict as assert } from "node:assert";
import type { ReservedSql, Sql } from "postgres";
import type { Stack } from "../../local/stack.ts";
import { call, type Tenant } from "../../tests/database/support.ts";
import { ABSENT_WORD, COMMON_WORD, type FilledTenant, RARE_WORD } from "../fill_reads.ts";

export interface Read {
  readonly what: string;
  readonly verb: string;
  args(tenant: FilledTenant): Record<string, unknown>;
  /** What an app asks for the same: function, path and query. */
  path(tenant: FilledTenant): string;
}

const search = (what: string, word: (tenant: FilledTenant) => string): Read => ({
  what: `search: ${what}`,
  verb: "sms_search_conversations",
  args: (tenant) => ({ search: word(tenant), page_size: 20 }),
  path: (tenant) => `sms-conversation?limit=20&search=${encodeURIComponent(word(tenant))}`,
});

export const READS: readonly Read[] = [
  {
    what: "list",
    verb: "sms_search_conversations",
    args: () => ({ page_size: 20 }),
    path: () => "sms-conversation?limit=20",
  },
  {
    what: "list of one status",
    verb: "sms_search_conversations",
    args: () => ({ page_size: 20, status: "active" }),
    path: () => "sms-conversation?limit=20&status=active",
  },
  {
    what: "page of a long conversation",
    verb: "sms_get_conversation",
    args: ({ longConversation }) => ({ conversation_id: longConversation, page_size: 50, before_seq: 100 }),
    path: ({ longConversation }) => `sms-conversation/${longConversation}?limit=50`,
  },
  {
    what: "conversation by number",
    verb: "sms_get_conversation",
    args: ({ contact }) => ({ contact_number: contact, page_size: 10 }),
    path: ({ contact }) => `sms-conversation/phone-${contact}?limit=10`,
  },
  search("common word", () => COMMON_WORD),
  search("rare word", () => RARE_WORD),
  search("no hit", () => ABSENT_WORD),
  search("number", ({ contact }) => `(${contact.slice(2, 5)}) ${contact.slice(5, 8)}-${contact.slice(8)}`),
  search("two letters", () => "ze"),
  {
    what: "stats of 30 days, by day",
    verb: "sms_summarize_messages",
    args: () => ({ time_zone: "America/New_York" }),
    path: () => "sms-stats?time_zone=America/New_York",
  },
  {
    what: "the same in a quarter-hour zone",
    verb: "sms_summarize_messages",
    args: () => ({ time_zone: "Asia/Kathmandu" }),
    path: () => "sms-stats?time_zone=Asia/Kathmandu",
  },
];

export interface Side<Who extends Tenant = FilledTenant> {
  readonly tenant: Who;
  /** As the signed-in tenant, on a connection of its own. */
  readonly session: ReservedSql;
  readonly headers: Record<string, string>;
  readonly functionsUrl: string;
}

/** Of a request by that user, who is signed in. */
export async function headersOf(stack: Stack, userId: string): Promise<Record<string, string>> {
  const token = await stack.signToken({
    sub: userId,
    role: "authenticated",
    aud: "authenticated",
    exp: Math.floor(Date.now() / 1000) + 3600,
  });
  return { apikey: stack.ready.publishableKey, authorization: `Bearer ${token}` };
}

export async function sideOf<Who extends Tenant>(stack: Stack, tenant: Who): Promise<Side<Who>> {
  const session = await stack.sql.reserve();
  await session`select set_config('request.jwt.claims', ${JSON.stringify({ sub: tenant.userId })}, false)`;
  await session`set role authenticated`;
  const { functionsUrl } = stack.ready;
  return { tenant, session, headers: await headersOf(stack, tenant.userId), functionsUrl };
}

export async function throughVerb({ session, tenant }: Side, read: Read): Promise<void> {
  const { outcome } = await call(session as unknown as Sql, read.verb, read.args(tenant));
  assert.equal(outcome, outcome.toLowerCase(), "an outcome in capitals is a refusal");
}

export async function throughHttp(side: Side, read: Read): Promise<void> {
  await get(side, read.path(side.tenant));
}

/** @throws AssertionError unless the answer is 200 */
export async function get({ functionsUrl, headers }: Side<Tenant>, path: string): Promise<void> {
  const response = await fetch(`${functionsUrl}/${path}`, { headers });
  const answer = await response.text();
  assert.equal(response.status, 200, answer);
}

/** Medians in milliseconds. The works take turns, so that what else the machine does hits all. */
export async function medians(
  works: readonly (() => Promise<void>)[],
  { rounds, warmUp = 10 }: { rounds: number; warmUp?: number },
): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      const started = performance.now();
      await work();
      if (round >= 0) times[i]?.push(performance.now() - started);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN);
}
