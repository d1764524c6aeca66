import { BoundedCache } from "../bounded_cache.ts";
import type { RpcClient } from "../database/rpc.ts";
import { describeError, type Logger } from "../log.ts";
import { asAccount } from "../twilio/as_account.ts";
import { NotConnected } from "../twilio/errors.ts";
import type { Carrier, SendOutcome } from "../twilio/send.ts";
import type { RememberedAccounts } from "../twilio/tokens.ts";
import type { DeliveryJob, DeliveryResult } from "../database/verbs/deliveries.ts";
import { askTogether } from "./ask_together.ts";

export interface DeliveryDependencies {
  readonly accounts: RememberedAccounts;
  readonly carrier: Carrier;
  readonly log: Logger;
  /** From 0 to 1, for jitter. */
  readonly random?: () => number;
}

export interface DeliveryContext {
  readonly client: RpcClient;
  /** Whether enough of the lease is left to begin a request and report its result before the lease ends. */
  mayStart(): boolean;
  /** Whether the claim is so young that what it found still counts. */
  isFresh(): boolean;
}

export type Deliver = (job: DeliveryJob, context: DeliveryContext) => Promise<DeliveryResult>;

const CREDENTIALS_RETRY_MS = 60_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * Hands claimed messages to Twilio. Twilio's answer is reported as it is; the database decides what becomes of the message,
 * and how many tries it gets.
 *
 * If Twilio refuses the token (401, 20003), it is read again, and a new one is tried at once. Otherwise the message is
 * tried again after about a minute: a person who rotates a token at Twilio stores it here some minutes later.
 *
 * A contact may opt out after the claim. Who was kept from sending at once asks the database once more before the request.
 */
export function createDelivery(deps: DeliveryDependencies): Deliver {
  const random = deps.random ?? Math.random;
  /** How often in a row Twilio asked an account to slow down. */
  const slowdowns = new BoundedCache<number>(500);
  const jitter = (milliseconds: number) => Math.round(milliseconds * (0.5 + random()));

  const backOff = (job: DeliveryJob): number => {
    const count = slowdowns.get(job.account_sid) ?? 0;
    slowdowns.set(job.account_sid, count + 1);
    return jitter(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(count, 6)));
  };

  const mayLeave = askTogether();

  const send = async (job: DeliveryJob, { client, mayStart, isFresh }: DeliveryContext): Promise<Sent> => {
    let sent: Sent = NOT_STARTED;
    let waited = !deps.accounts.isAtHand(job.account_sid);
    return await asAccount(
      { accounts: deps.accounts, client },
      job.account_sid,
      async (as) => {
        const mayStill = (!waited && isFresh()) || await mayLeave(client, job);
        waited = true;
        // Looking up a token takes time, and the lease runs on.
        if (mayStill && mayStart()) sent = await deps.carrier.send(job, as);
        return sent;
      },
      ({ outcome }) => outcome === "unauthorized",
    ).catch((error) => {
      if (error instanceof NotConnected) return notConnected(error);
      throw error;
    });
  };

  return async (job, context) => {
    if (!context.mayStart()) return resultOf(job, NOT_STARTED);
    let sent: Sent;
    try {
      sent = await send(job, context);
    } catch (error) {
      // Only the look-ups throw, of the token and of what may leave, so nothing was sent.
      deps.log.error({
        outcome: "DELIVERY_NOT_STARTED",
        message_id: job.message_id,
        error: describeError(error),
      });
      const error_message =
        "The token of the Twilio account could not be read. Send the message again later.";
      return resultOf(job, { outcome: "retry", error_message, retry_after_ms: backOff(job) });
    }
    if (sent.outcome === "not_started") return resultOf(job, NOT_STARTED);
    if (sent.outcome === "accepted") {
      slowdowns.delete(job.account_sid);
      const { outcome, messageSid, status, segments } = sent;
      return resultOf(job, { outcome, message_sid: messageSid, status, num_segments: segments });
    }
    const why = { error_code: sent.errorCode, error_message: sent.explanation };
    if (sent.outcome === "unauthorized") {
      return resultOf(job, { outcome: "retry", ...why, retry_after_ms: jitter(CREDENTIALS_RETRY_MS) });
    }
    const retry = sent.outcome === "retry" ? { retry_after_ms: backOff(job) } : {};
    return resultOf(job, { outcome: sent.outcome, ...why, ...retry });
  };
}

const NOT_STARTED = { outcome: "not_started" } as const;
type Sent = SendOutcome | typeof NOT_STARTED;

const notConnected = ({ message }: NotConnected): SendOutcome => ({
  outcome: "unauthorized",
  errorCode: "20003",
  explanation: message,
});

function resultOf(
  job: DeliveryJob,
  outcome: Partial<DeliveryResult> & Pick<DeliveryResult, "outcome">,
): DeliveryResult {
  return {
    job_id: job.job_id,
    lease_token: job.lease_token,
    message_id: job.message_id,
    account_sid: job.account_sid,
    message_sid: null,
    status: null,
    num_segments: null,
    error_code: null,
    error_message: null,
    retry_after_ms: null,
    ...outcome,
  };
}
