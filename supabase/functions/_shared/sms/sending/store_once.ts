import { DatabaseError, isTransient } from "../database/rpc.ts";
import { unavailable } from "../http/errors.ts";
import type { Refusal } from "../http/outcomes.ts";
import type { TextInput } from "./input.ts";

const HOW_TO_REPEAT =
  "The database could not be reached, or not in time. With an Idempotency-Key it is safe to repeat the request; without one, look whether the message is there first.";

/**
 * What a verb answers that stores what somebody asked for. If the database cannot be reached, nobody knows whether it
 * was stored: only who named an idempotency key may simply ask again, and is told so.
 *
 * Who named none has one of this request's own (see input.ts). That it was repeated, or is in use, is then the
 * runtime's doing: the first is this very request, the second is not known to have ended.
 *
 * @throws AppError UNAVAILABLE
 */
export async function storing<T extends Refusal>(input: TextInput, stored: Promise<T>): Promise<T> {
  const answer = await stored.catch((error: unknown) => {
    if (!(error instanceof DatabaseError) || !isTransient(error)) throw error;
    throw unavailable(HOW_TO_REPEAT, error);
  });
  if (input.idempotencyKey !== null) return answer;
  if (answer.outcome === "IDEMPOTENCY_KEY_IN_USE") throw unavailable(HOW_TO_REPEAT);
  return answer.outcome === "repeated" ? { ...answer, outcome: "created" } : answer;
}
