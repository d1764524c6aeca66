import { AppError } from "../_shared/sms/http/errors.ts";
import { VERSION_HEADER } from "../_shared/sms/http/endpoint.ts";

/** Whether the address that Twilio is given leads to us. */
export type AddressFinding =
  | { readonly ours: true }
  | { readonly ours: false; readonly is: string; readonly message: string };

export interface AddressOptions {
  /** Of `sms-webhook`, from the operator's settings alone: no tenant can choose it. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/**
 * Asks the address that Twilio is given, with nothing but a GET: no key, no cookie, no redirect followed, and the body is not
 * read. Our function answers each GET with 405 and names its version. Calls at one time share one request.
 */
export function createOurAddress(options: AddressOptions): () => Promise<AddressFinding> {
  let asking: Promise<AddressFinding> | undefined;
  return () => asking ??= ask(options).finally(() => asking = undefined);
}

async function ask({ url, timeoutMs, fetch: get = fetch }: AddressOptions): Promise<AddressFinding> {
  const { host } = new URL(url);
  let answer: { readonly status: number; readonly version: string | null };
  try {
    const response = await get(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    answer = { status: response.status, version: response.headers.get(VERSION_HEADER) };
    await response.body?.cancel();
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    const is = late ? `no answer in ${timeoutMs / 1000} s` : "cannot be reached";
    return {
      ours: false,
      is: `${host}: ${is}`,
      message: describe(host, late ? "gave none" : "could not be reached"),
    };
  }
  if (answer.version !== null && answer.status === 405) return { ours: true };
  const { status } = answer;
  const why = status === 401
    ? " (401: is verify_jwt = false missing in its config block, or another server there?)"
    : "";
  return {
    ours: false,
    is: `${host}: ${status}`,
    message: describe(host, `answered ${status}, and not as sms-webhook${why}`),
  };
}

const describe = (host: string, what: string) =>
  `Texts would be sent to ${host}, which was asked for an answer and ${what}. The operator should look whether SMS_PUBLIC_URL ` +
  "is the address of this project and whether sms-webhook is deployed there. Then repair the number.";

/** Before Twilio is told: a number that points elsewhere already is not made worse. */
export const addressNotOurs = ({ message, is }: Extract<AddressFinding, { ours: false }>) =>
  new AppError(502, "ADDRESS_NOT_OURS", message, { details: { address: is } });
