import type { Clock } from "../../_shared/sms/worker/clock.ts";
import { explainTwilioCode } from "../../_shared/sms/http/errors.ts";
import { DatabaseError, type RpcClient } from "../../_shared/sms/database/rpc.ts";
import { describeError, type Logger } from "../../_shared/sms/log.ts";
import type { TwilioMessage, TwilioMessages } from "./messages.ts";
import { type AskTwilio, failed, type QuestionFailure } from "./ask.ts";
import {
  ClaimedListings,
  findUnknownMessages,
  type Listing,
  recoverMessage,
  recoverSentMessage,
  setMessageAside,
} from "./verbs.ts";
import type { CpuBudget } from "../cpu_budget.ts";
import type { QuestionKind, Told } from "./questions.ts";

export interface ListingDependencies {
  readonly messages: TwilioMessages;
  readonly ask: AskTwilio;
  readonly clock: Clock;
  readonly log: Logger;
}

/** With 500 a page; a longer list goes on in the next run. */
const MAX_PAGES = 10;
/** Stored in one run; the rest in the next. */
const MAX_TEXTS = 200;
/** No new request starts after this, nor once the run has used its CPU time. A last request and its recording fit into an isolate's last 40 s. */
const WITHIN_MS = 15_000;
/** Reading ends earlier, by the clock and by CPU time, so that enough is left to store what was read. */
const READ_WITHIN_MS = WITHIN_MS / 2;
const KNOWN_AT_ONCE = 1_000;
/** SQLSTATE classes of data exceptions, integrity violations and raised exceptions. */
const REFUSES_DATA = /^(22|23|P0)/;

/**
 * Compares each account's list at Twilio with the stored messages, and stores the inbound messages whose webhook never
 * came. `sms_receive_message` knows a repeat, so each is stored once. The oldest comes first, because the order of storing
 * is the order in the conversation. After a restore it stores what our numbers sent since the backup, too.
 */
export function recoverMessages(deps: ListingDependencies): QuestionKind<Listing> {
  return {
    kind: "listing",
    concurrency: 2,
    maxItems: 20,
    claimed: ClaimedListings,
    ask: (listing, client, cpu) => recoverAccount(deps, { client, cpu }, listing),
  };
}

/** What a run brings for a listing. */
interface ListingRun {
  readonly client: RpcClient;
  readonly cpu: CpuBudget;
}

async function recoverAccount(deps: ListingDependencies, run: ListingRun, job: Listing): Promise<Told> {
  const { client, cpu } = run;
  const startedAt = deps.clock.now();
  const isWithin = (milliseconds: number) =>
    deps.clock.now() < startedAt + milliseconds && !cpu.isSpent(milliseconds / WITHIN_MS);
  const unfinished = (page_token: string | null) => ({ answer: { outcome: "unfinished", page_token } });

  const list = await readList(deps, run, { job, inTime: () => isWithin(READ_WITHIN_MS) });
  if ("failure" in list) return failed(list.failure);
  let recovered = 0;
  try {
    for (const text of await unknownAmong(client, job.account_sid, list.texts)) {
      // Store at least one message per run, so that slow reading still makes progress.
      if (recovered >= MAX_TEXTS || (recovered > 0 && !isWithin(WITHIN_MS))) {
        // Resume from the same page; what was stored is skipped next time.
        return { ...unfinished(job.page_token), recovered };
      }
      const stored = text.direction === "inbound"
        ? await recover(deps, client, { accountSid: job.account_sid, text })
        : await recoverSent(deps, client, { accountSid: job.account_sid, text });
      if (stored !== null) return { ...failed(stored), recovered };
      recovered += 1;
    }
  } catch (error) {
    const { account_sid, lease_token } = job;
    deps.log.warn({ outcome: "LISTING_FAILED", account_sid, lease_token, error: describeError(error) });
    const explanation = "What Twilio lists could not be stored.";
    return { ...failed({ errorCode: "DATABASE", explanation }), recovered };
  }
  if (list.nextToken === null) return { answer: { outcome: "listed" }, recovered };
  return { ...unfinished(list.nextToken), recovered };
}

interface Reading {
  readonly job: Listing;
  inTime(): boolean;
}

/** The account's inbound messages since `since`, after a restore also what our numbers sent, oldest first, and the page on which to go on if the list is too long. */
async function readList(
  deps: ListingDependencies,
  { client, cpu }: ListingRun,
  { job, inTime }: Reading,
): Promise<{ texts: TwilioMessage[]; nextToken: string | null } | { failure: QuestionFailure }> {
  const texts: TwilioMessage[] = [];
  const counts = (direction: string) =>
    direction === "inbound" || (job.sent_too === true && direction === "outbound-api");
  let token = job.page_token;
  for (let pages = 0; pages < MAX_PAGES && (pages === 0 || inTime()); pages++) {
    const asked = await deps.ask(client, job.account_sid, (as) => deps.messages.listAll(as, token));
    if ("failure" in asked) return asked;
    const { messages, nextToken } = asked.answer;
    cpu.spend("listedMessage", messages.length);
    texts.push(...messages.filter(({ direction, createdAt }) => counts(direction) && createdAt >= job.since));
    const last = messages.at(-1);
    token = last === undefined || last.createdAt < job.since ? null : nextToken;
    if (token === null) break;
  }
  // Twilio's times are whole seconds. Within one second its own order counts, which is newest first.
  texts.reverse().sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return { texts, nextToken: token };
}

async function unknownAmong(
  client: RpcClient,
  accountSid: string,
  listed: readonly TwilioMessage[],
): Promise<TwilioMessage[]> {
  const unknown = new Set<string>();
  for (let first = 0; first < listed.length; first += KNOWN_AT_ONCE) {
    const texts = listed.slice(first, first + KNOWN_AT_ONCE).map((
      { sid, direction, to, from, createdAt },
    ) => ({
      message_sid: sid,
      direction,
      to_number: to,
      from_number: from,
      sent_at: createdAt.toISOString(),
    }));
    for (const sid of await findUnknownMessages(client, accountSid, texts)) unknown.add(sid);
  }
  return listed.filter(({ sid }) => unknown.has(sid));
}

async function recoverSent(
  deps: ListingDependencies,
  client: RpcClient,
  { accountSid, text }: { accountSid: string; text: TwilioMessage },
): Promise<null> {
  const sent = {
    message_sid: text.sid,
    from_number: text.from,
    to_number: text.to,
    body: text.body,
    num_segments: text.numSegments,
    status: text.status,
    error_code: text.errorCode,
    error_message: explainTwilioCode(text.errorCode),
    sent_at: text.createdAt.toISOString(),
  };
  try {
    await recoverSentMessage(client, accountSid, sent);
  } catch (error) {
    if (!(error instanceof DatabaseError) || !REFUSES_DATA.test(error.code)) throw error;
    // The database would refuse it again. It must not hold up the others. Twilio's log still has it.
    deps.log.error({ outcome: "NOT_RECOVERABLE", message_sid: text.sid, error: describeError(error) });
  }
  return null;
}

/** Stores one message as its webhook would have. @returns why Twilio did not name its attachments; null when stored */
async function recover(
  deps: ListingDependencies,
  client: RpcClient,
  { accountSid, text }: { accountSid: string; text: TwilioMessage },
): Promise<QuestionFailure | null> {
  const media = text.numMedia === 0
    ? { answer: [] }
    : await deps.ask(client, accountSid, (as) => deps.messages.listMedia(as, text.sid));
  if ("failure" in media) return media.failure;
  const inbound = {
    account_sid: accountSid,
    message_sid: text.sid,
    from_number: text.from,
    to_number: text.to,
    body: text.body,
    media: media.answer,
    num_segments: text.numSegments,
    // The list does not say it. The database recognises STOP and START by their words.
    opt_out_type: null,
    sent_at: text.createdAt.toISOString(),
  };
  try {
    await recoverMessage(client, inbound);
  } catch (error) {
    if (!(error instanceof DatabaseError) || !REFUSES_DATA.test(error.code)) throw error;
    // The database would refuse it again. It must not hold up the others, and it must not get lost.
    deps.log.error({ outcome: "NOT_RECOVERABLE", message_sid: text.sid, error: describeError(error) });
    await setMessageAside(client, inbound, `${error.code} ${error.message}`);
  }
  return null;
}
