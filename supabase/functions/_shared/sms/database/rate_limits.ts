import { z } from "zod";
import { rpc, type RpcClient } from "./rpc.ts";

const Taken = z.object({ outcome: z.literal("taken") });

/** What a tenant may do so often a minute; the name is the row's, so two limits never share one. */
export interface RateLimit {
  readonly action: string;
  readonly perMinute: number;
}

/**
 * Takes a turn at trying an assistant: 20 a minute, and as many a day as the tenant may have automatic replies.
 * @param client with the secret key
 * @throws AppError RATE_LIMITED, with `retry-after`; USER_NOT_FOUND for somebody whose token outlived them
 */
export async function checkPreviewLimit(client: RpcClient, ownerId: string): Promise<void> {
  await rpc(client, "sms_take_preview_turn", { args: { owner_id: ownerId }, returns: Taken });
}

/**
 * Takes a turn at something that costs us a call elsewhere; before that call.
 * @param client with the secret key
 * @throws AppError RATE_LIMITED, with `retry-after`; USER_NOT_FOUND for somebody whose token outlived them
 */
export async function checkRateLimit(client: RpcClient, ownerId: string, limit: RateLimit): Promise<void> {
  await rpc(client, "sms_take_turn", {
    args: { owner_id: ownerId, action: limit.action, per_minute: limit.perMinute },
    returns: Taken,
  });
}
