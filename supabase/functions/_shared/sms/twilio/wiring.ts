import type { Logger } from "../log.ts";
import type { Settings } from "../settings.ts";
import { createTwilioAccounts, type RememberedAccounts } from "./tokens.ts";
import { createVault } from "./vault.ts";

/** The Twilio accounts' secrets, for functions that know the AccountSids from our own rows. */
export function twilioAccounts(
  settings: Pick<Settings, "twilio" | "credentialsKeys">,
  log: Logger,
): RememberedAccounts {
  return createTwilioAccounts({
    twilio: settings.twilio,
    vault: createVault(settings.credentialsKeys),
    log,
  });
}
