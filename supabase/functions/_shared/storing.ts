import { DatabaseError, isTransient } from "./database.ts";
import { unavailable } from "./errors.ts";

/**
 * Waits for a verb that stores what somebody asked for. If the database cannot be reached, nobody knows whether it was
 * stored: only who named an idempotency key may simply ask again, and is told so.
 * @throws AppError UNAVAILABLE
 */
export async function storing<T>(stored: Promise<T>): Promise<T> {
  return await stored.catch((error: unknown) => {
    if (!(error instanceof DatabaseError) || !isTransient(error)) throw error;
    throw unavailable(
      "The database could not be reached, or not in time. With an Idempotency-Key it is safe to repeat the request; without one, look whether the message is there first.",
      error,
    );
  });
}
