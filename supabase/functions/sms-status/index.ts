import { createVault } from "../_shared/credentials.ts";
import { endpoint } from "../_shared/endpoint.ts";
import { createTwilioAccounts } from "../_shared/twilio_accounts.ts";
import { reportStatus } from "./handler.ts";

const name = "sms-status";

export default {
  fetch: endpoint(
    { name, methods: ["POST"], callers: "servers", auth: () => "none" },
    (settings, log) =>
      reportStatus({
        functionName: name,
        publicUrls: settings.publicUrls,
        accounts: createTwilioAccounts({
          twilio: settings.twilio,
          vault: createVault(settings.credentialsKeys),
          log,
        }),
      }),
  ),
};
