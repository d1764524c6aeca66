import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { leaseLimits } from "../_shared/sms/worker/lease.ts";
import { createReplyModel } from "../_shared/sms/model/openai.ts";
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
