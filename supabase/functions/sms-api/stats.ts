import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { throwIfRefused } from "../_shared/sms/http/outcomes.ts";
import { parseInput } from "../_shared/sms/http/route.ts";
import { postgresTime } from "../_shared/sms/sending/input.ts";
import { success } from "./answers.ts";
import { OldStatsQuery } from "./contract.ts";
import { countMessages } from "./verbs.ts";

/** How many texts there are, and what became of them; over any range. */
export const countTheOldWay: Handler = async (request, context) => {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const { startDate, endDate } = parseInput(query, OldStatsQuery);
  const { outcome, ...counts } = await countMessages(context.supabase, {
    from_at: startDate === undefined ? null : postgresTime(startDate),
    to_at: endDate === undefined ? null : postgresTime(endDate),
  });
  throwIfRefused({ outcome });
  return success(null, counts);
};
