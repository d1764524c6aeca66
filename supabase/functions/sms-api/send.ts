import { parseJson } from "../_shared/sms/http/body.ts";
import type { Message } from "../_shared/sms/contract/common.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { signedInUser } from "../_shared/sms/http/owner.ts";
import { forbidden } from "../_shared/sms/http/errors.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import { numberAsWritten } from "../_shared/sms/sending/input.ts";
import {
  outcomeOf,
  type SendDependencies,
  sendFailure,
  sendMessage,
} from "../_shared/sms/sending/send_message.ts";
import { success } from "./answers.ts";
import { OldSendRequest } from "./contract.ts";
import { chooseSender } from "./verbs.ts";

/**
 * Sends one message with the stored credentials of the named account. A token in the body is ignored.
 *
 * 200 also for a message that is not sent yet: `status` says so, and `messageSid` is null until Twilio has it.
 */
export function oldSend(deps: SendDependencies): Handler {
  const send = sendMessage(deps);
  return async (request, context) => {
    const asked = await parseJson(request, OldSendRequest);
    if (asked.userId && asked.userId.toLowerCase() !== signedInUser(context)) {
      throw forbidden("NOT_YOURSELF", "You can only send as yourself: userId names another user.");
    }
    const from = await chosenSender(context, asked.accountSid, asked.to);
    const { outcome, message } = await send({
      onBehalfOf: null,
      to: asked.to,
      conversationId: null,
      // The old server knew people only.
      pausesAssistant: true,
      body: asked.body,
      from: asked.from ?? from,
      mediaUrls: [],
      sendAt: null,
      notAfter: null,
      templateId: null,
      variables: {},
      purpose: null,
      idempotencyKey: request.headers.get("idempotency-key"),
    }, context);
    context.note({ outcome });
    // Also for a repeated request: the old server had no other answer for a message that was not sent.
    const became = outcomeOf(message);
    if (became === "failed") throw sendFailure(message);
    return success(
      became === "pending" ? "SMS accepted, and on its way" : "SMS sent successfully",
      sent(message),
    );
  };
}

/** @throws AppError CONNECT_ACCOUNT_FIRST, NO_NUMBER */
async function chosenSender(context: Context, accountSid: string, to: string): Promise<string> {
  const chosen = await chooseSender(context.supabase, {
    account_sid: accountSid,
    to_number: numberAsWritten(to),
  });
  return chosen.from_number ?? refuse({ outcome: "NO_NUMBER" });
}

function sent(message: Message) {
  return {
    messageSid: message.message_sid,
    status: message.status,
    to: message.to_number,
    from: message.from_number,
    body: message.body,
    dateCreated: message.date_created,
  };
}
