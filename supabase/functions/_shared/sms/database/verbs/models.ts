import { z } from "zod";
import { rpc, type RpcClient } from "../rpc.ts";

const Recalled = z.object({
  models: z.array(z.object({
    model: z.string(),
    quirks: z.array(z.string()),
    shutdown_date: z.string().nullable(),
    ends_soon: z.boolean(),
  })),
  listing_due: z.boolean(),
});
export type Recalled = z.infer<typeof Recalled>;

/** What a model has shown. */
export type LearnedModel = { model: string; quirks: string[] };
/** What the server says of a model; the date is YYYY-MM-DD. */
export type ListedModel = { model: string; shutdown_date: string | null };

const Recorded = z.object({ outcome: z.literal("recorded") });

/** What is known of a server's models, and whether this caller shall ask the server for its list. */
export const recallModels = (
  client: RpcClient,
  args: { server: string; default_model: string; allowed_models: string[] },
): Promise<Recalled> => rpc(client, "sms_recall_models", { args, returns: Recalled });

/** Adds to what is known of a server's models. */
export async function recordModels(
  client: RpcClient,
  args: { server: string; models: (LearnedModel | ListedModel)[]; listed: boolean },
): Promise<void> {
  await rpc(client, "sms_record_models", { args, returns: Recorded });
}
