import assert from "node:assert/strict";
import { COSTS, CpuBudget } from "../../../supabase/functions/sms-worker/cpu_budget.ts";

Deno.test("the CPU time of a run is the sum of what its parts cost", () => {
  const cpu = new CpuBudget({ cpuTime: () => 0 });
  cpu.spend("verb");
  cpu.spend("delivery", 3);
  cpu.spend("character", 1_000);
  assert.equal(cpu.used(), COSTS.verb + 3 * COSTS.delivery + 1_000 * COSTS.character);
});

Deno.test("what the process tells counts where it is more, up to twice what was counted", () => {
  let told = 5_000;
  const cpu = new CpuBudget({ cpuTime: () => told });
  cpu.spend("verb", 100);
  const counted = 100 * COSTS.verb;
  assert.equal(cpu.used(), counted, "nothing was used since the run began");
  told += counted * 1.5;
  assert.equal(cpu.used(), counted * 1.5);
  told += 60_000;
  assert.equal(cpu.used(), counted * 2, "other isolates of the process are not this run");
});

Deno.test("a budget is spent when its limit is used, and its half before that", () => {
  const cpu = new CpuBudget({ limitMs: 100 * COSTS.verb, cpuTime: () => 0 });
  cpu.spend("verb", 49);
  assert.equal(cpu.isSpent(0.5), false);
  cpu.spend("verb", 1);
  assert.deepEqual([cpu.isSpent(0.5), cpu.isSpent()], [true, false]);
  cpu.spend("verb", 50);
  assert.equal(cpu.isSpent(), true);
});

Deno.test("this runtime tells the CPU time of its process, so that the estimate is not all there is", () => {
  const cpu = new CpuBudget();
  cpu.spend("verb");
  const until = performance.now() + 5_000;
  while (cpu.used() === COSTS.verb && performance.now() < until);
  assert.ok(cpu.used() > COSTS.verb);
});
