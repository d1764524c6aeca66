import { workerWaker } from "../_shared/sms/worker/wake.ts";
import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { twilioSignatures } from "../_shared/sms/twilio/signature_wiring.ts";
import { receiveInbound } from "./handler.ts";

const name = "sms-webhook";

export default {
  fetch: endpoint(
    { name, methods: ["POST"], callers: "servers", auth: "none" },
    (settings, log) =>
      receiveInbound({
        functionName: name,
        ...twilioSignatures(settings, log),
        wake: workerWaker(settings, log),
      }),
  ),
};
