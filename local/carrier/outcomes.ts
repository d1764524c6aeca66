/**
 * What becomes of a message to a number: refused at once, or accepted and then delivered or not.
 *
 * Twilio's magic numbers: https://www.twilio.com/docs/iam/test-credentials#test-sms-messages. With test credentials
 * Twilio sends no callbacks; here they belong to ordinary accounts, so accepted texts do get theirs.
 *
 * Ours, beside them: `+1500553dddd` is accepted and then fails with the error 3dddd, e.g. `+15005530003` → 30003.
 */
import type { MessageStatus } from "./types.ts";

export interface DeliveryOutcome {
  status: Extract<MessageStatus, "sent" | "delivered" | "undelivered" | "failed">;
  errorCode?: number;
}

const refusedTo: Readonly<Record<string, number>> = {
  "+15005550001": 21211,
  "+15005550002": 21612,
  "+15005550003": 21408,
  "+15005550004": 21610,
  "+15005550009": 21614,
};

const refusedFrom: Readonly<Record<string, number>> = {
  "+15005550001": 21212,
  "+15005550007": 21606,
  "+15005550008": 21611,
};

/** A sender that every account may use, unless it belongs to one. */
export const magicSender = "+15005550006";

/**
 * Fails before it leaves Twilio: 30001 queue overflow, 30002 account suspended. The others come back from the
 * carrier as undelivered. https://www.twilio.com/docs/api/errors/30001
 */
const failsBeforeSending = new Set([30001, 30002]);

export class Outcomes {
  readonly #refusals = new Map<string, number>();
  readonly #deliveries = new Map<string, DeliveryOutcome>();

  /** Answer creates to this contact with a Twilio error; null ends it. */
  refuse(to: string, code: number | null): void {
    if (code === null) this.#refusals.delete(to);
    else this.#refusals.set(to, code);
  }

  /** How texts to this contact end; null is delivered again. */
  deliver(to: string, outcome: DeliveryOutcome | null): void {
    if (outcome === null) this.#deliveries.delete(to);
    else this.#deliveries.set(to, outcome);
  }

  refusalOfSender(from: string): number | undefined {
    return refusedFrom[from];
  }

  refusalOfContact(to: string): number | undefined {
    return this.#refusals.get(to) ?? refusedTo[to];
  }

  deliveryTo(to: string): DeliveryOutcome {
    const failing = /^\+1500553(\d{4})$/.exec(to)?.[1];
    if (failing === undefined) return this.#deliveries.get(to) ?? { status: "delivered" };
    const errorCode = 30000 + Number(failing);
    return { status: failsBeforeSending.has(errorCode) ? "failed" : "undelivered", errorCode };
  }
}
