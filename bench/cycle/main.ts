/**
 * How quickly is everybody answered? So many texts at 16 connections, to 100 numbers of one tenant and to one number, with a
 * model that takes 200 ms; with two callbacks for each answer and without. Ours and the best peer (bench/peer) take turns
 * in one run: the ratio is what counts, the machine is not.
 *
 * `deno task bench cycle [--pairs=5] [--texts=1000] [--peer=0] [--numbers=100] [--callbacks=2]`: the last two pick cases.
 */
import { print } from "../../local/print.ts";
import { option, tell } from "../figures.ts";
import { inTurn } from "../measure/pairs.ts";
import { memoryPeaks, runOf, warmUp } from "./memory.ts";
import type { Run } from "./run.ts";
import { NUMBERS, raiseStage, type Stage, type System } from "./stage.ts";
import { type Case, type Measured, nameOf, render, summarize } from "./told.ts";

const pairs = option("pairs", 5);
const texts = option("texts", 1_000);

function casesWanted(): Case[] {
  const ways = [NUMBERS, 1].flatMap((numbers) => [0, 2].map((callbacks) => ({ numbers, callbacks })));
  const wanted = ways.filter(({ numbers, callbacks }) =>
    option("numbers", numbers) === numbers && option("callbacks", callbacks) === callbacks
  );
  return wanted.map(({ numbers, callbacks }) => ({ numbers, callbacks: callbacks > 0 }));
}

async function measure(stage: Stage, system: System, which: Case): Promise<Run> {
  const run = await runOf(stage, system, { ...which, texts });
  const said = `${(run.lastAnswerMs / 1_000).toFixed(2)} s, ${run.missing} missing, ${run.doubled} doubled`;
  const complaints = Object.entries(await system.complaints?.() ?? {}).map(([what, count]) =>
    `${count} × ${what}`
  );
  print(`${nameOf(which)}, ${system.name}: ${[said, ...complaints].join("; ")}`);
  return run;
}

/** To one number the peer waits for locks for a minute and more, and loses texts: once shows it. */
function runs({ name }: System, { numbers }: Case, pair: number): boolean {
  return name === "ours" || numbers > 1 || pair === 0;
}

async function measureAll(stage: Stage): Promise<Measured[]> {
  const measured = casesWanted().map((which) => ({ case: which, ours: [] as Run[], peer: [] as Run[] }));
  for (let pair = 0; pair < pairs; pair++) {
    for (const one of measured) {
      for (const system of inTurn(stage.systems, pair).filter((system) => runs(system, one.case, pair))) {
        one[system.name].push(await measure(stage, system, one.case));
      }
    }
  }
  return measured;
}

await using stage = await raiseStage({ withPeer: option("peer", 1) !== 0 });
await warmUp(stage);
const measured = await measureAll(stage);
const { figures, ratios = {}, counts = {} } = summarize(measured, texts);
const memory = memoryPeaks();
print(`\n${render(measured, texts)}\n`);
for (const [name, value] of Object.entries(ratios)) print(`${value.toFixed(2)} ×  ${name}`);
for (const [name, value] of Object.entries(memory)) print(`${value.toFixed(0).padStart(4)}  ${name}`);
tell({ ...figures, ...memory }, { ratios, counts });
