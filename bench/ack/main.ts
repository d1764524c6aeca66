/**
 * How quickly does a webhook answer, at 16 connections? Beside the floor, a function that makes one trivial call by the same
 * connection; with the worker held (nobody is answered) and not held, with a model that answers at once and one that takes
 * 10 s. All take turns in one run: the ratio is what counts.
 *
 * `deno task bench ack [--pairs=5] [--texts=1000]`
 */
import { strict as assert } from "node:assert";
import { type Carrier, startCarrier } from "../../local/carrier/mod.ts";
import { type Model, startModel } from "../../local/model/mod.ts";
import { startPostgres } from "../../local/postgres.ts";
import { print } from "../../local/print.ts";
import { option, tell } from "../figures.ts";
import { inTurn } from "../measure/pairs.ts";
import { idle, numbersFrom, type StackProcess, startStackProcess } from "../measure/stack_process.ts";
import { newContacts, sendTexts } from "../measure/texts.ts";
import { FLOOR, makeRoot, TRIVIAL_CALL } from "./root.ts";
import { render, type Run, summarize, type Way, WAYS } from "./told.ts";

const NUMBERS = 100;
const WARM_UP = 200;
const SLOW_MODEL_MS = 10_000;

const texts = option("texts", 1_000);

interface Stage extends AsyncDisposable {
  readonly carrier: Carrier;
  readonly model: Model;
  /** Where nobody is answered, and where everybody is. */
  readonly held: StackProcess;
  readonly free: StackProcess;
  readonly numbers: Readonly<Record<"floor" | "held" | "free", readonly string[]>>;
}

async function raiseStage(): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const server = parts.use(await startPostgres({ ephemeral: true }));
  const carrier = await startCarrier();
  const model = parts.use(await startModel());
  model.answerAll({
    reply: "Yes.",
    intent: "question",
    end_conversation: false,
    opt_out: false,
    handoff: false,
  });
  const numbers = {
    floor: numbersFrom(9_000_000, 1),
    held: numbersFrom(9_100_000, NUMBERS),
    free: numbersFrom(9_200_000, NUMBERS),
  };
  const stack = { server, carrier, model, sql: TRIVIAL_CALL };
  const held = parts.use(
    await startStackProcess({
      ...stack,
      functionsRoot: await makeRoot(),
      numbers: numbers.held,
      worker: false,
    }),
  );
  const free = parts.use(
    await startStackProcess({
      ...stack,
      functionsRoot: await makeRoot(),
      numbers: numbers.free,
      worker: true,
    }),
  );
  for (const number of numbers.floor) {
    carrier.addNumber(held.accountSid, { number, smsUrl: `${held.functionsUrl}/${FLOOR}` });
  }
  parts.defer(() => carrier.stop());
  const running = parts.move();
  return { carrier, model, held, free, numbers, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function measure(
  { carrier, model, held, free, numbers }: Stage,
  way: Way,
  count: number,
): Promise<Run> {
  if (way === "model of 10 s") model.slowDown(SLOW_MODEL_MS);
  // Callbacks come with the answers, and are another benchmark's business.
  carrier.faults.set({ autoDeliver: false });
  model.requests.length = 0;
  const to = way === "floor" || way === "held" ? numbers[way] : numbers.free;
  const started = performance.now();
  const received = await sendTexts(carrier, { numbers: to, contacts: newContacts(count) });
  const milliseconds = performance.now() - started;
  assert(received.every(({ ok }) => ok), "every webhook answers 2xx");
  model.slowDown(0);
  await held.sql`delete from sms_private.jobs`;
  await idle(free.sql);
  return { milliseconds, each: received.map((one) => one.milliseconds) };
}

await using stage = await raiseStage();
const runs: Record<Way, Run[]> = { "floor": [], "held": [], "model of 0 s": [], "model of 10 s": [] };
for (const way of WAYS) await measure(stage, way, WARM_UP);
for (let pair = 0; pair < option("pairs", 5); pair++) {
  for (const way of inTurn(WAYS, pair)) runs[way].push(await measure(stage, way, texts));
}
const { figures, ratios } = summarize(runs);
print(render(runs));
print();
for (const [name, value] of Object.entries(ratios)) print(`${value.toFixed(2)} ×  ${name}`);
tell(figures, { ratios });
