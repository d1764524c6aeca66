import { z } from "zod";
import { runInBackground } from "../_shared/sms/worker/wake.ts";
import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { parseQuery } from "../_shared/sms/http/route.ts";
import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { workerHealth } from "../_shared/sms/database/verbs/claims.ts";
import type { WokenBy } from "../_shared/sms/database/verbs/wakes.ts";
import { type AddressFinding, addressSaid } from "../_shared/sms/twilio/our_address.ts";
import type { ModelFinding } from "./model_check.ts";
import { WOKEN_BY_HEADER } from "./wakes.ts";
import type { Worker } from "./worker.ts";

export interface WorkDependencies {
  readonly worker: Worker;
  noteWake(client: RpcClient, by: WokenBy): Promise<void>;
  /** The address that Twilio is given for texts. */
  readonly smsUrl: string;
  /** Whether it leads to us, asked now. */
  askOurAddress(): Promise<AddressFinding>;
  checkModel(): Promise<ModelFinding>;
}

// Whatever else a monitor adds to the address means nothing here.
const HealthQuery = z.object({ ask: z.enum(["model", "address"]).optional() });

/**
 * POST wakes the worker: 202 at once, the work goes on after it. GET tells how the queue is; if told to, it asks the model's
 * server, or the address that Twilio is given.
 */
export function work(deps: WorkDependencies): Handler {
  return async (request, context) => {
    if (request.method === "GET") {
      const { ask } = parseQuery(request, HealthQuery);
      const health = { ...await workerHealth(context.supabaseAdmin), sms_url: deps.smsUrl };
      if (ask === "model") return Response.json({ ...health, model: await deps.checkModel() });
      if (ask === "address") {
        return Response.json({ ...health, address: addressSaid(deps.smsUrl, await deps.askOurAddress()) });
      }
      return Response.json(health);
    }
    const by = request.headers.get(WOKEN_BY_HEADER) === "schedule" ? "schedule" : "request";
    await request.body?.cancel();
    runInBackground(deps.worker.wake(context.supabaseAdmin), context.log);
    runInBackground(deps.noteWake(context.supabaseAdmin, by), context.log);
    return Response.json({ accepted: true }, { status: 202 });
  };
}
