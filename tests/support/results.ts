/** What a worker reports of a job: one builder for each kind, for the tests of every layer. */
import type {
  DeliveryJob,
  DeliveryResult,
} from "../../supabase/functions/_shared/sms/database/verbs/deliveries.ts";
import type { ReplyJob, ReplyResult } from "../../supabase/functions/_shared/sms/database/verbs/replies.ts";

type Delivery = Pick<DeliveryJob, "job_id" | "lease_token" | "message_id" | "account_sid">;
type Reply =
  & Pick<ReplyJob, "job_id" | "lease_token" | "conversation_id" | "through_seq" | "greeting">
  & { assistant: { id: string } };

/** The result of a delivery. Its default outcome is `unknown`. */
export function deliveryResult(
  { job_id, lease_token, message_id, account_sid }: Delivery,
  more: Partial<DeliveryResult> = {},
): DeliveryResult {
  return {
    job_id,
    lease_token,
    message_id,
    account_sid,
    outcome: "unknown",
    message_sid: null,
    status: null,
    num_segments: null,
    error_code: null,
    error_message: null,
    retry_after_ms: null,
    ...more,
  };
}

/** Twilio accepted the message. */
export function acceptedResult(job: Delivery): DeliveryResult {
  return deliveryResult(job, {
    outcome: "accepted",
    message_sid: `SM${"c".repeat(32)}`,
    status: "queued",
    num_segments: 1,
  });
}

/** By default a reply to a question; of a greeting, the greeting alone. */
export function replyResult(job: Reply, more: Partial<ReplyResult> = {}): ReplyResult {
  return {
    job_id: job.job_id,
    lease_token: job.lease_token,
    conversation_id: job.conversation_id,
    assistant_id: job.assistant.id,
    through_seq: job.through_seq,
    greeting: job.greeting,
    reply: job.greeting ? null : "We open at nine.",
    intent: job.greeting ? null : "question",
    end_conversation: false,
    opt_out: false,
    handoff: false,
    shortened: false,
    failure: null,
    ...more,
  };
}
