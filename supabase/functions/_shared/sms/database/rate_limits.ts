import { z } from "zod";
import { rpc, type RpcClient } from "./rpc.ts";

const Taken = z.object({ outcome: z.literal("taken") });
const PreviewTaken = Taken.extend({ minutes_east: z.number().int().nullish() });

/** How often a minute a tenant may do something. Each limit has its own action, the name of its row. */
export interface RateLimit {
  readonly action: string;
  readonly perMinute: number;
}

/**
 * Counts one more try of an assistant: 20 a minute are allowed, and as many a day as automatic replies; ten in all without an
 * account or number.
 * @param client with the secret key
 * @returns by how many minutes the clocks of the assistant's time zone are before UTC, as Postgres knows it
 * @throws AppError RATE_LIMITED and PROJECT_LIMIT, with `retry-after`; TRIAL_USED_UP; CONFIRM_FIRST for who signed in
 * anonymously; USER_NOT_FOUND for the token of a deleted user
 */
export async function checkPreviewLimit(
  client: RpcClient,
  { ownerId, isAnonymous, timeZone }: { ownerId: string; isAnonymous: boolean; timeZone: string | null },
): Promise<number | null> {
  const args = { owner_id: ownerId, is_anonymous: isAnonymous, time_zone: timeZone };
  const { minutes_east } = await rpc(client, "sms_take_preview_turn", { args, returns: PreviewTaken });
  return minutes_east ?? null;
}

/**
 * Counts one more use of an action that makes us call Twilio. Call it before the action.
 * @param client with the secret key
 * @throws AppError RATE_LIMITED, with `retry-after`; USER_NOT_FOUND for the token of a deleted user
 */
export async function checkRateLimit(client: RpcClient, ownerId: string, limit: RateLimit): Promise<void> {
  await rpc(client, "sms_take_turn", {
    args: { owner_id: ownerId, action: limit.action, per_minute: limit.perMinute },
    returns: Taken,
  });
}
