import { validateRequest } from "twilio/webhooks";
import type { RpcClient } from "../database/rpc.ts";
import type { Settings } from "../settings.ts";
import { badRequest, forbidden, unavailable } from "../http/errors.ts";
import type { AccountTokens, TwilioAccounts } from "./tokens.ts";
import { field, readForm, type TwilioForm } from "./form.ts";

/** A form that Twilio signed for an account we know. */
export interface TwilioRequest {
  /** The account that signed. Every look-up that follows is within it. */
  readonly accountSid: string;
  readonly messageSid: string;
  readonly form: TwilioForm;
  /** The query string's parameters, which the signature covers too. */
  readonly query: URLSearchParams;
}

export interface TwilioRequestDependencies {
  readonly publicUrls: Settings["publicUrls"];
  /** The path that Twilio signed, behind `/functions/v1/`. */
  readonly functionName: string;
  readonly accounts: TwilioAccounts;
}

const ACCOUNT_SID = /^AC[0-9a-f]{32}$/;
const MESSAGE_SID = /^[A-Z]{2}[0-9a-f]{32}$/;

/**
 * Parses a request and proves that Twilio sent it. The signature must fit one of the configured public URLs and the
 * account's current or previous token. The request's own host is never used: a proxy or a stranger chooses it. If nothing
 * fits, the tokens are read again once, so that a rotation takes effect at once.
 *
 * Source: https://www.twilio.com/docs/usage/security#validating-requests
 *
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, TOO_MANY_FIELDS, NOT_A_TWILIO_FORM,
 *   SIGNATURE_MISSING, SIGNATURE_MISMATCH (also for an account nobody connected), UNAVAILABLE
 */
export async function verifyTwilioRequest(
  request: Request,
  client: RpcClient,
  deps: TwilioRequestDependencies,
): Promise<TwilioRequest> {
  const signature = request.headers.get("x-twilio-signature");
  const form = await readForm(request);
  if (!signature) throw forbidden("SIGNATURE_MISSING", "The X-Twilio-Signature header is missing.");
  const accountSid = field(form, "AccountSid") ?? "";
  const messageSid = field(form, "MessageSid") ?? field(form, "SmsMessageSid") ?? field(form, "SmsSid") ?? "";
  if (!ACCOUNT_SID.test(accountSid) || !MESSAGE_SID.test(messageSid)) {
    throw badRequest("NOT_A_TWILIO_FORM", "The form needs an AccountSid and a MessageSid.");
  }
  const search = searchOf(request.url);
  const urls = deps.publicUrls.map((base) => `${base}/functions/v1/${deps.functionName}${search}`);
  const fits = (known: AccountTokens | null) =>
    known?.tokens.some((token) => urls.some((url) => validateRequest(token, signature, url, form))) ?? false;

  const known = await deps.accounts.read(client, accountSid);
  if (known === null) throw mismatch();
  if (!fits(known)) {
    const fresh = await deps.accounts.readAfresh(client, accountSid);
    if (!fits(fresh)) {
      throw (fresh ?? known).unreadable ? unavailable("The account's token cannot be read.") : mismatch();
    }
  }
  return { accountSid, messageSid, form, query: new URLSearchParams(search) };
}

/** The same answer for a wrong signature and an unknown account, so that strangers cannot find out which accounts exist. */
const mismatch = () => forbidden("SIGNATURE_MISMATCH", "The signature does not match.");

/** The query string exactly as it came: `new URL()` would escape some characters that Twilio signed as they are. */
function searchOf(url: string): string {
  const [beforeFragment = ""] = url.split("#");
  const start = beforeFragment.indexOf("?");
  return start === -1 ? "" : beforeFragment.slice(start);
}
