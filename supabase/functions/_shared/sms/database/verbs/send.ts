import { z } from "zod";
import { Message, type Purpose } from "../../contract/common.ts";
import { Broadcast, BroadcastResponse } from "../../contract/send.ts";
import type { Refusal } from "../../http/outcomes.ts";
import { rpc, type RpcClient, rpcOrRefusal } from "../rpc.ts";

// The verbs that store what people and apps send, and tell how a delivery stands.

const Done = z.enum(["created", "repeated"]);

const CreatedMessage = z.object({ outcome: Done, message: Message });
export type CreatedMessage = z.infer<typeof CreatedMessage>;

const CreatedBroadcast = z.object({
  outcome: Done,
  broadcast: Broadcast,
  ...BroadcastResponse.pick({ accepted: true, rejected: true }).shape,
});
export type CreatedBroadcast = z.infer<typeof CreatedBroadcast>;

/** The answer of a verb that stores a message or a broadcast. */
export type Stored<T> = { readonly done: T } | { readonly refusal: Refusal };

const Delivery = z.object({
  outcome: z.literal("found"),
  /** settled: nothing more is tried. in_hand: a worker has claimed it. waiting: due later, or its outcome is looked up. */
  state: z.enum(["settled", "in_hand", "waiting"]),
  /** Milliseconds until its number may send again, where it is next and waits for nothing else; null otherwise. */
  turn_in_ms: z.number().nullable(),
  message: Message,
});
export type Delivery = z.infer<typeof Delivery>;

/** What a message and a broadcast have in common. */
export type ContentArguments = {
  body: string | null;
  from_number: string | null;
  media_urls: string[];
  send_at: string | null;
  not_after?: string;
  purpose?: Purpose;
  template_id: string | null;
  variables: Record<string, string | number>;
  idempotency_key: string;
};

export type MessageArguments = ContentArguments & {
  to_number: string | null;
  conversation_id: string | null;
  pauses_assistant?: boolean;
};

export type BroadcastArguments = ContentArguments & { to_numbers: string[]; name: string | null };

/** A message of the signed-in caller. */
export const createMessage = (
  client: RpcClient,
  message: MessageArguments,
): Promise<Stored<CreatedMessage>> =>
  rpcOrRefusal(client, "sms_create_message", { args: message, returns: CreatedMessage });

/** A message of the named user; for the secret key. */
export const createMessageFor = (
  client: RpcClient,
  owner_id: string,
  message: MessageArguments,
): Promise<Stored<CreatedMessage>> =>
  rpcOrRefusal(client, "sms_create_message_for", { args: { owner_id, ...message }, returns: CreatedMessage });

/** A broadcast of the signed-in caller. */
export const createBroadcast = (
  client: RpcClient,
  broadcast: BroadcastArguments,
): Promise<Stored<CreatedBroadcast>> =>
  rpcOrRefusal(client, "sms_create_broadcast", { args: broadcast, returns: CreatedBroadcast });

/** A broadcast of the named user; for the secret key. */
export const createBroadcastFor = (
  client: RpcClient,
  owner_id: string,
  broadcast: BroadcastArguments,
): Promise<Stored<CreatedBroadcast>> =>
  rpcOrRefusal(client, "sms_create_broadcast_for", {
    args: { owner_id, ...broadcast },
    returns: CreatedBroadcast,
  });

export const getDelivery = (client: RpcClient, message_id: string): Promise<Delivery> =>
  rpc(client, "sms_get_delivery", { args: { message_id }, returns: Delivery });
