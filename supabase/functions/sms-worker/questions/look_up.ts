import { explainTwilioCode } from "../../_shared/sms/http/errors.ts";
import type { TwilioMessage, TwilioMessages } from "./messages.ts";
import { type AskTwilio, failed } from "./ask.ts";
import { ClaimedLookups, type ListedMessage, type Lookup } from "./verbs.ts";
import type { QuestionKind } from "./questions.ts";

export interface LookupDependencies {
  readonly messages: TwilioMessages;
  readonly ask: AskTwilio;
}

/** With 100 a page. A longer list within minutes is too uncertain: no conclusion is drawn from it. */
const MAX_PAGES = 5;

/**
 * Looks up messages of unknown outcome: did Twilio accept them? It reads Twilio's list of messages between the same two
 * numbers, once for each spelling of the recipient: Twilio compares `To` letter by letter. `sms_record_questions` decides
 * which of them is ours, and what follows (docs/decisions/0014).
 */
export function lookUpMessages(deps: LookupDependencies): QuestionKind<Lookup> {
  return {
    kind: "lookup",
    concurrency: 4,
    maxItems: 60,
    claimed: ClaimedLookups,
    async ask({ account_sid, to_number, to_numbers = [to_number], from_number: from, since }, client, cpu) {
      const texts: ListedMessage[] = [];
      for (const to of to_numbers) {
        const asked = await deps.ask(
          client,
          account_sid,
          (as) =>
            readBack(async (pageToken) => {
              const page = await deps.messages.listBetween(as, { to, from, pageToken });
              cpu.spend("listedMessage", page.messages.length);
              return page;
            }, since),
        );
        if ("failure" in asked) return failed(asked.failure);
        if (asked.answer === null) {
          const explanation = "Twilio lists too many messages between these numbers.";
          return failed({ errorCode: "LIST_TOO_LONG", explanation });
        }
        texts.push(...asked.answer.map(listedMessage));
      }
      return { answer: { outcome: "listed", texts } };
    },
  };
}

/** All messages created since then; null when the list is too long to get there. */
async function readBack(
  read: (pageToken: string | null) => ReturnType<TwilioMessages["listAll"]>,
  since: Date,
): Promise<TwilioMessage[] | null> {
  const found: TwilioMessage[] = [];
  let token: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await read(token);
    found.push(...page.messages.filter(({ createdAt }) => createdAt >= since));
    const last = page.messages.at(-1);
    if (page.nextToken === null || last === undefined || last.createdAt < since) return found;
    token = page.nextToken;
  }
  return null;
}

function listedMessage(message: TwilioMessage): ListedMessage {
  return {
    message_sid: message.sid,
    direction: message.direction,
    to_number: message.to,
    from_number: message.from,
    status: message.status,
    error_code: message.errorCode,
    error_message: explainTwilioCode(message.errorCode),
    num_segments: message.numSegments,
    date_created: message.createdAt.toISOString(),
    body: message.body,
  };
}
