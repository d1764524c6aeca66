import { StatsQuery } from "../_shared/sms/contract/stats.ts";
import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { notFound } from "../_shared/sms/http/errors.ts";
import { parseQuery, pathAfter } from "../_shared/sms/http/route.ts";
import { summarizeMessages } from "../_shared/sms/database/verbs/stats.ts";

/** GET: totals and a series of the caller's texts. */
export function showStats(functionName: string): Handler {
  return async (request, context) => {
    if (pathAfter(request, functionName).length > 0) throw notFound("NOT_FOUND", "There is nothing here.");
    const query = parseQuery(request, StatsQuery);
    const stats = await summarizeMessages(context.supabase, query);
    context.note({ bucket: stats.bucket, buckets: stats.series.length });
    return Response.json(stats);
  };
}
