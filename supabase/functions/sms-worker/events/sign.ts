import { Webhook } from "standardwebhooks";
import { VERSION } from "../../_shared/sms/version.ts";
import type { EventJob } from "./verbs.ts";

/**
 * The headers of Standard Webhooks: the id, which every try of an event has; the time of this try; a signature for each secret.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  { event_id, secrets }: Pick<EventJob, "event_id" | "secrets">,
  body: string,
  at = new Date(),
): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": `supabase-sms/${VERSION}`,
    "webhook-id": event_id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(event_id, at, body)).join(" "),
  };
}
