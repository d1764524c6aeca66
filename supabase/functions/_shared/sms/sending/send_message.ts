import { runInBackground } from "../worker/wake.ts";
import type { Message } from "../contract/common.ts";
import { deliverNow, type DeliverNowDependencies } from "./deliver_now.ts";
import type { Context } from "../http/endpoint.ts";
import { AppError } from "../http/errors.ts";
import { outcomeError } from "../http/outcomes.ts";
import { contentArguments, type ContentInput, numberAsWritten } from "./input.ts";
import { storeOnce } from "./store_once.ts";
import { createMessage, createMessageFor } from "../database/verbs/send.ts";

export interface SendDependencies extends DeliverNowDependencies {
  /** Wakes the worker; calls are coalesced. */
  wake(): Promise<void>;
}

export interface MessageInput extends ContentInput {
  readonly to: string | null;
  readonly conversationId: string | null;
  /** A person's answer: the assistant pauses there. */
  readonly pausesAssistant: boolean;
}

export interface SendResult {
  /**
   * `sent`: Twilio has accepted it. `failed`: Twilio, or the last check before it left, refused it for good.
   * `pending`: stored, and the worker sends it: scheduled, out of pace, to be tried again, or of unknown outcome.
   * `repeated`: stored by an earlier request with the same idempotency key; the message is as it is now.
   */
  readonly outcome: "sent" | "failed" | "pending" | "repeated";
  readonly message: Message;
}

/**
 * Stores a message to one recipient, and delivers it before it returns if that is possible now.
 *
 * @returns what became of it; {@link sendFailure} says why it failed
 * @throws AppError what the database refuses (see outcomes.ts), with nothing stored; UNAVAILABLE
 */
export function sendMessage(
  deps: SendDependencies,
): (input: MessageInput, context: Context) => Promise<SendResult> {
  const deliver = deliverNow(deps);
  return async (input, context) => {
    const { outcome, message } = await storeOnce(input, store(input, context));
    context.note({ message_id: message.id });
    const leaveToWorker = () => runInBackground(deps.wake(), context.log);
    if (outcome === "repeated") {
      if (message.status === "pending") leaveToWorker();
      return { outcome, message };
    }
    if (message.status === "scheduled") return { outcome: "pending", message };
    const progress = await deliver(message, context.supabaseAdmin);
    if (progress.state !== "settled") {
      // The answer is 202. The log says why it is not 201.
      const { outcome: delivery, error_code: delivery_error_code } = progress.tried ?? NOT_TRIED;
      context.note({ delivery, ...(delivery_error_code === null ? {} : { delivery_error_code }) });
      leaveToWorker();
    }
    return { outcome: outcomeOf(progress.message), message: progress.message };
  };
}

/** A worker has it, or its number's pace holds it. */
const NOT_TRIED = { outcome: "not_tried", error_code: null } as const;

function store(input: MessageInput, context: Context) {
  const message = {
    ...contentArguments(input),
    to_number: input.to === null ? null : numberAsWritten(input.to),
    conversation_id: input.conversationId,
    // Only where it is given: a database whose migration comes a minute later does not know it.
    ...(input.pausesAssistant ? { pauses_assistant: true } : {}),
  };
  return input.onBehalfOf === null
    ? createMessage(context.supabase, message)
    : createMessageFor(context.supabaseAdmin, input.onBehalfOf, message);
}

/** How a message stands. Twilio accepted it if it has a SID, whatever a callback has reported since. */
export function outcomeOf(message: Message): Exclude<SendResult["outcome"], "repeated"> {
  if (message.message_sid !== null) return "sent";
  return ["failed", "canceled"].includes(message.status) ? "failed" : "pending";
}

/** The HTTP error for a message that failed: Twilio's code and explanation, or our own reason. The row stays. */
export function sendFailure(message: Message): AppError {
  const code = message.error_code ?? "NOT_SENT";
  const explanation = message.error_message ?? "The message was not sent.";
  const details = { message_id: message.id };
  if (/^[0-9]+$/.test(code)) {
    return new AppError(422, `TWILIO_${code}`, explanation, {
      details: { ...details, twilio_code: Number(code) },
    });
  }
  return outcomeError({ outcome: code, details }) ?? new AppError(422, code, explanation, { details });
}
