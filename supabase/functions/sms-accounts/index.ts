import { createVault } from "../_shared/sms/twilio/vault.ts";
import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { createTwilioAccountCheck } from "./account_check.ts";
import { manageAccounts } from "./handler.ts";

const name = "sms-accounts";

/** A person waits for the answer, and can try again. */
const TWILIO_TIMEOUT_MS = 10_000;

export default {
  fetch: endpoint(
    { name, methods: ["GET", "POST", "DELETE"], callers: "browsers", auth: ["user", "secret"] },
    ({ credentialsKeys, twilio }) =>
      manageAccounts({
        functionName: name,
        twilio: createTwilioAccountCheck({ apiBaseUrl: twilio.apiBaseUrl, timeoutMs: TWILIO_TIMEOUT_MS }),
        vault: credentialsKeys.length === 0 ? null : createVault(credentialsKeys),
        defaultAccountSid: twilio.accountSid,
      }),
  ),
};
