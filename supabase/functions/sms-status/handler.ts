import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { badRequest, explainTwilioCode, unavailable } from "../_shared/sms/http/errors.ts";
import { outcomeError } from "../_shared/sms/http/outcomes.ts";
import { field } from "../_shared/sms/twilio/form.ts";
import {
  type TwilioRequest,
  type TwilioRequestDependencies,
  verifyTwilioRequest,
} from "../_shared/sms/twilio/signature.ts";
import { recordStatus, type StatusReport } from "../_shared/sms/database/verbs/receive.ts";

/**
 * Twilio reports how a message fares: verify, record with one verb, answer. Order and repetition do not matter.
 *
 * 200 recorded, also a second SID (`doubled`) · 403 wrong signature · 404 no such message, or another account's ·
 * 422 the numbers do not fit · 503 not recorded, so that Twilio tries again · further 4xx for what is not such a form.
 */
export function reportStatus(deps: TwilioRequestDependencies): Handler {
  return async (request, context) => {
    const verified = await verifyTwilioRequest(request, context, deps);
    const report = statusReport(verified);
    context.note({
      account_sid: report.account_sid,
      message_sid: report.message_sid,
      reported: report.status,
    });
    const recorded = await recordStatus(context.supabaseAdmin, report).catch((error) => {
      throw unavailable("The status could not be recorded; try again.", error);
    });
    context.note({ outcome: recorded.outcome, error_code: report.error_code ?? undefined });
    const refusal = outcomeError(recorded);
    if (refusal) throw refusal;
    return new Response(null, { status: 200 });
  };
}

const MESSAGE_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The fields of a status report: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
function statusReport({ accountSid, messageSid, form, query }: TwilioRequest): StatusReport {
  const status = (field(form, "MessageStatus") ?? field(form, "SmsStatus") ?? "").toLowerCase();
  if (!/^[a-z_-]{1,32}$/.test(status)) {
    throw badRequest("NOT_A_STATUS_FORM", "The form needs a MessageStatus.");
  }
  const errorCode = field(form, "ErrorCode") || null;
  const messageId = query.get("message_id");
  return {
    account_sid: accountSid,
    message_sid: messageSid,
    from_number: field(form, "From") ?? "",
    to_number: field(form, "To") ?? "",
    status,
    error_code: errorCode === "0" ? null : errorCode,
    error_message: explainTwilioCode(errorCode),
    // Ours, from the callback URL that we gave Twilio: finds the message before its SID is known.
    message_id: messageId !== null && MESSAGE_ID.test(messageId) ? messageId : null,
  };
}
