/** Starts the stack in a process of its own, with a tenant whose numbers answer at once and greet nobody. */
import { join } from "node:path";
import type { Sql } from "postgres";
import { z } from "zod";
import type { Carrier } from "../../local/carrier/mod.ts";
import { connect, type ServerAddress } from "../../local/database.ts";
import { recordSetUp } from "../../local/demo_tenant.ts";
import type { Model } from "../../local/model/mod.ts";
import { projectRoot } from "../../local/project.ts";
import { startChild } from "./child.ts";

export interface StackPlan {
  readonly server: ServerAddress;
  readonly carrier: Carrier;
  readonly model: Model;
  /** Numbers of the tenant. */
  readonly numbers: readonly string[];
  /** False: nobody is answered, because wakes are refused. */
  readonly worker: boolean;
  /** Removed once the stack has ended. Default: the project's functions, which stay. */
  readonly functionsRoot?: string;
  /** Run in the stack's database once it is there. */
  readonly sql?: string;
}

export interface StackProcess extends AsyncDisposable {
  readonly functionsUrl: string;
  /** The superuser in the stack's database. */
  readonly sql: Sql;
  readonly accountSid: string;
}

const Ready = z.object({
  functionsUrl: z.string(),
  dbUrl: z.string(),
  user: z.object({ id: z.string() }),
  assistantId: z.string(),
});

/** Questions to Twilio that come minutes after a text, a price for instance, would fall into a later run. */
const LATER = { settle_gaps_seconds: [86_400], listing_interval_seconds: 86_400 };

const IDLE_TIMEOUT_MS = 120_000;

/** As Twilio is told to repeat webhooks: local/function_environment.ts. */
const REPEATS = "#rc=3&rp=5xx,ct,rt";

export async function startStackProcess(plan: StackPlan): Promise<StackProcess> {
  await using parts = new AsyncDisposableStack();
  const { server, carrier, model } = plan;
  const account = carrier.addAccount();
  const options = {
    adminUrl: server.adminUrl,
    carrierUrl: carrier.url,
    modelUrl: `${model.url}/v1`,
    worker: plan.worker,
    functionsRoot: plan.functionsRoot,
    sql: plan.sql,
    ...account,
  };
  const program = join(projectRoot, "bench/measure/stack.ts");
  const child = parts.use(
    await startChild([Deno.execPath(), "run", "-A", program], {
      env: { BENCH_STACK: JSON.stringify(options) },
      ...plan.functionsRoot === undefined ? {} : { removeAfter: plan.functionsRoot },
    }),
  );
  const ready = Ready.parse(child.ready);
  const sql = connect(server.url(new URL(ready.dbUrl).pathname.slice(1)));
  parts.defer(() => sql.end({ timeout: 1 }));
  for (const [name, value] of Object.entries(LATER)) {
    await sql`update sms_private.settings set value = ${sql.json(value)} where name = ${name}`;
  }
  await sql`update public.sms_assistants set reply_delay_ms = 0, first_message = null`;
  for (const number of plan.numbers) {
    await sql`select public.sms_save_number(owner_id => ${ready.user.id}, account_sid => ${account.accountSid},
      number => ${number}, assistant_id => ${ready.assistantId}, segments_per_second => 1000)`;
    const smsUrl = `${ready.functionsUrl}/sms-webhook${REPEATS}`;
    await recordSetUp(sql, carrier.addNumber(account.accountSid, { number, smsUrl }));
  }
  const running = parts.move();
  return {
    functionsUrl: ready.functionsUrl,
    sql,
    accountSid: account.accountSid,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** So many numbers of the United States, from the given one on. */
export function numbersFrom(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `+1415${first + n}`);
}

/** Resolves when the stack has nothing more to do. @throws Error where that takes too long */
export async function idle(sql: Sql): Promise<void> {
  const deadline = performance.now() + IDLE_TIMEOUT_MS;
  while (true) {
    const [row] = await sql`select count(*)::int as jobs from sms_private.jobs where set_aside_at is null`;
    if (row?.jobs === 0) return;
    if (performance.now() > deadline) throw new Error(`${row?.jobs} jobs of the stack did not end`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
