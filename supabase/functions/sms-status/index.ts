import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { twilioSignatures } from "../_shared/sms/twilio/signature_wiring.ts";
import { reportStatus } from "./handler.ts";

const name = "sms-status";

export default {
  fetch: endpoint(
    { name, methods: ["POST"], callers: "servers", auth: "none" },
    (settings, log) =>
      reportStatus({
        functionName: name,
        ...twilioSignatures(settings, log),
      }),
  ),
};
