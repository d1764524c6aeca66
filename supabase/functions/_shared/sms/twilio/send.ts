import { z } from "zod";
import type { TwilioCredentials } from "./as_account.ts";
import { createTwilioClients, type TwilioClientOptions } from "./client.ts";
import { classifySendError, type SendFailure } from "./send_errors.ts";
import { statusCallbackUrl } from "./urls.ts";
import type { DeliveryJob } from "../database/verbs/deliveries.ts";

/** The result of one attempt to hand a message to Twilio. */
export type SendOutcome =
  | {
    readonly outcome: "accepted";
    readonly messageSid: string;
    readonly status: string;
    readonly segments: number | null;
  }
  | SendFailure;

export interface Carrier {
  /** Hands one message to Twilio, once. Never throws: an unknown outcome is a result too. */
  send(job: DeliveryJob, as: TwilioCredentials): Promise<SendOutcome>;
}

export interface CarrierOptions extends TwilioClientOptions {
  /** The base URL that Twilio is given for status callbacks. */
  readonly publicUrl: string;
}

const Accepted = z.object({
  sid: z.string().regex(/^[A-Z]{2}[0-9a-f]{32}$/),
  status: z.string(),
  numSegments: z.coerce.number().int().nullish().catch(null),
});

/** Hands messages to Twilio with its real REST client. */
export function createCarrier(options: CarrierOptions): Carrier {
  const clientFor = createTwilioClients(options);
  return {
    async send(job, as) {
      try {
        const created: unknown = await clientFor(as).messages.create({
          to: job.to_number,
          from: job.from_number,
          ...(job.body === "" ? {} : { body: job.body }),
          ...(job.media_urls.length === 0 ? {} : { mediaUrl: job.media_urls }),
          statusCallback: statusCallbackUrl(options.publicUrl, job.message_id),
        });
        const { sid, status, numSegments } = Accepted.parse(created);
        // Twilio says 0 while it does not know yet.
        return { outcome: "accepted", messageSid: sid, status, segments: numSegments || null };
      } catch (error) {
        return classifySendError(error);
      }
    },
  };
}
