import type { RpcClient } from "../../_shared/sms/database/rpc.ts";
import { AppError, explainTwilioCode } from "../../_shared/sms/http/errors.ts";
import { asAccount, type TwilioCredentials } from "../../_shared/sms/twilio/as_account.ts";
import { httpFailureOf, NotConnected, refusesToken } from "../../_shared/sms/twilio/errors.ts";
import type { TwilioAccounts } from "../../_shared/sms/twilio/tokens.ts";

/** Why Twilio did not answer a question. This is never the same as an answer that there is nothing. */
export interface QuestionFailure {
  /** Twilio's code, or `HTTP_503`, or `UNREACHABLE`. */
  readonly errorCode: string;
  readonly explanation: string;
}

export type Answer<T> = { readonly answer: T } | { readonly failure: QuestionFailure };

/** Asks Twilio in an account's name. Never throws. */
export type AskTwilio = <T>(
  client: RpcClient,
  accountSid: string,
  question: (as: TwilioCredentials) => Promise<T>,
) => Promise<Answer<T>>;

/** @see AskTwilio */
export function createAskTwilio(accounts: TwilioAccounts): AskTwilio {
  return async (client, accountSid, question) => {
    try {
      return { answer: await asAccount({ accounts, client }, accountSid, question) };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  };
}

/** The answer to a question that Twilio did not answer. */
export const failed = ({ errorCode, explanation }: QuestionFailure) => ({
  answer: { outcome: "failed", error_code: errorCode, error_message: explanation },
});

function failureOf(error: unknown): QuestionFailure {
  if (error instanceof NotConnected) return { errorCode: "20003", explanation: error.message };
  // Not from Twilio but from us: the account's token could not be loaded, for instance.
  if (error instanceof AppError) return { errorCode: error.code, explanation: error.message };
  const failure = httpFailureOf(error);
  if (failure === null) return { errorCode: "UNREACHABLE", explanation: "Twilio could not be asked." };
  const { status, code } = failure;
  const errorCode = refusesToken(failure) ? "20003" : code ?? `HTTP_${status}`;
  return { errorCode, explanation: explainTwilioCode(errorCode) ?? `Twilio answered with HTTP ${status}.` };
}
