import { listAccountSids } from "../database/verbs/accounts.ts";
import type { Logger } from "../log.ts";
import type { Settings } from "../settings.ts";
import { createRefusedWebhooks } from "./refused_webhooks.ts";
import type { TwilioRequestDependencies } from "./signature.ts";
import { createTwilioAccounts } from "./tokens.ts";
import { createVault } from "./vault.ts";

/** What checking a signature needs, but for the function's name. */
export function twilioSignatures(
  settings: Pick<Settings, "twilio" | "credentialsKeys" | "publicUrls">,
  log: Logger,
): Omit<TwilioRequestDependencies, "functionName"> {
  return {
    publicUrls: settings.publicUrls,
    accounts: createTwilioAccounts({
      twilio: settings.twilio,
      vault: createVault(settings.credentialsKeys),
      log,
      connectedSids: listAccountSids,
    }),
    refusedWebhooks: createRefusedWebhooks(),
  };
}
