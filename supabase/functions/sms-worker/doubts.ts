import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import {
  claimDoubts,
  type DoubtJob,
  type DoubtResult,
  recordDoubts,
} from "../_shared/sms/database/verbs/doubts.ts";
import type { CpuBudget } from "./cpu_budget.ts";
import { JobLoop } from "./job_loop.ts";
import type { Questions } from "./questions/questions.ts";

export interface DoubtDependencies {
  readonly leaseSeconds: number;
  readonly decide: (job: DoubtJob, run: { client: RpcClient; cpu: CpuBudget }) => Promise<DoubtResult>;
}

/** Slots of their own: a slow model holds none of a reply for them. The database gives each tenant five at most. */
const CONCURRENCY = 20;
/** In one run. The rest follows with the next. */
const MAX_ITEMS = 100;

/** Texts that may be opt-outs: the model is asked. Nobody waits for it, so it is looked for as seldom as questions to Twilio. */
export function createDoubts(deps: DoubtDependencies): Questions {
  return {
    loop(client, host) {
      let claimed = 0;
      return new JobLoop<DoubtJob, DoubtResult>({
        name: "doubt",
        cost: "question",
        concurrency: CONCURRENCY,
        async claim(free) {
          const batch_size = Math.min(free, MAX_ITEMS - claimed);
          const claim = await claimDoubts(client, { batch_size, lease_seconds: deps.leaseSeconds });
          claimed += claim.jobs.length;
          return claim;
        },
        tenantOf: ({ user_id }) => user_id,
        work: (job) => deps.decide(job, { client, cpu: host.cpu }),
        record: (results) => recordDoubts(client, results),
      }, { ...host, room: () => Math.min(host.room(), MAX_ITEMS - claimed) });
    },
  };
}
