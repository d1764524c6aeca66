import { workerWaker } from "../worker/wake.ts";
import { realClock } from "../worker/clock.ts";
import { createVault } from "../twilio/vault.ts";
import { createDelivery } from "./deliver.ts";
import type { Settings } from "../settings.ts";
import { leaseLimits } from "../worker/lease.ts";
import type { Logger } from "../log.ts";
import type { SendDependencies } from "./send_message.ts";
import { createCarrier } from "../twilio/send.ts";
import { createTwilioAccounts, NO_STRANGERS } from "../twilio/tokens.ts";

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
