/** The verbs of the pipeline in one database: rounds of texts, each from the first verb to the last. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { liftLimits } from "../../local/demo_tenant.ts";
import { type Tenant, text } from "../../tests/database/support.ts";
import { readProcess } from "../measure/processes.ts";
import { type Step, STEPS, steps } from "../sql/steps.ts";
import type { Grown } from "./fill.ts";

/** In milliseconds, of all texts of a round. CPU time of the session's process; NaN where nothing tells. */
export interface Spent {
  readonly milliseconds: number;
  readonly cpu: number;
}

export type Round = Readonly<Record<Step, Spent>>;

export interface Pipeline extends Disposable {
  /** Each step for so many texts. */
  round(texts: number): Promise<Round>;
}

/** One text of so many is from somebody whom the largest tenant knows, the others are from somebody new. */
const KNOWN = 5;
/** No contact of the fill has such a number. */
const NEW = { first: 14_152_000_000, last: 14_152_999_999 };

export async function openPipeline(sql: Sql, { largest, measured }: Grown): Promise<Pipeline> {
  await sql.begin(async (transaction) => {
    for (const { userId } of measured) await liftLimits(transaction, userId);
  });
  // A run that was stopped left some.
  await sql`delete from sms_private.jobs`;
  const reserved = await sql.reserve();
  const session = reserved as unknown as Sql;
  const senders = await sendersIn(sql, largest, measured);
  const [self] = await session`select pg_backend_pid() as pid`;
  const cpuNow = () => Deno.build.os === "linux" ? readProcess(self?.pid)?.ownMs ?? NaN : NaN;
  return {
    async round(texts) {
      const round = Array.from({ length: texts }, () => senders.next());
      const contacts = round.map(({ from }) => from);
      const work = { ...steps(session, measured, contacts), receive: () => receive(session, round) };
      const spent: [Step, Spent][] = [];
      for (const step of STEPS) {
        const [cpu, started] = [cpuNow(), performance.now()];
        await work[step]();
        spent.push([step, { milliseconds: performance.now() - started, cpu: cpuNow() - cpu }]);
      }
      return Object.fromEntries(spent) as Round;
    },
    [Symbol.dispose]: () => reserved.release(),
  };
}

interface Sender {
  readonly from: string;
  readonly to: Tenant;
}

/** Nobody twice, until all whom the largest tenant knows have written. */
async function sendersIn(sql: Sql, largest: Tenant, measured: readonly Tenant[]) {
  const [first, last] = [`+${NEW.first}`, `+${NEW.last}`];
  const known = await sql`select number from public.sms_contacts
    where user_id = ${largest.userId} and number not between ${first} and ${last}
    order by md5(number) limit 2000`;
  const [earlier] = await sql`select count(*)::int as count from public.sms_contacts
    where number between ${first} and ${last}`;
  assert(earlier);
  let n = 0;
  return {
    next(): Sender {
      n += 1;
      if (n % KNOWN === 0) return { from: known[n / KNOWN % known.length]?.number, to: largest };
      const to = measured[n % measured.length];
      assert(to);
      return { from: `+${NEW.first + earlier.count + n}`, to };
    },
  };
}

async function receive(sql: Sql, senders: readonly Sender[]): Promise<void> {
  for (const { from, to } of senders) {
    const answer = await text(sql, to, from, "Are you open on Sunday?");
    assert.equal(answer.outcome, "stored", JSON.stringify(answer));
  }
}
