import { explainTwilioCode } from "../../_shared/sms/http/errors.ts";
import type { TwilioMessages } from "./messages.ts";
import type { AskTwilio } from "./ask.ts";
import { claimSettlements, recordSettlements, type SettlementJob, type SettlementResult } from "./verbs.ts";
import type { QuestionWork } from "./questions.ts";

export interface SettlementDependencies {
  readonly messages: TwilioMessages;
  readonly ask: AskTwilio;
}

/** Asks Twilio about single messages: the final status if no callback told it, and segments and price, which none tells. */
export function settleMessages(deps: SettlementDependencies): QuestionWork<SettlementJob, SettlementResult> {
  return {
    name: "settlement",
    concurrency: 4,
    maxItems: 400,
    claim: claimSettlements,
    record: recordSettlements,
    async work({ message_id, lease_token, account_sid, message_sid }, client) {
      const fencing = { message_id, lease_token, account_sid };
      const asked = await deps.ask(client, account_sid, (as) => deps.messages.fetch(as, message_sid));
      if ("failure" in asked) {
        const { errorCode, explanation } = asked.failure;
        return { ...fencing, outcome: "failed", error_code: errorCode, error_message: explanation };
      }
      const message = asked.answer;
      if (message === null) return { ...fencing, outcome: "gone" };
      return {
        ...fencing,
        outcome: "found",
        status: message.status,
        error_code: message.errorCode,
        error_message: explainTwilioCode(message.errorCode),
        num_segments: message.numSegments,
        price: message.price,
        price_unit: message.priceUnit,
      };
    },
  };
}
