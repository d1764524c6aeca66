/**
 * What one drain of the worker costs: CPU time as the kernel tells it beside what the worker estimated (`cpu_ms` in its log), and
 * memory. So many texts wait, then the worker is woken, alone, again and again until none is left; each line is one drain.
 *
 * By hand, on a machine that does nothing else: the constants of supabase/functions/sms-worker/cpu_budget.ts and the tables of
 * docs/performance.md come from it.
 *
 * `deno run -A bench/drain.ts [--texts=500] [--deno=2.1.4] [--reply=short|chinese] [--model-ms=200] [--fresh=1]
 * [--v8-flags=--max-heap-size=256]`: `fresh` ends the worker's process after each drain. The platform gives V8 256 MB at most, and
 * with less V8 collects earlier; without the flag it takes the machine's memory for the measure.
 */
import { parseArgs } from "node:util";
import { startStack } from "../local/stack.ts";
import { print } from "../local/print.ts";
import { forgetPeak, peakMb, processTree, readProcess } from "./measure/processes.ts";
import { roleOf } from "./measure/roles.ts";
import { numbersFrom } from "./measure/stack_process.ts";
import { newContacts, sendTexts } from "./measure/texts.ts";

const REPLIES: Record<string, string> = {
  short: "Yes, we are open on Sunday from nine to five.",
  chinese: "明天下午三点我们在市中心的咖啡馆见面好吗，我会带上所有的文件，".repeat(20).slice(0, 600),
};
const { values } = parseArgs({
  options: {
    texts: { type: "string", default: "500" },
    deno: { type: "string" },
    reply: { type: "string", default: "short" },
    "model-ms": { type: "string", default: "200" },
    fresh: { type: "string", default: "0" },
    "v8-flags": { type: "string" },
  },
});
const reply = REPLIES[values.reply] ?? values.reply;

await using stack = await startStack({
  worker: false,
  unpaced: true,
  database: "straight",
  deno: values.deno,
  functionEnv: { ...values["v8-flags"] === undefined ? {} : { DENO_V8_FLAGS: values["v8-flags"] } },
});
const { sql, carrier, model, functions, ready } = stack;
if (!carrier || !model) throw new Error("The stack has look-alikes of its own");
await sql`update sms_private.settings set value = '[86400]' where name = 'settle_gaps_seconds'`;
await sql`update sms_private.settings set value = '86400' where name = 'listing_interval_seconds'`;
await sql`update public.sms_assistants set reply_delay_ms = 0, first_message = null`;
const numbers = numbersFrom(9_000_000, 100);
for (const number of numbers) {
  await sql`select public.sms_save_number(owner_id => ${ready.user.id}, account_sid => ${ready.carrier.accountSid},
    number => ${number}, assistant_id => ${ready.assistantId}, segments_per_second => 1000)`;
  carrier.addNumber(ready.carrier.accountSid, {
    number,
    smsUrl: `${ready.functionsUrl}/sms-webhook#rc=3&rp=5xx,ct,rt`,
  });
}
carrier.faults.set({ autoDeliver: false });
model.slowDown(Number(values["model-ms"]));
model.answerAll(() => ({
  reply,
  intent: "question",
  end_conversation: false,
  opt_out: false,
  handoff: false,
}));
await sendTexts(carrier, { numbers, contacts: newContacts(Number(values.texts)) });

interface Drained {
  outcome: string;
  claimed: number;
  cpu_ms: number;
  duration_ms: number;
}

function nextDrain(): Promise<Drained> {
  const { promise, resolve } = Promise.withResolvers<Drained>();
  const end = functions.onLog(({ function: name, text }) => {
    if (name !== "sms-worker" || !text.includes('"drained"')) return;
    end();
    resolve(JSON.parse(text));
  });
  return promise;
}

/** The process itself, not the shell that guards it. */
const pidOfWorker = () => processTree()?.find((one) => roleOf(one) === "worker")?.pid ?? null;
const cpuOf = (pid: number) => readProcess(pid)?.ownMs ?? NaN;
const mb = (name: string, pid: number) => {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(Deno.readTextFileSync(`/proc/${pid}/status`));
  return `${name} ${(Number(found?.[1]) / 1_024).toFixed(0)}`;
};

while (true) {
  const [row] = await sql`select count(*)::int as jobs from sms_private.jobs where set_aside_at is null`;
  if (row?.jobs === 0) break;
  if (values.fresh !== "0") await functions.kill("sms-worker");
  // Starts it, without a request.
  await functions.get("sms-worker");
  const pid = pidOfWorker();
  if (pid === null) throw new Error("The worker did not start");
  const before = cpuOf(pid);
  forgetPeak(pid);
  const drained = nextDrain();
  await (await stack.tick()).body?.cancel();
  const { claimed, cpu_ms, duration_ms } = await drained;
  const used = cpuOf(pid) - before;
  print(
    `${claimed} claimed, ${duration_ms} ms; CPU ${used} ms after ${before} ms, estimated ${cpu_ms} ms; ` +
      `peak ${peakMb(pid)?.toFixed(0)} MB, ${
        ["VmRSS", "RssAnon", "RssFile"].map((name) => mb(name, pid)).join(", ")
      }`,
  );
}
/** With `--v8-flags=--trace-gc`: what V8's heap held at most, and what of it was in use after a full collection. */
const collections = functions.logs("sms-worker").flatMap(({ text }) => {
  const found = /(Mark-Compact|Scavenge).*? ([\d.]+) \(([\d.]+)\) -> ([\d.]+) \(/.exec(text);
  return found
    ? [{ full: found[1] === "Mark-Compact", total: Number(found[3]), left: Number(found[4]) }]
    : [];
});
if (collections.length > 0) {
  const full = collections.filter(({ full }) => full).map(({ left }) => left);
  print(
    `V8's heap ${Math.max(...collections.map(({ total }) => total))} MB at most, in use ${
      full.join(", ")
    } MB`,
  );
}
const [asked, sent] = [model.requests.length, carrier.ledger.outbound().length];
print(`${asked} calls of the model, ${sent} messages at the carrier`);
Deno.exit(0);
