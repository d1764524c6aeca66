import { z } from "zod";
import type { RpcClient } from "../database/rpc.ts";
import { AppError, explainTwilioCode, unavailable } from "../http/errors.ts";
import type { TwilioAccounts } from "./tokens.ts";
import type { TwilioCredentials } from "./numbers.ts";

/** Twilio's client throws the answer's status and Twilio's code; everything else never was an answer. */
const HttpFailure = z.object({ status: z.number(), code: z.union([z.number(), z.string()]).nullish() });

/**
 * What went wrong at Twilio, in words a person can act on. What Twilio refused is 422 with Twilio's code; when it
 * could not say (no answer, 5xx, 429) it is 503 UNAVAILABLE. An AppError stays what it is.
 * Source: https://www.twilio.com/docs/usage/twilios-response
 */
export function twilioProblem(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const answer = HttpFailure.safeParse(error);
  if (!answer.success || !isRefusal(answer.data.status)) {
    return unavailable("Twilio could not be asked. Try again in a minute.", error);
  }
  const { status } = answer.data;
  const code = String(answer.data.code || (status === 401 ? "20003" : ""));
  return /^\d+$/.test(code)
    ? new AppError(422, `TWILIO_${code}`, explainTwilioCode(code) ?? "", { cause: error })
    : new AppError(422, "TWILIO_REFUSED", `Twilio refused (HTTP ${status}).`, { cause: error });
}

/** 429 and 408 say nothing about what was asked for. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429 && status !== 408;
}

export function isNotFoundAtTwilio(error: unknown): boolean {
  return HttpFailure.safeParse(error).data?.status === 404;
}

/**
 * Does something at Twilio in the name of an account: with its current token and, if Twilio does not take it, once
 * more with one that was read afresh. So it must be something that may be done twice.
 * @throws AppError TWILIO_20003 when the account has no token that Twilio takes; and whatever `work` throws
 */
export async function asAccount<T>(
  { accounts, client }: { accounts: TwilioAccounts; client: RpcClient },
  accountSid: string,
  work: (as: TwilioCredentials) => Promise<T>,
): Promise<T> {
  const authToken = (await accounts.read(client, accountSid))?.tokens[0];
  if (authToken === undefined) throw noToken();
  try {
    return await work({ accountSid, authToken });
  } catch (error) {
    if (HttpFailure.safeParse(error).data?.status !== 401) throw error;
    const fresh = (await accounts.readAfresh(client, accountSid))?.tokens[0];
    if (fresh === undefined || fresh === authToken) throw error;
    return await work({ accountSid, authToken: fresh });
  }
}

const noToken = () =>
  new AppError(
    422,
    "TWILIO_20003",
    "The Twilio account is not connected, or its token cannot be read. Connect it again.",
  );
