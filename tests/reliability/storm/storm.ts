import { calmDown } from "./calm.ts";
import { judge, type Tally } from "./judge.ts";
import { planStorm } from "./plan.ts";
import { LINES, raise } from "./stage.ts";
import { play } from "./traffic.ts";

export interface StormOptions {
  /** Texts of contacts and of programs, together. */
  messages: number;
  /** The same seed makes the same messages and faults. */
  seed: number;
  onProgress?: (line: string) => void;
  /** Every line that a function printed. */
  onLog?: (line: string) => void;
}

/** A stack of its own, all faults, and what became of every message. */
export async function runStorm(
  { messages, seed, onProgress = () => {}, onLog }: StormOptions,
): Promise<Tally> {
  const plan = planStorm({ seed, messages, lines: LINES });
  onProgress(`storm ${seed}: ${messages} messages, ${plan.faults.length} faults`);
  await using stage = await raise(seed);
  if (onLog) {
    stage.stack.functions.onLog(({ function: name, text }) =>
      onLog(`${new Date().toISOString()} ${name} ${text}`)
    );
  }
  const started = performance.now();
  const say = (what: string) => onProgress(`${Math.round((performance.now() - started) / 1_000)} s: ${what}`);
  await play(stage, plan, (done) => done % 500 === 0 && say(`${done} messages`));
  say("all said; waiting until all is settled");
  await calmDown(stage, say);
  say("settled");
  return await judge(stage, plan);
}

/** What must not be. */
export function isClean({ lost, doubled, stuck, wrong_status }: Tally): boolean {
  return lost + doubled + stuck + wrong_status === 0;
}
