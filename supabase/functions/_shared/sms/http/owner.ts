import type { Context } from "./endpoint.ts";
import { AppError, badRequest } from "./errors.ts";

/**
 * The signed-in caller's id.
 * @throws AppError MISSING_CREDENTIALS for a secret key
 */
export function signedInUser({ caller }: Context): string {
  if (caller.kind !== "user") throw new AppError(401, "MISSING_CREDENTIALS", "Sign in first.");
  return caller.userId;
}

/**
 * The user for whom a request acts: signed-in users act for themselves, a secret key for the user it names.
 * @throws AppError INVALID_REQUEST for a user who names somebody else, and for a secret key that names nobody
 */
export function ownerOf({ caller }: Context, userId: string | undefined): string {
  if (caller.kind === "user") {
    if (userId === undefined || userId.toLowerCase() === caller.userId) return caller.userId;
    throw badRequest("INVALID_REQUEST", "user_id: you can only act for yourself; leave it out");
  }
  if (userId === undefined) throw badRequest("INVALID_REQUEST", "user_id: with a secret key, name the user");
  return userId;
}
