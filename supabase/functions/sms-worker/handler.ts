import { runInBackground } from "../_shared/sms/worker/wake.ts";
import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { workerHealth } from "../_shared/sms/database/verbs/claims.ts";
import type { Worker } from "./worker.ts";

/** POST wakes the worker: 202 at once, the work goes on after it. GET tells how the queue is. */
export function work(deps: { worker: Worker }): Handler {
  return async (request, context) => {
    if (request.method === "GET") {
      return Response.json(await workerHealth(context.supabaseAdmin));
    }
    await request.body?.cancel();
    runInBackground(deps.worker.wake(context.supabaseAdmin), context.log);
    return Response.json({ accepted: true }, { status: 202 });
  };
}
