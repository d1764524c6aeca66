import { createVault } from "../_shared/credentials.ts";
import { endpoint } from "../_shared/endpoint.ts";
import { createTwilioAccounts } from "../_shared/twilio_accounts.ts";
import { createTwilioMedia } from "../_shared/twilio_media.ts";
import { conversations } from "./handler.ts";

const name = "sms-conversation";

export default {
  fetch: endpoint(
    { name, methods: ["GET", "PATCH"], callers: "browsers", auth: () => "user" },
    (settings, log) => {
      const { twilio, credentialsKeys } = settings;
      const accounts = createTwilioAccounts({ twilio, vault: createVault(credentialsKeys), log });
      return conversations({
        functionName: name,
        media: createTwilioMedia({ accounts, apiBaseUrl: twilio.apiBaseUrl }),
      });
    },
  ),
};
