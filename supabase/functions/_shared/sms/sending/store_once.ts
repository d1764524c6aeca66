import { DatabaseError, isTransient } from "../database/rpc.ts";
import type { Stored } from "../database/verbs/send.ts";
import { unavailable } from "../http/errors.ts";
import { refuse } from "../http/outcomes.ts";
import type { ContentInput } from "./input.ts";

const HOW_TO_REPEAT =
  "The database did not answer in time. With an Idempotency-Key you can safely repeat the request; without one, check first whether the message is there.";

/**
 * Waits for the verb that stores a message or a broadcast, and throws what it refuses.
 *
 * If the database cannot be reached, nobody knows whether the message is stored. Only a caller with an idempotency key may
 * simply repeat the request; the error says so.
 *
 * A request without a key gets a random one (see input.ts). So only the HTTP runtime, which re-sends a request by itself,
 * can repeat that key. `repeated` is then this very request: it is told as created. `IDEMPOTENCY_KEY_IN_USE` means that the
 * first attempt may still be running: 503.
 *
 * @throws AppError UNAVAILABLE, and what the verb refuses
 */
export async function storeOnce<T extends { readonly outcome: "created" | "repeated" }>(
  input: ContentInput,
  stored: Promise<Stored<T>>,
): Promise<T> {
  const answer = await stored.catch((error: unknown) => {
    if (!(error instanceof DatabaseError) || !isTransient(error)) throw error;
    throw unavailable(HOW_TO_REPEAT, error);
  });
  const hasOwnKey = input.idempotencyKey !== null;
  if ("refusal" in answer) {
    if (!hasOwnKey && answer.refusal.outcome === "IDEMPOTENCY_KEY_IN_USE") throw unavailable(HOW_TO_REPEAT);
    return refuse(answer.refusal);
  }
  const { done } = answer;
  return hasOwnKey || done.outcome === "created" ? done : { ...done, outcome: "created" };
}
