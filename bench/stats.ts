/**
 * Do figures stay quick for a tenant with a million texts, and what do they cost the texts themselves? Each summary is
 * made in turn for tenants of several sizes, through the verb and over HTTP; sms_receive_message and sms_record_status with and
 * without the triggers that count. The ratios count, the machine does not. Run with `deno run -A bench/stats.ts`.
 */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { print } from "../local/print.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { call, phone, type Tenant, text } from "../tests/database/support.ts";
import { type Figures, scaled, tell } from "./figures.ts";
import { addCountedTenant, type Span } from "./fill_stats.ts";
import { get, medians, sideOf } from "./measure/readers.ts";

const ROUNDS = 60;
/** With and without take turns, since each leaves dead rows to the next. */
const PASSES = [1, 2, 3];
const SPANS: readonly Span[] = [
  { texts: 1_000, days: 60 },
  { texts: scaled(1_000_000), days: 60 },
  { texts: scaled(1_000_000), days: 730 },
];
const TENANTS = ["small", "large", "large over two years"];
const figures: Figures = {};
const ratios: Figures = {};

/** Another question is one more entry. */
const QUERIES: Readonly<Record<string, Record<string, string>>> = {
  "last 30 days": {},
  "New York": { time_zone: "America/New_York" },
  "Kolkata": { time_zone: "Asia/Kolkata" },
  "by hour": { bucket: "hour" },
};

/** Each figure, and how many times the first it is. */
function said(figures: readonly number[]): string {
  return figures.map((figure) => `${figure.toFixed(1)} ms (${(figure / (figures[0] ?? NaN)).toFixed(2)} ×)`)
    .join(", ");
}

async function measureSummaries(stack: Stack, tenants: readonly Tenant[]): Promise<void> {
  const sides = await Promise.all(tenants.map((tenant) => sideOf(stack, tenant)));
  for (const [what, query] of Object.entries(QUERIES)) {
    const verb = await medians(
      sides.map(({ session }) => async () => {
        const { outcome } = await call(session as unknown as Sql, "sms_summarize_messages", query);
        assert.equal(outcome, "summarized");
      }),
      { rounds: ROUNDS },
    );
    const path = `sms-stats?${new URLSearchParams(query)}`;
    const http = await medians(sides.map((side) => () => get(side, path)), { rounds: ROUNDS });
    TENANTS.forEach((tenant, i) => {
      figures[`${what}, verb, ${tenant}`] = verb[i] ?? NaN;
      figures[`${what}, HTTP, ${tenant}`] = http[i] ?? NaN;
      if (i === 0) return;
      ratios[`${what}, verb, ${tenant} to small`] = (verb[i] ?? NaN) / (verb[0] ?? NaN);
      ratios[`${what}, HTTP, ${tenant} to small`] = (http[i] ?? NaN) / (http[0] ?? NaN);
    });
    print(`${what.padEnd(14)} verb ${said(verb)}\n${"".padEnd(14)} HTTP ${said(http)}`);
  }
  for (const { session } of sides) {
    await session`reset role`;
    session.release();
  }
}

/** What one text costs with the triggers of the figures and without; each in a transaction that is taken back. */
async function measureTexts(sql: Sql, tenant: Tenant): Promise<void> {
  const [sent] =
    await sql`select * from public.sms_messages where user_id = ${tenant.userId} and status = 'sent' limit 1`;
  assert(sent);
  const works: Record<string, (session: Sql) => Promise<unknown>> = {
    "message received": (session) => text(session, tenant, phone(), "Hello?"),
    "status recorded": (session) =>
      call(session, "sms_record_status", {
        account_sid: sent.account_sid,
        message_sid: sent.message_sid,
        from_number: sent.from_number,
        to_number: sent.to_number,
        status: "delivered",
        error_code: null,
        error_message: null,
      }),
  };
  const modes = { disable: [] as number[], enable: [] as number[] };
  for (const [what, work] of Object.entries(works)) {
    for (const [mode, times] of PASSES.flatMap(() => Object.entries(modes))) {
      for (
        const trigger of ["set_message_origin", "set_answer_time", "count_message"]
      ) {
        await sql.unsafe(`alter table public.sms_messages ${mode} trigger ${trigger}`);
      }
      const session = await sql.reserve();
      times.push(
        ...await medians([async () => {
          await session`begin`;
          await work(session as unknown as Sql);
          await session`rollback`;
        }], { rounds: ROUNDS }),
      );
      session.release();
    }
    const [without, withFigures] = Object.values(modes).map((times) =>
      times.splice(0).sort((a, b) => a - b)[1] ?? NaN
    );
    figures[`${what}, not counted`] = without ?? NaN;
    figures[`${what}, counted`] = withFigures ?? NaN;
    ratios[`${what}, counted to not counted`] = (withFigures ?? NaN) / (without ?? NaN);
    print(`${what}: without and with figures ${said([without ?? NaN, withFigures ?? NaN])}`);
  }
}

await using stack = await startStack({ worker: false, database: "straight" });
const tenants: Tenant[] = [];
const started = performance.now();
await stack.sql.begin(async (bulk) => {
  await bulk`set local session_replication_role = replica`;
  for (const span of SPANS) tenants.push(await addCountedTenant(bulk as unknown as Sql, span));
});
await stack.sql`select sms_private.recount_stats()`;
await stack.sql.unsafe("vacuum analyze");
print(
  `filled in ${Math.round((performance.now() - started) / 1000)} s; ${
    SPANS.map(({ texts, days }) => `${texts.toLocaleString("en")} texts in ${days} days`).join(", ")
  }`,
);
await measureSummaries(stack, tenants);
const [small] = tenants;
assert(small);
await measureTexts(stack.sql, small);
tell(figures, { ratios });
