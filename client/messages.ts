import { type Calls, pauseFor } from "./call.ts";
import { errorOfDatabase, SmsError } from "./error.ts";
import type { BroadcastAnswer, BroadcastProgress, Message, SendRequest } from "./types.ts";

/** What a text and a broadcast have in common. */
interface Content {
  readonly body?: string;
  readonly templateId?: string;
  readonly variables?: Readonly<Record<string, string | number>>;
  /** Public URLs, which the carrier fetches. */
  readonly mediaUrls?: readonly string[];
  /** Which of the tenant's numbers sends. */
  readonly from?: string;
  readonly sendAt?: Date | string;
  /** After this time it is not sent any more. */
  readonly notAfter?: Date | string;
  /** Default: the template's; else `promotional` for a broadcast, `transactional` for one recipient. */
  readonly purpose?: "promotional" | "transactional";
}

export interface TextToSend extends Content {
  /** In full, as +14155550101. May be missing where `conversationId` is given. */
  readonly to?: string;
  readonly conversationId?: string;
  /** A person's answer: the assistant pauses in that conversation. Default: a text of your app, which pauses nothing. */
  readonly pausesAssistant?: boolean;
}

export interface BroadcastToSend extends Content {
  /** At most 1,000. */
  readonly to: readonly string[];
  readonly name?: string;
}

export interface SendOptions {
  /** The same key with the same request sends once, for 24 hours. Default: a new one, so that only this call may repeat itself. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** How often it is tried at most where the answer does not come. Default: 4. */
  readonly attempts?: number;
}

export interface WaitOptions {
  /** `sent`: the carrier has it on its way. Default: `delivered`. */
  readonly until?: "sent" | "delivered";
  /** Default: 60,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Sends a text, delivered before this returns where that can be done now.
 * @throws SmsError with what the carrier or the database refuses
 */
export async function send(
  calls: Calls,
  text: TextToSend,
  options: SendOptions = {},
): Promise<Message> {
  const { to, conversationId, pausesAssistant } = text;
  const asked: SendRequest = {
    ...contentOf(text),
    ...(to === undefined ? {} : { to }),
    ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
    ...(pausesAssistant === undefined ? {} : { pauses_assistant: pausesAssistant }),
  };
  return (await post<{ message: Message }>(calls, asked, options)).message;
}

/** Sends one text to a list of recipients, at the number's pace. */
export function broadcast(
  calls: Calls,
  text: BroadcastToSend,
  options: SendOptions = {},
): Promise<BroadcastAnswer> {
  const { to, name } = text;
  return post(calls, {
    ...contentOf(text),
    to,
    ...(name === undefined ? {} : { name }),
  }, options);
}

export const broadcasts = (calls: Calls) => ({
  /** How it stands, and how many of its texts have each status. */
  get: (id: string): Promise<BroadcastProgress> => calls.verb("sms_get_broadcast", { broadcast_id: id }),
  /** Holds back what no worker has. */
  pause: (id: string): Promise<BroadcastProgress> => calls.verb("sms_pause_broadcast", { broadcast_id: id }),
  resume: (id: string): Promise<BroadcastProgress> =>
    calls.verb("sms_resume_broadcast", { broadcast_id: id }),
  /** Cancels what has not left, for good. */
  cancel: (id: string): Promise<BroadcastProgress> =>
    calls.verb("sms_cancel_broadcast", { broadcast_id: id }),
});

export const messages = (calls: Calls) => ({
  /** @throws SmsError ROW_NOT_FOUND */
  get: (id: string, signal?: AbortSignal): Promise<Message> => readMessage(calls, id, signal),

  /** Before a worker has it. @throws SmsError TOO_LATE, MESSAGE_NOT_FOUND */
  async cancel(id: string): Promise<void> {
    await calls.verb("sms_cancel_message", { message_id: id });
  },

  /**
   * Says of a text with status `unconfirmed` and code `OUTCOME_AMBIGUOUS` what you saw in Twilio's log: whether it was sent,
   * and its SID if you have it. One that was not sent is not sent any more.
   * @throws SmsError OUTCOME_KNOWN, STILL_LOOKING, MESSAGE_SID_TAKEN, MESSAGE_NOT_FOUND
   */
  async settle(id: string, wasSent: boolean, sid?: string): Promise<void> {
    await calls.verb("sms_settle_message", {
      message_id: id,
      was_sent: wasSent,
      ...(sid === undefined ? {} : { message_sid: sid }),
    });
  },

  /**
   * Looks until a text has come so far, and returns it.
   * @throws SmsError NOT_DELIVERED where it ended otherwise, TIMED_OUT
   */
  waitFor: (id: string, options: WaitOptions = {}): Promise<Message> => waitFor(calls, id, options),
});

const DELIVERED: readonly string[] = ["delivered", "read"];
const SENT: readonly string[] = ["sent", ...DELIVERED];
const ENDED_OTHERWISE: readonly string[] = [
  "failed",
  "undelivered",
  "canceled",
];
const FIRST_LOOK_MS = 250;
const LONGEST_LOOK_MS = 2_000;
/** Each look gets at least so long for its answer, also the last one. */
const SHORTEST_WAIT_MS = 1_000;

async function waitFor(
  calls: Calls,
  id: string,
  options: WaitOptions,
): Promise<Message> {
  const { until = "delivered", timeoutMs = 60_000, signal } = options;
  const reached = until === "sent" ? SENT : DELIVERED;
  const deadline = Date.now() + timeoutMs;
  for (
    let pause = FIRST_LOOK_MS;;
    pause = Math.min(pause * 1.5, LONGEST_LOOK_MS)
  ) {
    const message = await lookInTime(calls, id, { deadline, signal });
    const { status, error_code, error_message } = message ?? { status: "not known" };
    if (message && reached.includes(status)) return message;
    if (ENDED_OTHERWISE.includes(status)) {
      throw new SmsError(
        "NOT_DELIVERED",
        422,
        error_message ?? `The text is ${status}.`,
        {
          details: { status, error_code, error_message },
        },
      );
    }
    if (!message || Date.now() + pause > deadline) {
      const message = `After ${timeoutMs} ms the text is ${status}.`;
      throw new SmsError("TIMED_OUT", 0, message, { details: { status } });
    }
    await pauseFor(pause, signal);
  }
}

/** Null where the server did not answer until then: a connection that hangs ends by itself at some time, or never. */
async function lookInTime(
  calls: Calls,
  id: string,
  { deadline, signal }: { readonly deadline: number; readonly signal: AbortSignal | undefined },
): Promise<Message | null> {
  const late = AbortSignal.timeout(Math.max(deadline - Date.now(), SHORTEST_WAIT_MS));
  try {
    return await readMessage(calls, id, signal ? AbortSignal.any([signal, late]) : late);
  } catch (error) {
    if (late.aborted && !signal?.aborted) return null;
    throw error;
  }
}

async function readMessage(
  calls: Calls,
  id: string,
  signal?: AbortSignal,
): Promise<Message> {
  const rows = calls.supabase.from("sms_messages").select("*").eq("id", id);
  const mine = calls.userId === undefined ? rows : rows.eq("user_id", calls.userId);
  const { data, error } = await (signal ? mine.abortSignal(signal) : mine)
    .maybeSingle();
  if (error) throw await calls.databaseError(error);
  if (data === null) {
    throw errorOfDatabase({ code: "PGRST116", message: "no such message" });
  }
  return data as Message;
}

function post<T>(calls: Calls, body: object, options: SendOptions): Promise<T> {
  const { key = crypto.randomUUID(), signal, attempts } = options;
  return calls.function<T>("sms-send", {
    method: "POST",
    body,
    headers: { "idempotency-key": key },
    signal,
    attempts,
  });
}

function contentOf(content: Content): SendRequest {
  const { body, templateId, variables, mediaUrls, from, sendAt, notAfter, purpose } = content;
  const given = {
    body,
    template_id: templateId,
    variables,
    media_urls: mediaUrls,
    from,
    send_at: timeOf(sendAt),
    not_after: timeOf(notAfter),
    purpose,
  };
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
}

export const timeOf = (time: Date | string | undefined): string | undefined =>
  time instanceof Date ? time.toISOString() : time;
