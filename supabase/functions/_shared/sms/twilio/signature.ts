import { getSignatureAlgorithm, HMAC_SHA1, HMAC_SHA256, validateRequest } from "twilio/webhooks";
import type { Context } from "../http/endpoint.ts";
import { AppError, badRequest, forbidden, unavailable } from "../http/errors.ts";
import type { Settings } from "../settings.ts";
import { runInBackground } from "../worker/wake.ts";
import { field, readForm, type TwilioForm } from "./form.ts";
import type { RefusedWebhooks, Signer } from "./refused_webhooks.ts";
import type { AccountTokens, TwilioAccounts } from "./tokens.ts";
import { CONNECTION_OVERRIDES } from "./urls.ts";

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
  readonly refusedWebhooks: RefusedWebhooks;
}

const ACCOUNT_SID = /^AC[0-9a-f]{32}$/;
const MESSAGE_SID = /^[A-Z]{2}[0-9a-f]{32}$/;
const SHARED_KEY_ID = /^webhooks_sharedkey_[0-9A-Za-z]{26}$/;
const ALGORITHMS: readonly string[] = [HMAC_SHA1, HMAC_SHA256];

/**
 * Parses a request and proves that Twilio sent it. The signature must fit one of the configured public URLs. It must be
 * made with the SharedKey and the algorithm that the request names or, where it names none, with the account's current or
 * previous token: nothing else is tried. The request's own host is never used: a proxy or a stranger chooses it. If nothing
 * fits, the secrets are read again, so that a rotation takes effect at once. A refusal is counted for a connected account.
 *
 * Source: https://www.twilio.com/docs/usage/security#validating-requests,
 *   https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys
 *
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, TOO_MANY_FIELDS, NOT_A_TWILIO_FORM, SIGNATURE_MISSING,
 *   SIGNATURE_MISMATCH, SHARED_KEY_UNKNOWN, SIGNATURE_ALGORITHM_UNKNOWN (all also for an account nobody connected),
 *   UNAVAILABLE
 */
export async function verifyTwilioRequest(
  request: Request,
  context: Pick<Context, "supabaseAdmin" | "log" | "note">,
  deps: TwilioRequestDependencies,
): Promise<TwilioRequest> {
  try {
    return await verified(request, context, deps);
  } catch (error) {
    // Until the signature is checked, anybody may have sent it.
    throw error instanceof AppError && error.status < 500 ? error.ofStranger() : error;
  }
}

async function verified(
  request: Request,
  { supabaseAdmin: client, log, note }: Pick<Context, "supabaseAdmin" | "log" | "note">,
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
  note({ account_sid: accountSid });
  const search = searchOf(request.url);
  const urls = urlsOf(request, deps);
  const named = namedKey(request.headers);
  const signedFields = { "": joined(form) };
  const judge = (known: AccountTokens | null): Verdict => {
    if (named?.problem) return { refused: named.problem };
    const fits = (secret: string, algorithm: string) =>
      urls.some((url) =>
        [url + search, url + search + CONNECTION_OVERRIDES]
          .some((signed) => validateRequest(secret, signature, signed, signedFields, algorithm))
      );
    return named === null ? judgeByToken(known, fits) : judgeByKey(known, named, fits);
  };

  let known = await deps.accounts.read(client, accountSid);
  let verdict = judge(known);
  if ("refused" in verdict && known !== null && !named?.problem) {
    const before = known;
    known = await deps.accounts.readAfresh(client, accountSid) ?? known;
    // The same secrets give the same verdict: a forged request must not make us hash everything twice.
    if (secretsIn(known) !== secretsIn(before)) verdict = judge(known);
  }
  if ("refused" in verdict) {
    const { refused } = verdict;
    if (refused === "unreadable") throw unavailable("The account's token or key cannot be read.");
    const counted = known === null ? null : deps.refusedWebhooks.refused(client, accountSid, {
      reason: refused,
      key_id: named?.keyId ?? "",
      algorithm: refused === "SIGNATURE_ALGORITHM_UNKNOWN" ? named?.algorithm || null : null,
    });
    if (counted) runInBackground(counted, log);
    throw refusalOf(refused, named, urls);
  }
  const confirmed = known && deps.refusedWebhooks.accepted(client, accountSid, verdict.signer, known);
  if (confirmed) runInBackground(confirmed, log);
  return { accountSid, messageSid, form, query: new URLSearchParams(search) };
}

/** What a verdict depends on. */
const secretsIn = ({ tokens, unreadable, sharedKeys }: AccountTokens): string =>
  JSON.stringify([tokens, unreadable, [...sharedKeys]]);

/**
 * The fields as Twilio signs them behind the URL: by name, a repeated one with each of its values once. validateRequest()
 * would sort and join them for every spelling of every URL; as the one value of a field without a name it takes them as is.
 */
function joined(form: TwilioForm): string {
  return Object.keys(form).sort().map((name) =>
    [...new Set([form[name] ?? []].flat())].sort().map((value) => name + value).join("")
  ).join("");
}

type Refused = "SIGNATURE_MISMATCH" | "SHARED_KEY_UNKNOWN" | "SIGNATURE_ALGORITHM_UNKNOWN";
type Verdict = { readonly signer: Signer } | { readonly refused: Refused | "unreadable" };
type Fits = (secret: string, algorithm: string) => boolean;

function judgeByToken(known: AccountTokens | null, fits: Fits): Verdict {
  const place = known?.tokens.findIndex((token) => fits(token, HMAC_SHA1)) ?? -1;
  if (place >= 0) return { signer: { keyId: "", isCurrent: place === 0 } };
  return { refused: known?.unreadable ? "unreadable" : "SIGNATURE_MISMATCH" };
}

function judgeByKey(known: AccountTokens | null, { keyId, algorithm }: NamedKey, fits: Fits): Verdict {
  const secret = known?.sharedKeys.get(keyId);
  if (secret === undefined) return { refused: "SHARED_KEY_UNKNOWN" };
  if (secret === null) return { refused: "unreadable" };
  return fits(secret, algorithm)
    ? { signer: { keyId, isCurrent: false } }
    : { refused: "SIGNATURE_MISMATCH" };
}

interface NamedKey {
  /** Empty if it is none. */
  readonly keyId: string;
  readonly algorithm: string;
  readonly problem: "SHARED_KEY_UNKNOWN" | "SIGNATURE_ALGORITHM_UNKNOWN" | null;
}

/**
 * What `X-Twilio-Webhooks-Signature-Settings` names: `key=…,algorithm=…`, read as Twilio's library does. What is named twice
 * is not known. Null without it: the auth token signs.
 */
function namedKey(headers: Headers): NamedKey | null {
  const settings = headers.get("x-twilio-webhooks-signature-settings");
  if (!settings) return null;
  const parts = settings.split(",").map((part) => part.split("=").map((piece) => piece.trim()));
  const named = (name: string) => parts.filter(([first]) => first === name).map(([, value = ""]) => value);
  const [id = "", ...moreIds] = named("key");
  const keyId = SHARED_KEY_ID.test(id) && moreIds.length === 0 ? id : "";
  const given = getSignatureAlgorithm(settings);
  const algorithm = given.toUpperCase();
  const isOne = named("algorithm").length <= 1;
  if (!ALGORITHMS.includes(algorithm) || !isOne) {
    const printable = isOne && /^[\w-]{1,40}$/.test(given) ? given : "";
    return { keyId, algorithm: printable, problem: "SIGNATURE_ALGORITHM_UNKNOWN" };
  }
  return { keyId, algorithm, problem: keyId === "" ? "SHARED_KEY_UNKNOWN" : null };
}

/** The same answer for an unknown account, so that strangers cannot find out which accounts exist. */
function refusalOf(refused: Refused, named: NamedKey | null, urls: readonly string[]): AppError {
  const name = named?.keyId ? `the SharedKey ${named.keyId}` : "a SharedKey of no known form";
  const sentences: Record<Refused, string> = {
    SIGNATURE_MISMATCH: "The signature does not match.",
    SHARED_KEY_UNKNOWN: `${name[0]?.toUpperCase()}${
      name.slice(1)
    } was not given for this account. Give its id and secret.`,
    SIGNATURE_ALGORITHM_UNKNOWN: `Known algorithms are ${ALGORITHMS.join(" and ")}.`,
  };
  // Without a query, which may hold anything. The setting is named because a wrong one looks like a wrong signature.
  const warning = {
    checked_url: urls.join(" "),
    setting: "SMS_PUBLIC_URL",
    shared_key: named?.keyId || undefined,
  };
  return new AppError(403, refused, sentences[refused], { warning });
}

/**
 * What Twilio may have been given: each public URL, also with a slash behind the path if it called that, and with the host
 * spelled as in the call. Somebody may have typed a number's webhook in the console.
 */
function urlsOf(request: Request, { publicUrls, functionName }: TwilioRequestDependencies): string[] {
  const slash = /^[^?#]*\/(?:[?#]|$)/.test(request.url) ? "/" : "";
  const called = [request.headers.get("x-forwarded-host"), request.headers.get("host")];
  return publicUrls.flatMap((base) => {
    const spelled = called.flatMap((host) => {
      const { host: ours } = new URL(base);
      const differs = host !== null && host !== ours && host.toLowerCase() === ours.toLowerCase();
      return differs ? [base.replace(/\/\/[^/]+/, `//${host}`)] : [];
    });
    return [...new Set([base, ...spelled])].map((one) => `${one}/functions/v1/${functionName}${slash}`);
  });
}

/** The query string exactly as it came: `new URL()` would escape some characters that Twilio signed as they are. */
function searchOf(url: string): string {
  const [beforeFragment = ""] = url.split("#");
  const start = beforeFragment.indexOf("?");
  return start === -1 ? "" : beforeFragment.slice(start);
}
