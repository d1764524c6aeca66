import { z } from "zod";
import { AppError, unavailable } from "../_shared/sms/http/errors.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import type { TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import { createTwilioClients, type TwilioClientOptions } from "../_shared/sms/twilio/client.ts";
import { isNotFoundAtTwilio, twilioProblem } from "../_shared/sms/twilio/errors.ts";

/** What a tenant says an account is. */
export interface ClaimedAccount extends TwilioCredentials {
  readonly trunkSid: string | null;
}

export interface TwilioAccountCheck {
  /**
   * Asks Twilio whether the token is the account's, the account is active and the trunk, if one is named, its own.
   * @throws AppError TWILIO_20003, ACCOUNT_NOT_ACTIVE, TRUNK_NOT_FOUND, UNAVAILABLE, or Twilio's own code (422)
   */
  verify(account: ClaimedAccount): Promise<void>;
  /** Whether Twilio still accepts a token. @throws AppError UNAVAILABLE when Twilio does not say */
  accepts(as: TwilioCredentials): Promise<boolean>;
}

/** Twilio's answer contains the primary token. Only these fields are kept. */
const FetchedAccount = z.object({ sid: z.string(), status: z.string() });

/**
 * Checks accounts with Twilio's real REST client.
 * Source: https://www.twilio.com/docs/usage/api/account, https://www.twilio.com/docs/sip-trunking/api/trunk-resource
 */
export function createTwilioAccountCheck(options: TwilioClientOptions): TwilioAccountCheck {
  const clientFor = createTwilioClients(options);

  const fetchAccount = async (as: TwilioCredentials) => {
    const fetched: unknown = await clientFor(as).api.v2010.accounts(as.accountSid).fetch()
      .catch((error) => {
        throw refusalOf(error);
      });
    const account = FetchedAccount.safeParse(fetched);
    if (account.success && account.data.sid === as.accountSid) return account.data;
    throw unavailable("Twilio's answer cannot be read; try again.");
  };

  return {
    async verify({ trunkSid, ...as }) {
      const { status } = await fetchAccount(as);
      if (status !== "active") refuse({ outcome: "ACCOUNT_NOT_ACTIVE" });
      if (trunkSid === null) return;
      await clientFor(as).trunking.v1.trunks(trunkSid).fetch().catch((error) => {
        if (isNotFoundAtTwilio(error)) refuse({ outcome: "TRUNK_NOT_FOUND" });
        throw refusalOf(error);
      });
    },
    async accepts(as) {
      try {
        await fetchAccount(as);
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === "TWILIO_20003") return false;
        throw error;
      }
    },
  };
}

/** Twilio's refusal, in words for the person who connects the account. */
function refusalOf(error: unknown): AppError {
  const problem = twilioProblem(error);
  // Twilio's own page on 20003 names all of these causes: https://www.twilio.com/docs/api/errors/20003
  if (problem.code === "TWILIO_20003") {
    return new AppError(
      422,
      "TWILIO_20003",
      "Twilio does not accept this account SID together with this auth token. Copy both from the Twilio console: an API key, " +
        "test credentials, a deleted token, or a token of a suspended account do not work.",
    );
  }
  return problem.code === "TWILIO_20005" ? new AppError(422, "ACCOUNT_NOT_ACTIVE", problem.message) : problem;
}
