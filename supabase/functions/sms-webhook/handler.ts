import { runInBackground } from "../_shared/sms/worker/wake.ts";
import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { AppError, unavailable } from "../_shared/sms/http/errors.ts";
import { outcomeError } from "../_shared/sms/http/outcomes.ts";
import { field, type TwilioForm } from "../_shared/sms/twilio/form.ts";
import {
  type TwilioRequest,
  type TwilioRequestDependencies,
  verifyTwilioRequest,
} from "../_shared/sms/twilio/signature.ts";
import { type InboundMessage, receiveMessage } from "../_shared/sms/database/verbs/receive.ts";

export interface ReceiveDependencies extends TwilioRequestDependencies {
  /** Wakes the worker; calls are coalesced. */
  wake(): Promise<void>;
}

/**
 * A message comes in: verify, store with one verb, answer with empty TwiML. Nothing slow happens before the answer; the
 * worker is woken after it.
 *
 * 200 stored, repeated or for a number that nobody has in this account · 403 wrong signature · 429 too many a minute ·
 * 503 not stored, so that Twilio tries again · further 4xx for what is not a Twilio form.
 */
export function receiveInbound(deps: ReceiveDependencies): Handler {
  return async (request, context) => {
    const verified = await verifyTwilioRequest(request, context, deps);
    context.note({ account_sid: verified.accountSid, message_sid: verified.messageSid });
    const received = await receiveMessage(context.supabaseAdmin, inboundMessage(verified)).catch((error) => {
      // Too many a minute. Twilio's list brings what it did not get through to.
      if (error instanceof AppError) throw error;
      throw unavailable("The message could not be stored; try again.", error);
    });
    context.note({ outcome: received.outcome, keyword: received.keyword ?? undefined });
    const refusal = outcomeError(received);
    if (refusal) throw refusal;
    if (received.reply_due_in_ms !== null) runInBackground(deps.wake(), context.log);
    return new Response("<Response/>", { headers: { "content-type": "text/xml; charset=utf-8" } });
  };
}

/** The fields of an inbound message: https://www.twilio.com/docs/messaging/guides/webhook-request */
function inboundMessage({ accountSid, messageSid, form }: TwilioRequest): InboundMessage {
  return {
    account_sid: accountSid,
    message_sid: messageSid,
    from_number: field(form, "From") ?? "",
    to_number: field(form, "To") ?? "",
    body: field(form, "Body") ?? "",
    media: mediaOf(form),
    num_segments: countOf(field(form, "NumSegments")),
    opt_out_type: field(form, "OptOutType") || null,
  };
}

/** Twilio delivers up to 10 media; https://www.twilio.com/docs/messaging/guides/accepted-mime-types */
const MAX_MEDIA = 10;

/** The media that the form names, at most NumMedia. If NumMedia is not a number, all that are named. */
function mediaOf(form: TwilioForm): InboundMessage["media"] {
  const announced = Math.min(countOf(field(form, "NumMedia")) ?? MAX_MEDIA, MAX_MEDIA);
  return Array.from({ length: announced }, (_, index) => ({
    url: field(form, `MediaUrl${index}`) ?? "",
    content_type: field(form, `MediaContentType${index}`) || null,
  })).filter((media) => media.url !== "");
}

function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : null;
}
