import type { Clock } from "../worker/clock.ts";
import type { Message } from "../contract/common.ts";
import type { RpcClient } from "../database/rpc.ts";
import type { Deliver } from "./deliver.ts";
import type { LeaseLimits } from "../worker/lease.ts";
import { describeError, type Logger } from "../log.ts";
import { recordWithRetries } from "../worker/record_with_retries.ts";
import {
  claimDeliveries,
  type DeliveryJob,
  type DeliveryResult,
  recordDeliveries,
} from "../database/verbs/deliveries.ts";
import { type Delivery, getDelivery } from "../database/verbs/send.ts";

export interface DeliverNowDependencies {
  readonly deliver: Deliver;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseSeconds: number;
  readonly limits: LeaseLimits;
}

/** How a delivery stands when this request ends. */
export type Progress = Pick<Delivery, "state" | "message">;

export type DeliverNow = (message: Message, client: RpcClient) => Promise<Progress>;

/** How long a request waits for a worker that claimed the message first, and how often it looks. */
const PATIENCE_MS = 10_000;
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 500;

/**
 * Delivers a message that was just stored. It claims the message first, as a worker does. If a worker was quicker, it waits
 * for the worker's result.
 *
 * Never throws. The message is stored, so a failure from here on is not an error of the request: the caller would repeat
 * the request, and the contact would get the message twice. The worker does what is left.
 */
export function deliverNow(deps: DeliverNowDependencies): DeliverNow {
  const { clock } = deps;

  const deliverClaimed = async (job: DeliveryJob, claimedAt: number, client: RpcClient) => {
    const mayStart = () => clock.now() - claimedAt < deps.limits.startWithinMs;
    const record = recordWithRetries<DeliveryResult>({
      record: (results) => recordDeliveries(client, results),
      name: "delivery",
      clock,
      log: deps.log,
    });
    await record([await deps.deliver(job, { client, mayStart })]);
  };

  const waitForWorker = async (id: string, client: RpcClient): Promise<Progress> => {
    const deadline = clock.now() + PATIENCE_MS;
    for (let pause = FIRST_LOOK_MS;; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
      const delivery = await getDelivery(client, id);
      if (delivery.state !== "in_hand" || clock.now() + pause > deadline) return delivery;
      await clock.wait(pause);
    }
  };

  return async (message, client) => {
    try {
      const claimedAt = clock.now();
      const { jobs: [job] } = await claimDeliveries(client, {
        batch_size: 1,
        lease_seconds: deps.leaseSeconds,
        message_ids: [message.id],
      });
      if (!job) return await waitForWorker(message.id, client);
      await deliverClaimed(job, claimedAt, client);
      return await getDelivery(client, message.id);
    } catch (error) {
      deps.log.warn({ outcome: "LEFT_TO_WORKER", message_id: message.id, error: describeError(error) });
      return { state: "waiting", message };
    }
  };
}
