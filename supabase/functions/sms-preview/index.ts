import { endpoint } from "../_shared/endpoint.ts";
import { leaseLimits } from "../_shared/lease.ts";
import { createReplyModel } from "../_shared/openai.ts";
import { previewReplies } from "./handler.ts";

const name = "sms-preview";

export default {
  fetch: endpoint(
    { name, methods: ["GET", "POST"], callers: "browsers", auth: () => "user" },
    ({ openai, leaseSeconds }) =>
      previewReplies({
        functionName: name,
        model: createReplyModel(openai),
        // As patient as the worker: what it would give up on, is given up on here.
        timeoutMs: leaseLimits(leaseSeconds).modelTimeoutMs,
        models: openai,
      }),
  ),
};
