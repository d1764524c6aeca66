import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { CONNECTION_OVERRIDES, smsWebhookUrl, statusCallbackUrl } from "../_shared/sms/twilio/urls.ts";
import { ourAddress } from "../_shared/sms/twilio/our_address.ts";
import { twilioAccounts } from "../_shared/sms/twilio/wiring.ts";
import { createTwilioNumbers } from "./twilio_numbers.ts";
import { manageNumbers } from "./handler.ts";

const name = "sms-numbers";
/** For each request to Twilio. A set-up takes a handful of them, and the platform waits 150 s for an answer. */
const TWILIO_TIMEOUT_MS = 10_000;
const VERIFY_WITHIN_MS = 20_000;

export default {
  fetch: endpoint({
    name,
    methods: ["GET", "POST", "DELETE"],
    callers: "browsers",
    auth: ["user", "secret"],
  }, (settings, log) => {
    return manageNumbers({
      functionName: name,
      twilio: createTwilioNumbers({ apiBaseUrl: settings.twilio.apiBaseUrl, timeoutMs: TWILIO_TIMEOUT_MS }),
      accounts: twilioAccounts(settings, log),
      smsUrl: `${smsWebhookUrl(settings.publicUrls[0])}${CONNECTION_OVERRIDES}`,
      askOurAddress: ourAddress(settings),
      statusUrl: statusCallbackUrl(settings.publicUrls[0], "").replace(CONNECTION_OVERRIDES, ""),
      ourUrls: settings.publicUrls.map(smsWebhookUrl),
      defaultAccountSid: settings.twilio.accountSid,
      verifyWithinMs: VERIFY_WITHIN_MS,
      now: () => performance.now(),
    });
  }),
};
