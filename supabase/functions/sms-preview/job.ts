import type { PreviewRequest } from "../_shared/sms/contract/preview.ts";
import type { ReplyJob } from "../_shared/sms/database/verbs/replies.ts";

/**
 * A reply job as the worker gets it. The tenant's id stands for the contact and the assistant, so that the provider can
 * limit and cache by tenant.
 * @param minutesEast by how much the clocks of the assistant's time zone are before UTC; null where Postgres does not know it
 */
export function jobOf(
  ownerId: string,
  { assistant, messages }: PreviewRequest,
  minutesEast: number | null,
): ReplyJob {
  const at = new Date().toISOString();
  return {
    job_id: ownerId,
    lease_token: ownerId,
    conversation_id: ownerId,
    user_id: ownerId,
    contact_id: ownerId,
    through_seq: messages.length,
    attempt: 1,
    greeting: false,
    reopened: false,
    waiting_for_person: false,
    assistant: {
      id: ownerId,
      name: assistant.name,
      prompt: assistant.prompt,
      model: assistant.model ?? null,
      temperature: assistant.temperature ?? null,
      language: assistant.language ?? null,
      max_segments: assistant.max_segments,
      reasoning_effort: assistant.reasoning_effort,
      verbosity: assistant.verbosity,
      reads_images: false,
      time_zone: assistant.time_zone ?? null,
      minutes_east: minutesEast,
    },
    contact: { name: null, time_zone: null },
    history: messages.map(({ role, body }, index) => ({
      seq: index + 1,
      direction: role === "contact" ? "inbound" : "outbound",
      sender: role,
      body,
      media: [],
      account_sid: null,
      created_at: at,
    })),
  };
}
