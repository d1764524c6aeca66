import { explainTwilioCode } from "../../_shared/sms/http/errors.ts";
import type { TwilioMessages } from "./messages.ts";
import { type AskTwilio, failed } from "./ask.ts";
import { ClaimedSettlements, type Settlement } from "./verbs.ts";
import type { QuestionKind } from "./questions.ts";

export interface SettlementDependencies {
  readonly messages: TwilioMessages;
  readonly ask: AskTwilio;
}

/** Asks Twilio about single messages: the final status if no callback told it, and segments and price, which none tells. */
export function settleMessages(deps: SettlementDependencies): QuestionKind<Settlement> {
  return {
    kind: "settlement",
    concurrency: 4,
    maxItems: 400,
    claimed: ClaimedSettlements,
    async ask({ account_sid, message_sid }, client) {
      const asked = await deps.ask(client, account_sid, (as) => deps.messages.fetch(as, message_sid));
      if ("failure" in asked) return failed(asked.failure);
      const message = asked.answer;
      if (message === null) return { answer: { outcome: "gone" } };
      return {
        answer: {
          outcome: "found",
          status: message.status,
          error_code: message.errorCode,
          error_message: explainTwilioCode(message.errorCode),
          num_segments: message.numSegments,
          price: message.price,
          price_unit: message.priceUnit,
        },
      };
    },
  };
}
