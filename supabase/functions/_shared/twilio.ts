import RequestClient from "twilio/request-client";
import Twilio from "twilio/rest";
import { z } from "zod";
import { BoundedCache } from "./bounded_cache.ts";
import type { Settings } from "./env.ts";
import { classifySendError, type SendFailure } from "./twilio_failures.ts";
import type { DeliveryJob } from "./verbs.ts";

/** What became of one attempt to hand a text to Twilio. */
export type SendOutcome =
  | {
    readonly outcome: "accepted";
    readonly messageSid: string;
    readonly status: string;
    readonly segments: number | null;
  }
  | SendFailure;

export interface Carrier {
  /** Hands one text to Twilio, once. Never throws: not knowing what became of it is an outcome too. */
  send(job: DeliveryJob, authToken: string): Promise<SendOutcome>;
}

export interface CarrierOptions {
  readonly apiBaseUrl: Settings["twilio"]["apiBaseUrl"];
  /** The base URL that Twilio is given for status callbacks. */
  readonly publicUrl: string;
  /** Milliseconds for the whole request, answer included. */
  readonly timeoutMs: number;
}

/**
 * How often and when Twilio tries a callback again; by default it gives up on a 5xx at once. Not part of what is
 * signed. Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export const CONNECTION_OVERRIDES = "#rc=3&rp=5xx,ct,rt";

/** @returns the callback URL for one message, found by our own id even before we know Twilio's */
export function statusCallbackUrl(publicUrl: string, messageId: string): string {
  return `${publicUrl}/functions/v1/sms-status?message_id=${
    encodeURIComponent(messageId)
  }${CONNECTION_OVERRIDES}`;
}

const Accepted = z.object({
  sid: z.string().regex(/^[A-Z]{2}[0-9a-f]{32}$/),
  status: z.string(),
  numSegments: z.coerce.number().int().nullish().catch(null),
});

const CLIENTS = 100;

/** The real REST client. Its retries are off: only the job knows whether a text may be sent again. */
export function createCarrier(options: CarrierOptions): Carrier {
  const clients = new BoundedCache<{ token: string; client: Twilio }>(CLIENTS);
  const clientFor = (accountSid: string, token: string): Twilio => {
    const known = clients.get(accountSid);
    if (known?.token === token) return known.client;
    const httpClient = new HttpClient(options);
    const client = new Twilio(accountSid, token, {
      autoRetry: false,
      timeout: options.timeoutMs,
      httpClient,
    });
    clients.set(accountSid, { token, client });
    return client;
  };

  return {
    async send(job, authToken) {
      try {
        const created: unknown = await clientFor(job.account_sid, authToken).messages.create({
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

/**
 * Twilio's own HTTP client with three changes: hosts are rewritten for emulators; the time-out is a deadline (axios
 * applies its own to silence on the socket, so an answer that drips in would outlive the lease); and every request has
 * a connection of its own, because Deno sends a POST again by itself when a reused one ends without an answer, which
 * is a text sent twice (docs/decisions/0007).
 */
class HttpClient extends RequestClient {
  readonly #base: string | null;

  constructor(options: CarrierOptions) {
    super({ timeout: options.timeoutMs, autoRetry: false, keepAlive: false });
    this.#base = options.apiBaseUrl;
    this.axios.interceptors.request.use((config) => {
      config.signal = AbortSignal.timeout(options.timeoutMs);
      return config;
    });
  }

  override request<T>(request: RequestClient.RequestOptions<T>) {
    if (this.#base === null) return super.request<T>(request);
    const { pathname, search } = new URL(request.uri);
    return super.request<T>({ ...request, uri: `${this.#base}${pathname}${search}` });
  }
}
