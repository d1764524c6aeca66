import { z } from "zod";
import { type StatsQuery, StatsResponse } from "../../contract/stats.ts";
import { rpc, type RpcClient } from "../rpc.ts";

const Summarized = StatsResponse.extend({ outcome: z.literal("summarized") });

/**
 * The figures of a tenant's messages, in total and by hour or day.
 *
 * @param client with the tenant's rights; the database takes the tenant from it
 * @throws AppError INVALID_TIME_ZONE, INVALID_RANGE, RANGE_TOO_LARGE, NUMBER_NOT_FOUND, ASSISTANT_NOT_FOUND
 * @throws DatabaseError
 */
export async function summarizeMessages(
  client: RpcClient,
  query: Omit<StatsQuery, "user_id">,
): Promise<StatsResponse> {
  const { outcome: _, ...stats } = await rpc(client, "sms_summarize_messages", {
    args: {
      ...momentOrDay("from", query.from),
      ...momentOrDay("to", query.to),
      last_days: query.days ?? null,
      bucket: query.bucket,
      time_zone: query.time_zone,
      phone_number_id: query.phone_number_id ?? null,
      assistant_id: query.assistant_id ?? null,
    },
    returns: Summarized,
  });
  return stats;
}

/** A day is passed on: the database knows when it begins in a zone. A time goes in UTC: Postgres knows fewer offsets. */
function momentOrDay(name: "from" | "to", value: string | undefined): Record<string, string | null> {
  const isDay = value !== undefined && !value.includes("T");
  return {
    [`${name}_at`]: value === undefined || isDay ? null : new Date(value).toISOString(),
    [`${name}_day`]: isDay ? value : null,
  };
}

const Folded = z.object({
  outcome: z.enum(["folded", "busy"]),
  folded: z.number(),
  remaining: z.number().nullable(),
});
export type Folded = z.infer<typeof Folded>;

/** Folds the oldest changes into the figures, a few thousand of them. Readers see no difference. */
export const foldStats = (client: RpcClient): Promise<Folded> =>
  rpc(client, "sms_fold_stats", { args: {}, returns: Folded });
