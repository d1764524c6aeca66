import { createVault } from "../_shared/sms/twilio/vault.ts";
import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { createTwilioAccounts } from "../_shared/sms/twilio/tokens.ts";
import { createTwilioMedia } from "./media.ts";
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
