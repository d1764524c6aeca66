import { workerWaker } from "./background.ts";
import { realClock } from "./clock.ts";
import { createVault } from "./credentials.ts";
import { createDelivery } from "./deliveries.ts";
import type { Settings } from "./env.ts";
import { leaseLimits } from "./lease.ts";
import type { Logger } from "./log.ts";
import type { SendDependencies } from "./send_message.ts";
import { createCarrier } from "./twilio.ts";
import { createTwilioAccounts, NO_STRANGERS } from "./twilio_accounts.ts";

/** What every function that sends texts is wired with. */
export function sendDependencies(settings: Settings, log: Logger): SendDependencies {
  const limits = leaseLimits(settings.leaseSeconds);
  const accounts = createTwilioAccounts({
    twilio: settings.twilio,
    vault: createVault(settings.credentialsKeys),
    log,
    strangersASecond: NO_STRANGERS,
  });
  const carrier = createCarrier({
    apiBaseUrl: settings.twilio.apiBaseUrl,
    publicUrl: settings.publicUrls[0],
    timeoutMs: limits.httpTimeoutMs,
  });
  return {
    deliver: createDelivery({ accounts, carrier, log }),
    wake: workerWaker(settings, log),
    clock: realClock,
    log,
    leaseSeconds: settings.leaseSeconds,
    limits,
  };
}
