import type { Message } from "../_shared/sms/contract/common.ts";
import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { toE164 } from "../_shared/sms/texts/phone.ts";
import { pathAfter } from "../_shared/sms/http/route.ts";
import { listMessagesWith } from "../_shared/sms/database/verbs/conversation.ts";
import { success } from "./answers.ts";
import type { OldMessage } from "./contract.ts";
import { listMessageNumbers } from "./verbs.ts";

/** As many as the old server showed. */
const NEWEST = 50;

/** The newest messages with one number; an empty list for a number without messages. */
export const oldConversation: Handler = async (request, context) => {
  const id = pathAfter(request, "sms-api").at(-1) ?? "";
  const { messages } = await listMessagesWith(context.supabase, numberOf(id), NEWEST);
  return success(null, messages.map(oldMessage));
};

/** `conv_+1555…`, `phone-+1555…` or the number itself; old clients left the plus away at times. */
function numberOf(id: string): string {
  const written = id.replace(/^(?:conv_|phone-)/, "").trim();
  return (toE164(written) ?? toE164(`+${written}`) ?? written).slice(0, 64);
}

function oldMessage(message: Message): OldMessage {
  return {
    messageSid: message.message_sid,
    to: message.to_number,
    from: message.from_number,
    body: message.body,
    direction: message.direction,
    status: message.status,
    dateCreated: message.date_created,
    dateSent: message.date_sent,
    dateUpdated: message.date_updated,
    errorCode: message.error_code,
    errorMessage: message.error_message,
    numSegments: message.num_segments === null ? null : String(message.num_segments),
    price: message.price === null ? null : String(message.price),
    priceUnit: message.price_unit,
  };
}

export const oldNumbers: Handler = async (_request, context) =>
  success(null, await listMessageNumbers(context.supabase));
