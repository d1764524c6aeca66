import { z } from "zod";
import type { RpcClient } from "../../_shared/sms/database/rpc.ts";
import { AppError, explainTwilioCode } from "../../_shared/sms/http/errors.ts";
import type { TwilioAccounts } from "../../_shared/sms/twilio/tokens.ts";
import type { Credentials } from "./messages.ts";

/** Why Twilio did not answer a question: never the same as an answer that there is nothing. */
export interface QuestionFailure {
  /** Twilio's code, or `HTTP_503`, or `UNREACHABLE`. */
  readonly errorCode: string;
  readonly explanation: string;
}

export type Answer<T> = { readonly answer: T } | { readonly failure: QuestionFailure };

/**
 * Asks Twilio in an account's name. Credentials that are refused are read afresh and, if they have changed, tried at once.
 * Never throws.
 */
export type AskTwilio = <T>(
  client: RpcClient,
  accountSid: string,
  question: (who: Credentials) => Promise<T>,
) => Promise<Answer<T>>;

const HttpFailure = z.object({ status: z.number(), code: z.union([z.number(), z.string()]).nullish() });

/** @see AskTwilio */
export function createAskTwilio(accounts: TwilioAccounts): AskTwilio {
  return async (client, accountSid, question) => {
    let token: string | undefined;
    try {
      token = (await accounts.read(client, accountSid))?.tokens[0];
      if (token === undefined) return { failure: CREDENTIALS_MISSING };
      return { answer: await question({ accountSid, token }) };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.errorCode !== "20003") return { failure };
      const fresh = (await accounts.readAfresh(client, accountSid).catch(() => null))?.tokens[0];
      if (fresh === undefined || fresh === token) return { failure };
      return await question({ accountSid, token: fresh }).then(
        (answer) => ({ answer }),
        (again) => ({ failure: failureOf(again) }),
      );
    }
  };
}

const CREDENTIALS_MISSING: QuestionFailure = {
  errorCode: "20003",
  explanation: "The Twilio account is not connected, or its token cannot be read. Connect it again.",
};

function failureOf(error: unknown): QuestionFailure {
  // Ours, not Twilio's: its token could not be loaded, for instance.
  if (error instanceof AppError) return { errorCode: error.code, explanation: error.message };
  const http = HttpFailure.safeParse(error);
  if (!http.success) return { errorCode: "UNREACHABLE", explanation: "Twilio could not be asked." };
  const { status, code } = http.data;
  const errorCode = status === 401 ? "20003" : code ? String(code) : `HTTP_${status}`;
  return { errorCode, explanation: explainTwilioCode(errorCode) ?? `Twilio answered with HTTP ${status}.` };
}
