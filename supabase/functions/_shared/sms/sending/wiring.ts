import type { Logger } from "../log.ts";
import type { Settings } from "../settings.ts";
import { createCarrier } from "../twilio/send.ts";
import type { TwilioAccounts } from "../twilio/tokens.ts";
import { twilioAccounts } from "../twilio/wiring.ts";
import { type LeaseLimits, leaseLimits } from "../worker/lease.ts";
import { createDelivery, type Deliver } from "./deliver.ts";

export interface DeliveryWiring {
  readonly accounts: TwilioAccounts;
  readonly deliver: Deliver;
  readonly limits: LeaseLimits;
}

/** What everyone who hands messages to Twilio is wired with: the worker, and the functions that send at once. */
export function deliveryWiring(settings: Settings, log: Logger): DeliveryWiring {
  const limits = leaseLimits(settings.leaseSeconds);
  // Which account sends is read from our own rows, so no stranger can name one.
  const accounts = twilioAccounts(settings, log);
  const carrier = createCarrier({
    apiBaseUrl: settings.twilio.apiBaseUrl,
    publicUrl: settings.publicUrls[0],
    timeoutMs: limits.httpTimeoutMs,
  });
  return { accounts, deliver: createDelivery({ accounts, carrier, log }), limits };
}
