import type { TwilioAccounts } from "../_shared/sms/twilio/tokens.ts";
import type { AddressFinding } from "../_shared/sms/twilio/our_address.ts";
import type { TwilioNumbers } from "./twilio_numbers.ts";

export interface NumberDependencies {
  readonly twilio: TwilioNumbers;
  readonly accounts: TwilioAccounts;
  /** The webhook that a number should have at Twilio. */
  readonly smsUrl: string;
  /** Whether that address leads to us, asked now. */
  askOurAddress(): Promise<AddressFinding>;
  /** Where Twilio posts statuses, for asking which Webhook Rule matches. */
  readonly statusUrl: string;
  /** Other URLs that are ours: a Messaging Service may have them, or an old domain of ours. */
  readonly ourUrls: readonly string[];
  /** The operator's; null where there is none. */
  readonly defaultAccountSid: string | null;
  /** Milliseconds that one request may spend on checking numbers. */
  readonly verifyWithinMs: number;
  /** Milliseconds, monotonic. */
  now(): number;
}
