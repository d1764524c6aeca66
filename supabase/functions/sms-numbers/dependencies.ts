import type { TwilioAccounts } from "../_shared/sms/twilio/tokens.ts";
import type { TwilioNumbers } from "./twilio_numbers.ts";

export interface NumberDependencies {
  readonly twilio: TwilioNumbers;
  readonly accounts: TwilioAccounts;
  /** What a number's webhook should be at Twilio. */
  readonly smsUrl: string;
  /** Webhooks that are ours too: of a Messaging Service, or of a domain that is being left. */
  readonly ourUrls: readonly string[];
  /** The operator's; null where there is none. */
  readonly defaultAccountSid: string | null;
  /** Milliseconds that all looks of one request may take together. */
  readonly verifyWithinMs: number;
  /** Milliseconds, monotonic. */
  now(): number;
}
