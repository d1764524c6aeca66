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
export type Progress = Pick<Delivery, "state" | "message"> & {
  /** What the try of this request came to, and the code of Twilio or ours if there is one. */
  readonly tried?: Pick<DeliveryResult, "outcome" | "error_code">;
};

export type DeliverNow = (message: Message, client: RpcClient) => Promise<Progress>;

/** How long a request waits for a worker that claimed the message first, and how often it looks. */
const PATIENCE_MS = 10_000;
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 500;
/** How long a request waits until the number's pace lets the message go, so that its answer has the SID. */
const TURN_PATIENCE_MS = 5_000;

/**
 * Delivers a message that was just stored. It claims the message first, as a worker does. If the number sent something in
 * the same seconds, it waits for its turn. If a worker was quicker, it waits for the worker's result.
 *
 * Never throws. The message is stored, so a failure from here on is not an error of the request: the caller would repeat
 * the request, and the contact would get the message twice. The worker does what is left.
 */
export function deliverNow(deps: DeliverNowDependencies): DeliverNow {
  const { clock } = deps;

  const deliverClaimed = async (job: DeliveryJob, claimedAt: number, client: RpcClient) => {
    const claimIsYounger = (ms: number) => clock.now() - claimedAt < ms;
    const mayStart = () => claimIsYounger(deps.limits.startWithinMs);
    const isFresh = () => claimIsYounger(deps.limits.freshMs);
    const record = recordWithRetries<DeliveryResult>({
      record: (results) => recordDeliveries(client, results),
      name: "delivery",
      clock,
      log: deps.log,
    });
    const result = await deps.deliver(job, { client, mayStart, isFresh });
    await record([result]);
    return { outcome: result.outcome, error_code: result.error_code };
  };

  const waitForWorker = async (id: string, client: RpcClient): Promise<Delivery> => {
    const deadline = clock.now() + PATIENCE_MS;
    for (let pause = FIRST_LOOK_MS;; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
      const delivery = await getDelivery(client, id);
      if (delivery.state !== "in_hand" || clock.now() + pause > deadline) return delivery;
      await clock.wait(pause);
    }
  };

  return async (message, client) => {
    const deadline = clock.now() + TURN_PATIENCE_MS;
    try {
      for (let least = FIRST_LOOK_MS;; least = Math.min(least * 2, LONGEST_LOOK_MS)) {
        const claimedAt = clock.now();
        const { jobs: [job] } = await claimDeliveries(client, {
          batch_size: 1,
          lease_seconds: deps.leaseSeconds,
          message_ids: [message.id],
        });
        if (job) {
          const tried = await deliverClaimed(job, claimedAt, client);
          return { ...await getDelivery(client, message.id), tried };
        }
        let delivery = await waitForWorker(message.id, client);
        if (delivery.turn_in_ms === null) return delivery;
        // Another message may take the turn. Then this one looks again, but not all the time.
        const pause = Math.max(delivery.turn_in_ms, least);
        if (clock.now() + pause > deadline) return delivery;
        await clock.wait(pause);
        // Something more urgent may have come meanwhile, an answer of the assistant say.
        delivery = await waitForWorker(message.id, client);
        if (delivery.turn_in_ms === null) return delivery;
      }
    } catch (error) {
      deps.log.warn({ outcome: "LEFT_TO_WORKER", message_id: message.id, error: describeError(error) });
      return { state: "waiting", message };
    }
  };
}
