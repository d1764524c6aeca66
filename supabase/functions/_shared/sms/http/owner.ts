import type { RpcClient } from "../database/rpc.ts";
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
  return userId.toLowerCase();
}

/** Whom a request acts for, and the database as that user sees it. */
export interface Tenant {
  readonly id: string;
  /** For the verbs of signed-in users: row level security and grants are the tenant's, for both kinds of callers. */
  readonly client: RpcClient;
}

/**
 * The tenant of a request: the signed-in user, or the one whom the secret key names.
 *
 * @param userId `user_id` of the request
 * @throws AppError INVALID_REQUEST, as ownerOf(); the client's verbs refuse an unknown user with USER_NOT_FOUND
 */
export function tenantOf(context: Context, userId: string | undefined): Tenant {
  const id = ownerOf(context, userId);
  return {
    id,
    client: context.caller.kind === "user" ? context.supabase : actingFor(context.supabaseAdmin, id),
  };
}

/** A client that calls the verbs of signed-in users as one of them. */
function actingFor(secret: RpcClient, owner_id: string): RpcClient {
  return { rpc: (verb, args) => secret.rpc("sms_call_for", { owner_id, verb, arguments: args }) };
}
