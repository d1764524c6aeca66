import { tablesWith } from "../../support/secrets.ts";
import { calmDown } from "./calm.ts";
import { judge, type Tally } from "./judge.ts";
import { planStorm } from "./plan.ts";
import { LINES, raise, type Stage, type StageOptions } from "./stage.ts";
import { storyOf } from "./story.ts";
import { play } from "./traffic.ts";

export interface StormOptions extends StageOptions {
  /** Texts of contacts and of programs, together. */
  messages: number;
  onProgress?: (line: string) => void;
  /** Every line that a function printed. */
  onLog?: (line: string) => void;
  /** Where something is wrong: all that is known of the contacts it happened to. */
  onStory?: (line: string) => void;
}

/** Whose stories are told; more than a person reads help nobody. */
const STORIES = 5;

/** A stack of its own, all faults, and what became of every message. */
export async function runStorm(
  { messages, seed, database, deno, onProgress = () => {}, onLog, onStory = () => {} }: StormOptions,
): Promise<Tally> {
  const plan = planStorm({ seed, messages, lines: LINES });
  onProgress(`storm ${seed}: ${messages} messages, ${plan.faults.length} faults`);
  await using stage = await raise({ seed, database, deno });
  const telling = new Set<string>();
  stage.stack.functions.onLog(({ function: name, text }) => {
    onLog?.(`${new Date().toISOString()} ${name} ${text}`);
    if (stage.secrets.some((secret) => text.includes(secret))) telling.add(name);
  });
  const started = performance.now();
  const say = (what: string) => onProgress(`${Math.round((performance.now() - started) / 1_000)} s: ${what}`);
  await play(stage, plan, (done) => done % 500 === 0 && say(`${done} messages`));
  say("all said; waiting until all is settled");
  await calmDown(stage, say);
  say("settled");
  const tally = await judge(stage, plan);
  for (const what of await stage.signers.forge()) {
    tally.complaints.push(`a forged webhook was taken: ${what}`);
  }
  for (const name of telling) tally.complaints.push(`the log of ${name} has a secret`);
  for (const table of await tablesWith(stage.sql, stage.secrets)) {
    tally.complaints.push(`a row of ${table} has a secret`);
  }
  await tell(stage, tally, onStory);
  return tally;
}

async function tell(stage: Stage, { complaints }: Tally, onStory: (line: string) => void): Promise<void> {
  const numbers = new Set(complaints.flatMap((complaint) => complaint.match(/\+\d{11}/g) ?? []));
  for (const number of [...numbers].slice(0, STORIES)) {
    for (const line of await storyOf(stage, number)) onStory(line);
  }
}

/** What must not be. */
export function isClean({ lost, doubled, stuck, wrong_status, complaints }: Tally): boolean {
  return lost + doubled + stuck + wrong_status + complaints.length === 0;
}
