import { StatsQuery } from "../_shared/sms/contract/stats.ts";
import { summarizeMessages } from "../_shared/sms/database/verbs/stats.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { tenantOf } from "../_shared/sms/http/owner.ts";
import { parseQuery } from "../_shared/sms/http/route.ts";
import { routes } from "../_shared/sms/http/routes.ts";

/** `GET /`: totals and a series of the tenant's messages. */
export function showStats(functionName: string): Handler {
  return routes(functionName, { "/": { GET: summarize } });
}

async function summarize(request: Request, context: Context): Promise<Response> {
  const { user_id, ...query } = parseQuery(request, StatsQuery);
  const stats = await summarizeMessages(tenantOf(context, user_id).client, query);
  context.note({ bucket: stats.bucket, buckets: stats.series.length });
  return Response.json(stats);
}
