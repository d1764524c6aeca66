import type { RpcClient } from "../../_shared/sms/database/rpc.ts";
import type { Claim, ClaimSize, Outcome } from "../../_shared/sms/database/verbs/claims.ts";
import { createLane, type Lane, type LaneHost } from "../lane.ts";

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
  /** Its lane in one run of the worker. */
  lane(client: RpcClient, host: LaneHost): Lane;
}

/** @param leaseSeconds how long no other worker can claim a claimed job */
export function createQuestions<Job, Result>(
  work: QuestionWork<Job, Result>,
  leaseSeconds: number,
): Questions {
  return {
    lane(client, host) {
      let claimed = 0;
      return createLane<Job, Result>({
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
