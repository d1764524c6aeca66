import type { Logger } from "../log.ts";
import type { Settings } from "../settings.ts";
import { createTwilioAccounts, type TwilioAccounts } from "./tokens.ts";
import { createVault } from "./vault.ts";

export interface AccountsOptions {
  /** Look-ups of accounts that we do not know, a second. Default: a limit, because strangers can name any account. */
  readonly unknownAccountLookupsPerSecond?: number;
}

/** The Twilio accounts' tokens, as every function gets at them. */
export function twilioAccounts(
  settings: Pick<Settings, "twilio" | "credentialsKeys">,
  log: Logger,
  options: AccountsOptions = {},
): TwilioAccounts {
  const vault = createVault(settings.credentialsKeys);
  return createTwilioAccounts({ twilio: settings.twilio, vault, log, ...options });
}
