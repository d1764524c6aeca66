import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { leaseLimits } from "../_shared/sms/worker/lease.ts";
import { databaseMemory } from "../_shared/sms/model/memory.ts";
import { createReplyModel } from "../_shared/sms/model/openai.ts";
import { previewReplies } from "./handler.ts";

const name = "sms-preview";

export default {
  fetch: endpoint(
    { name, methods: ["GET", "POST"], callers: "browsers", auth: ["user", "secret"] },
    ({ openai, leaseSeconds }, log) =>
      previewReplies({
        functionName: name,
        model: createReplyModel(openai),
        // The worker's time limit, so that a preview fails where a reply would.
        timeoutMs: leaseLimits(leaseSeconds).modelTimeoutMs,
        models: openai,
        memoryOf: (client) => databaseMemory(client, { openai, log }),
      }),
  ),
};
