import { createVault } from "../_shared/sms/twilio/vault.ts";
import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { createTwilioAccounts } from "../_shared/sms/twilio/tokens.ts";
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
