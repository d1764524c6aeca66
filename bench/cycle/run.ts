/** One run of `cycle`: texts come in, and the carrier's ledger says when each was answered. */
import type { Carrier } from "../../local/carrier/mod.ts";
import type { Model } from "../../local/model/mod.ts";
import { type Cpu, cpuBetween, cpuNow } from "../measure/roles.ts";
import { sendTexts, type Texts } from "../measure/texts.ts";

/** Without a further answer or callback for so long, what is missing is lost. */
const SILENCE_MS = 30_000;
/** A second answer would come soon after the first. */
const AFTERWARDS_MS = 500;
const LOOK_EVERY_MS = 20;

export interface RunPlan extends Texts {
  readonly carrier: Carrier;
  readonly model: Model;
  /** Whether the carrier reports `sent` and `delivered` of each answer. */
  readonly callbacks: boolean;
  /** Resolves when the system has nothing more to do. Default: it says nothing of that. */
  settled?(): Promise<void>;
}

export interface Run {
  /** Milliseconds from the first text until the webhooks of all have answered. */
  readonly lastAckMs: number;
  /** Until the carrier had the last first answer. */
  readonly lastAnswerMs: number;
  /** Until the last callback was answered; null without callbacks. */
  readonly lastCallbackMs: number | null;
  /** Webhooks that did not answer 2xx. */
  readonly refused: number;
  /** Contacts who got no answer, and who got more than one. */
  readonly missing: number;
  readonly doubled: number;
  /** Milliseconds of CPU for each text. */
  readonly cpu: Cpu;
}

export async function runCycle(plan: RunPlan): Promise<Run> {
  const { carrier, model, numbers, contacts, callbacks } = plan;
  carrier.faults.set({ autoDeliver: callbacks });
  model.requests.length = 0;
  using watch = watchAnswers(carrier, new Set(contacts));
  const cpuBefore = cpuNow();
  const received = await sendTexts(carrier, { numbers, contacts }, watch.acknowledged);
  await watch.quiet(callbacks ? 2 : 0);
  await plan.settled?.();
  const cpu = cpuBetween(cpuBefore, cpuNow(), contacts.length);
  await pause(AFTERWARDS_MS);
  const answers = countAnswers(carrier, contacts);
  return {
    ...watch.times(),
    refused: received.filter(({ ok }) => !ok).length,
    missing: answers.filter((count) => count === 0).length,
    doubled: answers.filter((count) => count > 1).length,
    cpu,
  };
}

/** How many answers the ledger has for each contact. */
function countAnswers(carrier: Carrier, contacts: readonly string[]): number[] {
  const counts = new Map(contacts.map((contact) => [contact, 0]));
  for (const { to } of carrier.ledger.outbound()) {
    const count = counts.get(to);
    if (count !== undefined) counts.set(to, count + 1);
  }
  return [...counts.values()];
}

/** Notes when things happen to these contacts, from now on. */
function watchAnswers(carrier: Carrier, contacts: ReadonlySet<string>) {
  const started = performance.now();
  const now = () => performance.now() - started;
  const answered = new Set<string>();
  let callbacks = 0;
  const last = { ack: 0, answer: 0, callback: 0 };
  const end = carrier.on((event) => {
    if (event.type !== "accepted" && event.type !== "callback") return;
    const { to } = event.message;
    if (!contacts.has(to)) return;
    if (event.type === "callback") {
      callbacks++;
      last.callback = now();
    } else if (!answered.has(to)) {
      answered.add(to);
      last.answer = now();
    }
  });
  return {
    acknowledged: () => void (last.ack = now()),
    /** Until all are answered and their callbacks over, or nothing happens any more. */
    async quiet(callbacksEach: number): Promise<void> {
      const isOver = () => answered.size === contacts.size && callbacks >= contacts.size * callbacksEach;
      while (!isOver() && now() - Math.max(...Object.values(last)) < SILENCE_MS) await pause(LOOK_EVERY_MS);
    },
    times: () => ({
      lastAckMs: last.ack,
      lastAnswerMs: last.answer,
      lastCallbackMs: callbacks === 0 ? null : last.callback,
    }),
    [Symbol.dispose]: end,
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
