import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { parseInput } from "../_shared/sms/http/route.ts";
import { postgresTime } from "../_shared/sms/sending/input.ts";
import { success } from "./answers.ts";
import { OldStatsQuery } from "./contract.ts";
import { countMessages } from "./verbs.ts";

/** Counts messages by direction and status, over any range. */
export const oldStats: Handler = async (request, context) => {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const { startDate, endDate } = parseInput(query, OldStatsQuery);
  const { outcome: _, ...counts } = await countMessages(context.supabase, {
    from_at: startDate === undefined ? null : postgresTime(startDate),
    to_at: endDate === undefined ? null : postgresTime(endDate),
  });
  return success(null, counts);
};
