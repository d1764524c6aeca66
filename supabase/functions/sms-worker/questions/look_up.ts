import { explainTwilioCode } from "../../_shared/sms/http/errors.ts";
import type { TwilioMessage, TwilioMessages } from "./messages.ts";
import type { AskTwilio } from "./ask.ts";
import {
  claimLookups,
  type ListedMessage,
  type LookupJob,
  type LookupResult,
  recordLookups,
} from "./verbs.ts";
import type { QuestionWork } from "./questions.ts";

export interface LookupDependencies {
  readonly messages: TwilioMessages;
  readonly ask: AskTwilio;
}

/** With 100 a page. A longer list within minutes is too uncertain: no conclusion is drawn from it. */
const MAX_PAGES = 5;

/**
 * Looks up messages of unknown outcome: did Twilio accept them? It reads Twilio's list of messages between the same two
 * numbers. `sms_record_lookups` decides which of them is ours, and what follows (docs/decisions/0014).
 */
export function lookUpMessages(deps: LookupDependencies): QuestionWork<LookupJob, LookupResult> {
  return {
    name: "lookup",
    concurrency: 4,
    maxItems: 60,
    claim: claimLookups,
    record: recordLookups,
    async work(job, client) {
      const { job_id, lookup_token, message_id, account_sid } = job;
      const fencing = { job_id, lookup_token, message_id, account_sid };
      const asked = await deps.ask(
        client,
        account_sid,
        (as) =>
          readBack(
            (pageToken) =>
              deps.messages.listBetween(as, { to: job.to_number, from: job.from_number, pageToken }),
            job.since,
          ),
      );
      if ("failure" in asked) {
        const { errorCode, explanation } = asked.failure;
        return { ...fencing, outcome: "failed", error_code: errorCode, error_message: explanation };
      }
      if (asked.answer === null) {
        const error_message = "Twilio lists too many messages between these numbers.";
        return { ...fencing, outcome: "failed", error_code: "LIST_TOO_LONG", error_message };
      }
      return { ...fencing, outcome: "listed", texts: asked.answer.map(listedMessage) };
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
  };
}
