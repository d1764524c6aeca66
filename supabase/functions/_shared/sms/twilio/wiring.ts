import type { Logger } from "../log.ts";
import type { Settings } from "../settings.ts";
import { createRefusedWebhooks } from "./refused_webhooks.ts";
import type { TwilioRequestDependencies } from "./signature.ts";
import { createTwilioAccounts, type TwilioAccounts } from "./tokens.ts";
import { createVault } from "./vault.ts";

export interface AccountsOptions {
  /** The AccountSids come from our own rows. Default: strangers can name any account, so looking it up has a limit. */
  readonly ownRows?: boolean;
}

/** The Twilio accounts' secrets, as every function gets at them. */
export function twilioAccounts(
  settings: Pick<Settings, "twilio" | "credentialsKeys">,
  log: Logger,
  options: AccountsOptions = {},
): TwilioAccounts {
  const vault = createVault(settings.credentialsKeys);
  return createTwilioAccounts({ twilio: settings.twilio, vault, log, ...options });
}

/** What checking a signature needs, but for the function's name. */
export function twilioSignatures(
  settings: Pick<Settings, "twilio" | "credentialsKeys" | "publicUrls">,
  log: Logger,
): Omit<TwilioRequestDependencies, "functionName"> {
  return {
    publicUrls: settings.publicUrls,
    accounts: twilioAccounts(settings, log),
    refusedWebhooks: createRefusedWebhooks(),
  };
}
