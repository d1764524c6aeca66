import type { TwilioMessages } from "./messages.ts";
import { type AskTwilio, failed } from "./ask.ts";
import { ClaimedProofs, type Proof } from "./verbs.ts";
import type { QuestionKind } from "./questions.ts";

export interface ProofDependencies {
  readonly messages: TwilioMessages;
  readonly ask: AskTwilio;
}

/**
 * Asks Twilio whether a contact sent the START that a form said: who connected the account can sign forms too. The database
 * compares what Twilio has (docs/decisions/0043).
 */
export function proveMessages(deps: ProofDependencies): QuestionKind<Proof> {
  return {
    kind: "proof",
    concurrency: 4,
    maxItems: 100,
    claimed: ClaimedProofs,
    async ask({ account_sid, message_sid }, client) {
      const asked = await deps.ask(client, account_sid, (as) => deps.messages.fetch(as, message_sid));
      if ("failure" in asked) return failed(asked.failure);
      const message = asked.answer;
      if (message === null) return { answer: { outcome: "gone" } };
      return {
        answer: {
          outcome: "found",
          direction: message.direction,
          from_number: message.from,
          to_number: message.to,
          body: message.body,
          sent_at: message.createdAt.toISOString(),
        },
      };
    },
  };
}
