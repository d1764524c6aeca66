import type { RpcClient } from "../database/rpc.ts";
import { checkDeliveries, type DeliveryJob } from "../database/verbs/deliveries.ts";

interface Round {
  readonly jobs: DeliveryJob[];
  readonly answer: Promise<ReadonlySet<string>>;
}

/**
 * Asks the database whether a claimed delivery may still leave. Those that wait for the same token go on at the same moment, and
 * ask in one call.
 *
 * @throws what the call throws
 */
export function askTogether(): (client: RpcClient, job: DeliveryJob) => Promise<boolean> {
  const rounds = new Map<RpcClient, Round>();
  const begin = (client: RpcClient): Round => {
    const jobs: DeliveryJob[] = [];
    const answer = new Promise((resolve) => setTimeout(resolve, 0)).then(() => {
      rounds.delete(client);
      return checkDeliveries(client, jobs);
    });
    const round = { jobs, answer };
    rounds.set(client, round);
    return round;
  };
  return async (client, job) => {
    const round = rounds.get(client) ?? begin(client);
    round.jobs.push(job);
    return (await round.answer).has(job.job_id);
  };
}
