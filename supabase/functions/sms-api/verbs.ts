import { z } from "zod";
import { rpc, type RpcClient } from "../_shared/sms/database/rpc.ts";

const ChosenSender = z.object({
  outcome: z.literal("chosen"),
  from_number: z.string().nullish(),
});
export type ChosenSender = z.infer<typeof ChosenSender>;

/**
 * The caller's number on an account that sends to this contact; null when the caller has none there.
 * @throws AppError CONNECT_ACCOUNT_FIRST
 */
export const chooseSender = (
  client: RpcClient,
  named: { account_sid: string; to_number: string },
): Promise<ChosenSender> => rpc(client, "sms_choose_sender", { args: named, returns: ChosenSender });

const ListedNumbers = z.object({ outcome: z.literal("listed"), numbers: z.array(z.string()) });

/** Every number that the caller's messages came from or went to. */
export const listMessageNumbers = async (client: RpcClient): Promise<string[]> =>
  (await rpc(client, "sms_list_message_numbers", { args: {}, returns: ListedNumbers })).numbers;

const Count = z.number().int().nonnegative().default(0);
const Counted = z.object({
  outcome: z.literal("counted"),
  total: Count,
  inbound: Count,
  outbound: Count,
  sent: Count,
  delivered: Count,
  failed: Count,
});

/** How many messages the caller has between two times; null: from the beginning, until now. */
export const countMessages = (
  client: RpcClient,
  range: { from_at: string | null; to_at: string | null },
): Promise<z.infer<typeof Counted>> => rpc(client, "sms_count_messages", { args: range, returns: Counted });
