import { leaseLimits } from "../../../supabase/functions/_shared/sms/worker/lease.ts";
import { createWorker, type WorkerDependencies } from "../../../supabase/functions/sms-worker/worker.ts";
import { acceptedResult, replyResult } from "../../support/results.ts";
import { capturedLog, fakeClient, FakeClock, type Verbs } from "../sms/support.ts";

export interface WorkerOptions extends Partial<Omit<WorkerDependencies, "log" | "clock">> {
  clock?: FakeClock;
  verbs?: Verbs;
}

const nothing = () => ({ jobs: [], next_due_in_ms: null });

/** A worker over a fake database and clock. Replies are written and deliveries accepted at once, unless told. */
export function testWorker({ verbs, clock = new FakeClock(), ...options }: WorkerOptions = {}) {
  const client = fakeClient({ sms_claim_replies: nothing, sms_claim_deliveries: nothing, ...verbs });
  const { log, lines } = capturedLog();
  let successors = 0;
  const worker = createWorker({
    compose: (job) => Promise.resolve(replyResult(job)),
    deliver: (job) => Promise.resolve(acceptedResult(job)),
    wakeSuccessor: () => Promise.resolve(void successors++),
    clock,
    log,
    leaseSeconds: 90,
    limits: leaseLimits(90),
    isolateEndsAt: Infinity,
    cpu: { limitMs: Infinity },
    ...options,
  });
  const wake = () => worker.wake(client);
  return {
    clock,
    client,
    lines,
    worker,
    wake,
    run: () => clock.runUntil(wake()),
    successors: () => successors,
  };
}
