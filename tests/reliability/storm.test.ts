import { strict as assert } from "node:assert";
import { planStorm } from "./storm/plan.ts";
import { LINES } from "./storm/stage.ts";
import { runStorm } from "./storm/storm.ts";

// `deno task storm` runs larger ones; the last figures are in docs/results/.
Deno.test("a storm of 300 messages loses, doubles, misreports and leaves nothing", async () => {
  const { complaints, received, stored, answered, sent, seed } = await runStorm({ messages: 300, seed: 4 });
  assert.deepEqual(complaints, [], `deno task storm --messages 300 --seed ${seed}`);
  assert.equal(stored, received);
  // It was a storm in which something happened.
  assert(received > 200 && answered > 150 && sent > 100, `${received} ${answered} ${sent}`);
});

Deno.test("a seed makes the same storm again, and another seed another one", () => {
  const plan = (seed: number) => planStorm({ seed, messages: 200, lines: LINES });
  assert.deepEqual(plan(5), plan(5));
  assert.notDeepEqual(plan(5).faults, plan(6).faults);
});
