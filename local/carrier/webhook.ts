/**
 * One webhook with its retries, as Twilio sends it: a signed form, 15 seconds in all, retries as the URL's fragment
 * says. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 *
 * Where a Webhook Rule matches, its Setting says how it is signed, how often and how long it is tried (60 s at most), and
 * the fragment says nothing. https://www.twilio.com/docs/usage/webhooks/webhook-settings
 */
import { randomUUID } from "node:crypto";
import { isRetried, type Overrides, parseOverrides } from "./overrides.ts";
import { type Entries, signForm, withoutFragment } from "./signature.ts";
import type { WebhookAttempt } from "./types.ts";
import type { Signer } from "./webhook_rules.ts";

export interface Webhook {
  /** As configured, with its fragment. */
  url: string;
  method: "GET" | "POST";
  form: Entries;
  /** The primary token, or a SharedKey, at this moment: a promoted token signs from the next attempt on. */
  signer: () => Signer;
  /** Sign over this URL instead, for tests of a wrong signature. */
  signedUrl: string | null;
  signFragment: boolean;
  stopped: AbortSignal;
}

/** Every attempt, in order. The last one says how it ended. */
export async function callWebhook(webhook: Webhook): Promise<WebhookAttempt[]> {
  const overrides = webhook.signer().overrides ?? parseOverrides(webhook.url);
  const deadline = performance.now() + overrides.totalTime;
  // The same for every retry of one request, so that an application can tell a retry from a new event.
  const idempotencyToken = randomUUID();
  const attempts: WebhookAttempt[] = [];
  while (true) {
    const left = deadline - performance.now();
    const timeout = Math.min(overrides.readTimeout, left);
    const attempt = await request(webhook, { number: attempts.length + 1, timeout, idempotencyToken });
    attempts.push(attempt);
    if (!mayRetry(overrides, attempt) || deadline - performance.now() <= 0) return attempts;
    if (webhook.stopped.aborted) return attempts;
  }
}

function mayRetry(overrides: Overrides, attempt: WebhookAttempt): boolean {
  return attempt.attempt <= overrides.retryCount && isRetried(overrides.retryPolicy, attempt);
}

interface Try {
  number: number;
  timeout: number;
  idempotencyToken: string;
}

async function request(
  webhook: Webhook,
  { number, timeout, idempotencyToken }: Try,
): Promise<WebhookAttempt> {
  const url = webhook.method === "GET" ? withQuery(webhook) : withoutFragment(webhook.url);
  const signedForm = webhook.method === "GET" ? [] : webhook.form;
  const { secret, algorithm, sharedKeyId } = webhook.signer();
  const fragment = webhook.signFragment && webhook.method === "POST";
  const headers: Record<string, string> = {
    "accept": "*/*",
    "user-agent": "TwilioProxy/1.1",
    "i-twilio-idempotency-token": idempotencyToken,
    "x-home-region": "us1",
    "x-twilio-signature": signForm(
      secret,
      webhook.signedUrl ?? (fragment ? webhook.url : url),
      signedForm,
      { algorithm, fragment },
    ),
  };
  if (sharedKeyId !== null) {
    headers["x-twilio-webhooks-signature-settings"] = `key=${sharedKeyId},algorithm=${algorithm}`;
  }
  if (webhook.method === "POST") headers["content-type"] = "application/x-www-form-urlencoded; charset=UTF-8";
  const sent = { url, method: webhook.method, form: webhook.form, headers, attempt: number };
  const timer = new AbortController();
  const timing = setTimeout(() => timer.abort(), Math.max(timeout, 1));
  try {
    const response = await fetch(url, {
      method: webhook.method,
      headers,
      signal: AbortSignal.any([timer.signal, webhook.stopped]),
      ...(webhook.method === "POST" ? { body: encodeForm(webhook.form) } : {}),
    });
    const body = await response.text();
    const contentType = response.headers.get("content-type");
    return { ...sent, status: response.status, failure: null, contentType, body };
  } catch (error) {
    return { ...sent, status: null, failure: failureOf(error), contentType: null, body: "" };
  } finally {
    clearTimeout(timing);
  }
}

/**
 * Deno names a refused or unreachable connection `client error (Connect)` in the cause; all else happened on an open
 * one. Twilio's page does not say how it counts a connection that closes without an answer; here it is `rt`.
 */
function failureOf(error: unknown): "connect" | "read" {
  const cause = error instanceof Error ? `${error.message} ${error.cause}` : String(error);
  return cause.includes("client error (Connect)") ? "connect" : "read";
}

/** `application/x-www-form-urlencoded`, repeated names kept. */
export function encodeForm(form: Entries): string {
  return new URLSearchParams(form.map(([name, value]) => [name, value])).toString();
}

function withQuery(webhook: Webhook): string {
  const base = withoutFragment(webhook.url);
  return base + (base.includes("?") ? "&" : "?") + encodeForm(webhook.form);
}
