import { z } from "zod";
import { AppError, unavailable } from "../_shared/sms/http/errors.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import type { TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import type Twilio from "twilio/rest";
import { createTwilioClients, type TwilioClientOptions } from "../_shared/sms/twilio/client.ts";
import { isNotFoundAtTwilio, twilioProblem } from "../_shared/sms/twilio/errors.ts";

/** What a tenant says an account is. */
export interface ClaimedAccount extends TwilioCredentials {
  readonly trunkSid: string | null;
}

export interface TwilioAccountCheck {
  /**
   * Asks Twilio whether the token is the account's, the account is active and the trunk, if one is named, its own.
   * @returns the account's primary token, with which Twilio signs; null where Twilio does not tell it
   * @throws AppError TWILIO_20003, ACCOUNT_NOT_ACTIVE, TRUNK_NOT_FOUND, UNAVAILABLE, or Twilio's own code (422)
   */
  verify(account: ClaimedAccount): Promise<{ readonly primaryToken: string | null }>;
  /**
   * Asks Twilio whether an API key may do in this account what sending and receiving needs. It cannot be asked about the
   * account itself: only a Main key may read that.
   * @throws AppError API_KEY_REFUSED, API_KEY_LACKS_PERMISSION, TRUNK_NOT_FOUND, UNAVAILABLE, or Twilio's own code (422)
   */
  verifyApiKey(account: ClaimedAccount & { readonly apiKeySid: string }): Promise<void>;
  /** Whether Twilio still accepts a token. @throws AppError UNAVAILABLE when Twilio does not say */
  accepts(as: TwilioCredentials): Promise<boolean>;
}

/** Twilio's answer contains the primary token, whichever of the two asked. It is compared, and never stored. */
const FetchedAccount = z.object({ sid: z.string(), status: z.string(), authToken: z.string().nullish() });

/** What can be tried without doing anything. */
const NEEDED = [
  ["messages (create, read and list)", (client: Twilio) => client.messages.list({ limit: 1 })],
  [
    "incoming phone numbers (read, list and update)",
    (client: Twilio) => client.incomingPhoneNumbers.list({ limit: 1 }),
  ],
  [
    "Messaging Services (read and list)",
    (client: Twilio) => client.messaging.v1.services.list({ limit: 1 }),
  ],
] as const;

/**
 * Checks accounts with Twilio's real REST client.
 * Source: https://www.twilio.com/docs/usage/api/account, https://www.twilio.com/docs/sip-trunking/api/trunk-resource
 */
export function createTwilioAccountCheck(options: TwilioClientOptions): TwilioAccountCheck {
  const clientFor = createTwilioClients(options);

  const checkTrunk = async ({ trunkSid, ...as }: ClaimedAccount) => {
    if (trunkSid === null) return;
    await clientFor(as).trunking.v1.trunks(trunkSid).fetch().catch((error) => {
      if (isNotFoundAtTwilio(error)) refuse({ outcome: "TRUNK_NOT_FOUND" });
      throw as.apiKeySid === undefined ? refusalOf(error) : keyRefusal(error, "SIP trunks (read and update)");
    });
  };

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
    async verify(account) {
      const { status, authToken } = await fetchAccount(account);
      if (status !== "active") refuse({ outcome: "ACCOUNT_NOT_ACTIVE" });
      await checkTrunk(account);
      // Anything else stands for a token that Twilio keeps back.
      return { primaryToken: /^[0-9a-zA-Z]{16,}$/.test(authToken ?? "") ? authToken ?? null : null };
    },
    async verifyApiKey(account) {
      for (const [permission, ask] of NEEDED) {
        await ask(clientFor(account)).catch((error) => {
          throw keyRefusal(error, permission);
        });
      }
      await checkTrunk(account);
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

/**
 * A key that Twilio does not know, or one that lacks a permission: https://www.twilio.com/docs/api/errors/70051. One of the
 * first call may be either.
 */
function keyRefusal(error: unknown, permission: string): AppError {
  const problem = twilioProblem(error);
  if (problem.code === "TWILIO_20003") {
    return new AppError(
      422,
      "API_KEY_REFUSED",
      "Twilio does not accept this API key for this account. Its SID (SK…) and secret must be of an active key of the account " +
        "itself, made in the region US1.",
    );
  }
  return problem.code === "TWILIO_70051" || problem.code === "TWILIO_REFUSED"
    ? new AppError(
      422,
      "API_KEY_LACKS_PERMISSION",
      `The API key may not use ${permission}. Allow it at Twilio.`,
    )
    : problem;
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
        "test credentials, a deleted token, a token of a suspended account, or one of the regions IE1 or AU1 do not work: an " +
        "account outside US1 cannot be connected.",
    );
  }
  return problem.code === "TWILIO_20005" ? new AppError(422, "ACCOUNT_NOT_ACTIVE", problem.message) : problem;
}
