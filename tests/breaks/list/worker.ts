import type { Break } from "../break.ts";

const worker = "supabase/functions/sms-worker";
const loopTest = "tests/unit/functions/job_loop.test.ts";
const scheduleTest = "tests/unit/functions/claim_schedule.test.ts";
const runTest = "tests/unit/functions/worker_run.test.ts";
const cpuTest = "tests/unit/functions/worker_cpu.test.ts";
const workerTest = "tests/unit/functions/sms_worker.test.ts";

export const workerBreaks: Break[] = [
  {
    name: "a wake does not end a loop's wait",
    in: `${worker}/job_loop.ts`,
    find: "this.#schedule.expectWork();\n    this.#interruptWait();",
    replace: "this.#schedule.expectWork();",
    caughtBy: [loopTest],
  },
  {
    name: "results that cannot be stored fill the memory",
    in: `${worker}/job_loop.ts`,
    find: ">= concurrency * UNRECORDED_PER_SLOT",
    replace: ">= Infinity",
    caughtBy: [loopTest],
  },
  {
    name: "a run ends while one of its claims is on its way",
    in: `${worker}/job_loop.ts`,
    find: 'this.#state.kind === "claiming" || !this.#inHand.isEmpty()',
    replace: "!this.#inHand.isEmpty()",
    caughtBy: [loopTest, runTest],
  },
  {
    name: "a claim does not say whose jobs are in hand",
    in: `${worker}/job_loop.ts`,
    find: "this.#host.slots.takenByTenant(this.#kind.name)",
    replace: "{}",
    caughtBy: [workerTest],
  },
  {
    name: "a lease is counted from the end of its claim",
    in: `${worker}/job_loop.ts`,
    find: "this.#inHand.begin(job, claimedAt)",
    replace: "this.#inHand.begin(job, clock.now())",
    caughtBy: [workerTest],
  },
  {
    name: "a database that fails is asked without a pause",
    in: `${worker}/claim_schedule.ts`,
    find: "now + doubled(FIRST_BACK_OFF_MS, this.#failures, LONGEST_BACK_OFF_MS)",
    replace: "now + CLAIM_GAP_MS",
    caughtBy: [scheduleTest],
  },
  {
    name: "a wake that comes during a claim is forgotten",
    in: `${worker}/claim_schedule.ts`,
    find: "Math.min(this.#dueAt, now + Math.max(nextDueInMs, wait))",
    replace: "now + Math.max(nextDueInMs, wait)",
    caughtBy: [scheduleTest],
  },
  {
    name: "a full claim is not followed by another",
    in: `${worker}/claim_schedule.ts`,
    find: "if (jobs >= size) this.expectWork();",
    replace: "",
    caughtBy: [scheduleTest],
  },
  {
    name: "due jobs that no claim returns wake successors without end",
    in: `${worker}/claim_schedule.ts`,
    find: "this.#emptyClaims <= EMPTY_CLAIMS_WORTH_A_SUCCESSOR && ",
    replace: "",
    caughtBy: [scheduleTest],
  },
  {
    name: "a run with jobs left wakes no successor",
    in: `${worker}/worker_run.ts`,
    find: "if (this.#loops.some((loop) => loop.leavesWork(SOON_MS))) this.#successor.wake();",
    replace: "",
    caughtBy: [workerTest],
  },
  {
    name: "a job that becomes due after a run's end waits for the next tick",
    in: `${worker}/worker_run.ts`,
    find: "if (!this.isClaiming()) this.#successor.wake();",
    replace: "",
    caughtBy: [workerTest, cpuTest],
  },
  {
    name: "a reply that is stored is not delivered by the same run",
    in: `${worker}/worker_run.ts`,
    find: 'if (name === "reply" && outcomes.some(isStored)) this.#deliveries.look();',
    replace: "",
    caughtBy: [workerTest],
  },
  {
    name: "an isolate that is about to end claims jobs",
    in: `${worker}/worker_run.ts`,
    find: "deps.isolateEndsAt - TAIL_MS",
    replace: "Infinity",
    caughtBy: [workerTest],
  },
  {
    name: "a run takes jobs without a limit",
    in: `${worker}/worker_run.ts`,
    find: "(this.#deps.maxItems ?? MAX_ITEMS) - this.#report.claimed",
    replace: "Infinity",
    caughtBy: [workerTest],
  },
  {
    name: "a run claims on, whatever CPU time it has used",
    in: `${worker}/worker_run.ts`,
    find: "this.#cpu.isSpent() ? 0 : ",
    replace: "",
    caughtBy: [cpuTest],
  },
  {
    name: "calls of the model cost no CPU time",
    in: `${worker}/metered.ts`,
    find: 'cpu.spend("modelCall");',
    replace: "",
    caughtBy: [cpuTest],
  },
  {
    name: "what the process tells of its CPU time is not heeded",
    in: `${worker}/cpu_budget.ts`,
    find: "this.#counted * MOST_TO_BELIEVE",
    replace: "0",
    caughtBy: ["tests/unit/functions/cpu_budget.test.ts"],
  },
  {
    name: "a listing reads until the run's CPU time is gone",
    in: `${worker}/questions/recover.ts`,
    find: " && !cpu.isSpent(milliseconds / WITHIN_MS)",
    replace: "",
    caughtBy: ["tests/unit/functions/questions.test.ts"],
  },
  {
    name: "a mistake in one job is recorded as its result",
    in: `${worker}/jobs_in_hand.ts`,
    find: "return;\n    } finally",
    replace: "result = error as Result;\n    } finally",
    caughtBy: [workerTest],
  },
  {
    name: "a run that makes way takes its slots along",
    in: `${worker}/worker.ts`,
    find: "cpu: newBudget(), slots }",
    replace: "cpu: newBudget(), slots: createSlots(() => {}) }",
    caughtBy: [cpuTest],
  },
  {
    name: "a slot is never freed",
    in: `${worker}/jobs_in_hand.ts`,
    find: "this.#options.slots.free(name, tenant);",
    replace: "",
    caughtBy: [loopTest],
  },
];
