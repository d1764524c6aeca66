import type { RpcClient } from "../../_shared/sms/database/rpc.ts";
import type { Claim, ClaimSize, Outcome } from "../../_shared/sms/database/verbs/claims.ts";
import { JobLoop } from "../job_loop.ts";
import type { Loop, LoopHost } from "../loop.ts";

/** One kind of question to Twilio. Questions must never delay replies and deliveries: few run at a time, and in one run. */
export interface QuestionWork<Job, Result> {
  readonly name: string;
  readonly concurrency: number;
  readonly maxItems: number;
  claim(client: RpcClient, size: ClaimSize): Promise<Claim<Job>>;
  /** Must not throw when something goes wrong at Twilio: that is a result too. */
  work(job: Job, client: RpcClient): Promise<Result>;
  record(client: RpcClient, results: Result[]): Promise<Outcome[]>;
}

export interface Questions {
  /** Its loop in one run of the worker. */
  loop(client: RpcClient, host: LoopHost): Loop;
}

/** @param leaseSeconds how long no other worker can claim a claimed job */
export function createQuestions<Job, Result>(
  work: QuestionWork<Job, Result>,
  leaseSeconds: number,
): Questions {
  return {
    loop(client, host) {
      let claimed = 0;
      return new JobLoop<Job, Result>({
        name: work.name,
        concurrency: work.concurrency,
        async claim(free) {
          const batch_size = Math.min(free, work.maxItems - claimed);
          const claim = await work.claim(client, { batch_size, lease_seconds: leaseSeconds });
          claimed += claim.jobs.length;
          return claim;
        },
        work: (job) => work.work(job, client),
        record: (results) => work.record(client, results),
      }, { ...host, hasRoom: () => claimed < work.maxItems });
    },
  };
}
