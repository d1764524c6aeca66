/**
 * Do reads stay quick for a tenant with a million texts? Each read is made in turn for it and for a tenant with a
 * thousand, in one run, through the verbs as a signed-in user and over HTTP: the ratio is what counts, the machine is
 * not. Run with `deno task bench reads`.
 */
import { strict as assert } from "node:assert";
import type { ReservedSql, Sql } from "postgres";
import { print } from "../local/print.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { call } from "../tests/database/support.ts";
import { type Figures, scaled, tell } from "./figures.ts";
import {
  ABSENT_WORD,
  addSizedTenant,
  COMMON_WORD,
  type FilledTenant,
  inBulk,
  RARE_WORD,
} from "./fill_reads.ts";

const ROUNDS = 100;
const WARM_UP = 10;
const LARGE = { conversations: scaled(50_000), texts: 16, long: [20, scaled(10_000)] } as const;
const SMALL = { conversations: 50, texts: 18, long: [1, 118] } as const;
/** Others of whom nobody should notice anything. */
const BESIDE = { count: 10, size: { conversations: scaled(10_000), texts: 0, long: [0, 0] } } as const;

interface Read {
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

const READS: readonly Read[] = [
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

interface Side {
  readonly tenant: FilledTenant;
  /** As the signed-in tenant, on a connection of its own. */
  readonly session: ReservedSql;
  readonly headers: Record<string, string>;
}

async function sideOf(stack: Stack, tenant: FilledTenant): Promise<Side> {
  const session = await stack.sql.reserve();
  await session`select set_config('request.jwt.claims', ${JSON.stringify({ sub: tenant.userId })}, false)`;
  await session`set role authenticated`;
  const token = await stack.signToken({
    sub: tenant.userId,
    role: "authenticated",
    aud: "authenticated",
    exp: Math.floor(Date.now() / 1000) + 3600,
  });
  return {
    tenant,
    session,
    headers: { apikey: stack.ready.publishableKey, authorization: `Bearer ${token}` },
  };
}

async function throughVerb({ session, tenant }: Side, read: Read): Promise<void> {
  const { outcome } = await call(session as unknown as Sql, read.verb, read.args(tenant));
  assert.equal(outcome, outcome.toLowerCase(), "an outcome in capitals is a refusal");
}

async function throughHttp(stack: Stack, { headers, tenant }: Side, read: Read): Promise<void> {
  const response = await fetch(`${stack.ready.functionsUrl}/${read.path(tenant)}`, { headers });
  const answer = await response.text();
  assert.equal(response.status, 200, answer);
}

/** Medians in milliseconds, one a side. They take turns, so that what else the machine does hits both. */
async function medians(sides: readonly Side[], work: (side: Side) => Promise<void>): Promise<number[]> {
  const times = sides.map((): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [i, side] of sides.entries()) {
      const started = performance.now();
      await work(side);
      if (round >= 0) times[i]?.push(performance.now() - started);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[ROUNDS / 2] ?? NaN);
}

const milliseconds = (value = NaN) => `${value.toFixed(1)} ms`.padStart(9);
const ratio = ([large = NaN, small = NaN]: number[]) => `${(large / small).toFixed(2)} ×`.padStart(8);

await using stack = await startStack({ worker: false, database: "straight" });
const tenants: FilledTenant[] = [];
const started = performance.now();
await inBulk(stack.sql, async (bulk) => {
  for (const size of [LARGE, SMALL]) tenants.push(await addSizedTenant(stack.sql, bulk, size));
  for (let i = 0; i < BESIDE.count; i++) await addSizedTenant(stack.sql, bulk, BESIDE.size);
});
print(
  `${tenants.map(({ messages }) => messages).join(" and ")} texts, filled in ${
    Math.round((performance.now() - started) / 1000)
  } s`,
);
const sides = await Promise.all(tenants.map((tenant) => sideOf(stack, tenant)));
print(`${"".padEnd(30)}${"verb: large, small, ratio".padEnd(32)}HTTP: large, small, ratio`);
const figures: Figures = {};
const ratios: Figures = {};
for (const read of READS) {
  const verb = await medians(sides, (side) => throughVerb(side, read));
  const http = await medians(sides, (side) => throughHttp(stack, side, read));
  for (const [way, [large = NaN, small = NaN]] of Object.entries({ verb, HTTP: http })) {
    Object.assign(figures, {
      [`${read.what}, ${way}, large`]: large,
      [`${read.what}, ${way}, small`]: small,
    });
    ratios[`${read.what}, ${way}, large to small`] = large / small;
  }
  const columns = [verb, http].map((both) => `${both.map(milliseconds).join("")}${ratio(both)}`.padEnd(32));
  print(`${read.what.padEnd(30)}${columns.join("")}`.trimEnd());
}
tell(figures, { ratios });
for (const { session } of sides) session.release();
