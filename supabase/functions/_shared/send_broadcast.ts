import { runInBackground } from "./background.ts";
import type { BroadcastResponse } from "./contract_send.ts";
import type { Context } from "./endpoint.ts";
import { refuse } from "./outcomes.ts";
import { numberAsWritten, textArguments, type TextInput } from "./send_input.ts";
import type { SendDependencies } from "./send_message.ts";
import { storing } from "./storing.ts";
import { createBroadcast, createBroadcastFor } from "./verbs_send.ts";

export interface BroadcastInput extends TextInput {
  readonly to: readonly string[];
  readonly name: string | null;
}

export interface BroadcastResult extends BroadcastResponse {
  readonly outcome: "created" | "repeated";
}

/**
 * Stores a text to many recipients; the worker delivers it, each number at its pace and after whatever is more urgent.
 * Who cannot be texted is listed, under the number as the caller wrote it, and does not hold up the others.
 *
 * @throws AppError what the database refuses as a whole (see outcomes.ts), with nothing stored; UNAVAILABLE
 */
export function sendBroadcast(
  deps: Pick<SendDependencies, "wake">,
): (input: BroadcastInput, context: Context) => Promise<BroadcastResult> {
  return async (input, context) => {
    const written = new Map(input.to.map((to) => [numberAsWritten(to), to]));
    const created = await storing(input, store(input, input.to.map(numberAsWritten), context));
    if (!("broadcast" in created)) return refuse(created);
    const { outcome, broadcast, accepted } = created;
    context.note({ broadcast_id: broadcast.id, accepted, rejected: created.rejected.length });
    runInBackground(deps.wake(), context.log);
    const rejected = created.rejected.map(({ to, code }) => ({ to: written.get(to) ?? to, code }));
    return { outcome, broadcast, accepted, rejected };
  };
}

function store(input: BroadcastInput, to_numbers: string[], context: Context) {
  const broadcast = { ...textArguments(input), to_numbers, name: input.name };
  return input.onBehalfOf === null
    ? createBroadcast(context.supabase, broadcast)
    : createBroadcastFor(context.supabaseAdmin, input.onBehalfOf, broadcast);
}
