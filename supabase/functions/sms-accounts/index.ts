import { createVault } from "../_shared/credentials.ts";
import { endpoint } from "../_shared/endpoint.ts";
import { createTwilioAccountCheck } from "../_shared/twilio_account_check.ts";
import { manageAccounts } from "./handler.ts";

const name = "sms-accounts";

/** Somebody waits for the answer, and may try again. */
const TWILIO_TIMEOUT_MS = 10_000;

export default {
  fetch: endpoint(
    { name, methods: ["GET", "POST", "DELETE"], callers: "browsers", auth: () => "user" },
    ({ credentialsKeys, twilio }) =>
      manageAccounts({
        functionName: name,
        twilio: createTwilioAccountCheck({ apiBaseUrl: twilio.apiBaseUrl, timeoutMs: TWILIO_TIMEOUT_MS }),
        vault: credentialsKeys.length === 0 ? null : createVault(credentialsKeys),
        defaultAccountSid: twilio.accountSid,
      }),
  ),
};
