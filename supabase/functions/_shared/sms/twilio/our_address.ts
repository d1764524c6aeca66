import { VERSION_HEADER } from "../http/endpoint.ts";
import { AppError } from "../http/errors.ts";
import { CHALLENGE_HEADER, createChallenge, PROOF_HEADER, provesThisProject } from "../http/project_proof.ts";
import type { Settings } from "../settings.ts";
import { smsWebhookUrl } from "./urls.ts";

/** Whether the address that Twilio is given leads to us. */
export type AddressFinding =
  | { readonly ours: true }
  | {
    readonly ours: false;
    readonly found: "no_answer" | "another_server" | "another_project" | "older_version";
    /** False where the answer may be that of our own older version: while a deployment is half done, nobody can tell. */
    readonly known: boolean;
    readonly is: string;
    readonly message: string;
  };

export interface AddressOptions {
  /** Of `sms-webhook`, from the operator's settings alone: no tenant can choose it. */
  readonly url: string;
  /** This project's, by which it knows itself. */
  readonly secretKeys: readonly string[];
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/** sms-webhook may have to start. */
const TIMEOUT_MS = 8_000;

/** Checks the address. Setting a number up, looking at numbers, health and the doctor all use this one check. */
export function ourAddress({ publicUrls, supabase }: Settings): () => Promise<AddressFinding> {
  return createOurAddress({
    url: smsWebhookUrl(publicUrls[0]),
    secretKeys: Object.values(supabase.secretKeys),
    timeoutMs: TIMEOUT_MS,
  });
}

/**
 * Asks the address that Twilio is given, with nothing but a GET and random bytes: no key, no cookie, no redirect followed, and
 * the body is not read. Our function answers each GET with 405, names its version, and proves whose it is
 * (project_proof.ts). Calls at one time share one request.
 */
export function createOurAddress(options: AddressOptions): () => Promise<AddressFinding> {
  let asking: Promise<AddressFinding> | undefined;
  return () => asking ??= ask(options).finally(() => asking = undefined);
}

interface Answered {
  readonly status: number;
  readonly version: string | null;
  readonly proof: string | null;
}

async function ask(options: AddressOptions): Promise<AddressFinding> {
  const { url, timeoutMs, secretKeys, fetch: get = fetch } = options;
  const { host } = new URL(url);
  const challenge = createChallenge();
  let answer: Answered;
  try {
    const response = await get(url, {
      headers: { [CHALLENGE_HEADER]: challenge },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const header = (name: string) => response.headers.get(name);
    answer = { status: response.status, version: header(VERSION_HEADER), proof: header(PROOF_HEADER) };
    await response.body?.cancel();
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    const is = late ? `no answer in ${timeoutMs / 1000} s` : "cannot be reached";
    return {
      ours: false,
      found: "no_answer",
      known: true,
      is: `${host}: ${is}`,
      message: describe(host, late ? "gave no answer in time" : "could not be reached", ADDRESS),
    };
  }
  const { status, version, proof } = answer;
  if (version === null || status !== 405) return notOurs(host, answer);
  if (proof === null) return unproven(host, version);
  if (await provesThisProject(proof, challenge, secretKeys)) return { ours: true };
  return {
    ours: false,
    found: "another_project",
    known: true,
    is: `${host}: supabase-sms ${shown(version)} of another project`,
    message: describe(host, "answered as supabase-sms of another project", ADDRESS),
  };
}

function notOurs(host: string, { status, version }: Answered): AddressFinding {
  const maybeOlder = status === 405 && version === null;
  const why = status === 401
    ? " (401: is verify_jwt = false missing in its config block, or another server there?)"
    : maybeOlder
    ? " (405: a version before 1.0, or another server?)"
    : "";
  const message = describe(host, `answered ${status}, and not as sms-webhook${why}`, ADDRESS);
  return { ours: false, found: "another_server", known: !maybeOlder, is: `${host}: ${status}`, message };
}

/** An older sms-webhook, or something between us and it that takes headers away. */
function unproven(host: string, version: string): AddressFinding {
  const is = `supabase-sms ${shown(version)}`;
  return {
    ours: false,
    found: "older_version",
    known: false,
    is: `${host}: ${is}, which does not say of which project`,
    message: describe(
      host,
      `answered as ${is}, without saying of which project`,
      "If it is this project's, an older sms-webhook is deployed there: the operator deploys this version " +
        `(functions deploy --use-api sms-webhook). A proxy in front has to pass the header ${CHALLENGE_HEADER} on, and the ` +
        `header ${PROOF_HEADER} back.`,
    ),
  };
}

const ADDRESS =
  "The operator should look whether SMS_PUBLIC_URL is the address of this project and whether sms-webhook is deployed there.";

const describe = (host: string, what: string, mend: string) =>
  `Twilio would send texts to ${host}. We asked that address, and it ${what}. ${mend} Then repair the number.`;

/** The other server chose this text, so only what can be a version is shown. */
const shown = (version: string) => /^[\w.+-]{1,40}$/.test(version) ? version : "of an unknown version";

/** Before Twilio is told: a number that points elsewhere already is not made worse. */
export const addressNotOurs = ({ message, is }: Extract<AddressFinding, { ours: false }>) =>
  new AppError(502, "ADDRESS_NOT_OURS", message, { details: { address: is } });

/** As health and `look` answer it. */
export const addressSaid = (sms_url: string, finding: AddressFinding) => ({
  sms_url,
  ours: finding.ours,
  found: finding.ours ? null : finding.found,
  message: finding.ours ? null : finding.message,
});
