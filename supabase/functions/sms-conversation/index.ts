import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { twilioAccounts } from "../_shared/sms/twilio/wiring.ts";
import { createTwilioMedia } from "../_shared/sms/twilio/media.ts";
import { conversations } from "./handler.ts";

const name = "sms-conversation";

export default {
  fetch: endpoint(
    { name, methods: ["GET", "PATCH"], callers: "browsers", auth: ["user", "secret"] },
    (settings, log) => {
      const accounts = twilioAccounts(settings, log);
      return conversations({
        functionName: name,
        media: createTwilioMedia({ accounts, apiBaseUrl: settings.twilio.apiBaseUrl }),
      });
    },
  ),
};
