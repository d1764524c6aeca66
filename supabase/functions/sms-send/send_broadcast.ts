import { runInBackground } from "../_shared/sms/worker/wake.ts";
import type { BroadcastResponse } from "../_shared/sms/contract/send.ts";
import type { Context } from "../_shared/sms/http/endpoint.ts";
import { contentArguments, type ContentInput, numberAsWritten } from "../_shared/sms/sending/input.ts";
import type { SendDependencies } from "../_shared/sms/sending/send_message.ts";
import { storeOnce } from "../_shared/sms/sending/store_once.ts";
import { createBroadcast, createBroadcastFor } from "../_shared/sms/database/verbs/send.ts";

export interface BroadcastInput extends ContentInput {
  readonly to: readonly string[];
  readonly name: string | null;
}

export interface BroadcastResult extends BroadcastResponse {
  readonly outcome: "created" | "repeated";
}

/**
 * Stores a message to many recipients. The worker delivers it at the number's pace, after more urgent messages. Recipients
 * that cannot be texted are listed in `rejected`, as the caller wrote them; the others are texted.
 *
 * @throws AppError what the database refuses as a whole (see outcomes.ts), with nothing stored; UNAVAILABLE
 */
export function sendBroadcast(
  deps: Pick<SendDependencies, "wake">,
): (input: BroadcastInput, context: Context) => Promise<BroadcastResult> {
  return async (input, context) => {
    const written = new Map(input.to.map((to) => [numberAsWritten(to), to]));
    const created = await storeOnce(input, store(input, input.to.map(numberAsWritten), context));
    const { outcome, broadcast, accepted } = created;
    context.note({ broadcast_id: broadcast.id, accepted, rejected: created.rejected.length });
    runInBackground(deps.wake(), context.log);
    const rejected = created.rejected.map(({ to, code }) => ({ to: written.get(to) ?? to, code }));
    return { outcome, broadcast, accepted, rejected };
  };
}

function store(input: BroadcastInput, to_numbers: string[], context: Context) {
  const broadcast = { ...contentArguments(input), to_numbers, name: input.name };
  return input.onBehalfOf === null
    ? createBroadcast(context.supabase, broadcast)
    : createBroadcastFor(context.supabaseAdmin, input.onBehalfOf, broadcast);
}
