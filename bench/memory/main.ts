/**
 * How much memory do worker and webhook hold at most in `cycle`? Its first case without the peer: resident memory, pages of
 * the runtime included.
 *
 * `deno task bench memory [--pairs=5] [--texts=1000]`: so many runs.
 */
import { strict as assert } from "node:assert";
import { print } from "../../local/print.ts";
import { memoryPeaks, runOf, warmUp } from "../cycle/memory.ts";
import { NUMBERS, raiseStage } from "../cycle/stage.ts";
import { option, tell } from "../figures.ts";
import { render, summarize } from "./told.ts";

await using stage = await raiseStage({ withPeer: false });
const [ours] = stage.systems;
assert(ours);
await warmUp(stage);
for (let run = 0; run < option("pairs", 5); run++) {
  const { missing } = await runOf(stage, ours, {
    numbers: NUMBERS,
    callbacks: false,
    texts: option("texts", 1_000),
  });
  assert.equal(missing, 0, "everybody is answered");
}
const peaks = memoryPeaks();
print(render(peaks));
tell(peaks, { ratios: summarize(peaks) });
