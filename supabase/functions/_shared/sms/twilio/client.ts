import RequestClient from "twilio/request-client";
import Twilio from "twilio/rest";
import { BoundedCache } from "../bounded_cache.ts";
import type { Settings } from "../settings.ts";
import { type TwilioCredentials, userOf } from "./as_account.ts";

export interface TwilioClientOptions {
  readonly apiBaseUrl: Settings["twilio"]["apiBaseUrl"];
  /** Milliseconds for a whole request, answer included. */
  readonly timeoutMs: number;
}

export type TwilioClients = (as: TwilioCredentials) => Twilio;

const CLIENTS = 100;

/** Twilio's REST client, one per account. Its retries are off: only the job knows whether a message may be sent again. */
export function createTwilioClients(options: TwilioClientOptions): TwilioClients {
  const clients = new BoundedCache<{ token: string; client: Twilio }>(CLIENTS);
  return (as) => {
    const { accountSid, authToken: token } = as;
    const known = clients.get(accountSid);
    if (known?.token === token) return known.client;
    const httpClient = new HttpClient(options);
    const client = new Twilio(userOf(as), token, {
      accountSid,
      autoRetry: false,
      timeout: options.timeoutMs,
      httpClient,
    });
    clients.set(accountSid, { token, client });
    return client;
  };
}

/**
 * Twilio's own HTTP client with three changes:
 * - hosts are rewritten for emulators;
 * - the time-out covers the whole request (axios counts only silence on the socket, so a slow answer could outlive the
 *   lease);
 * - every request has its own connection. When a reused connection ends without an answer, Deno re-sends a POST by itself,
 *   and the message would be sent twice (docs/decisions/0007).
 */
class HttpClient extends RequestClient {
  readonly #base: string | null;

  constructor(options: TwilioClientOptions) {
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
