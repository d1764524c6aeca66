import type { RpcClient } from "../database/rpc.ts";
import type { Settings } from "../settings.ts";
import { AppError, notFound, unavailable } from "../http/errors.ts";
import { asAccount, userOf } from "./as_account.ts";
import { NotConnected } from "./errors.ts";
import type { TwilioAccounts } from "./tokens.ts";

// Attachments of inbound messages. Twilio keeps them behind the account's credentials and answers with a redirect to a
// signed URL that needs none: https://www.twilio.com/docs/messaging/api/media-resource

export interface TwilioMediaOptions {
  readonly accounts: TwilioAccounts;
  readonly apiBaseUrl: Settings["twilio"]["apiBaseUrl"];
  /** Milliseconds until an answer begins, for each of the hops. Default 10,000. */
  readonly answerTimeoutMs?: number;
  /** Milliseconds for all of it, body included. Default 60,000. */
  readonly wholeTimeoutMs?: number;
  /** Bytes. Default 16 MiB; Twilio takes 5 MB. */
  readonly maxBytes?: number;
  readonly fetch?: typeof fetch;
}

export interface Attachment {
  readonly body: ReadableStream<Uint8Array>;
  /** As the storage says. The sender chose it, so it cannot be trusted. */
  readonly contentType: string | null;
}

export type TwilioMedia = (
  client: RpcClient,
  wanted: { accountSid: string; url: string },
) => Promise<Attachment>;

const API = "https://api.twilio.com";
const MEDIA_PATH =
  /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/Messages\/(?:SM|MM)[0-9a-f]{32}\/Media\/ME[0-9a-f]{32}$/;
const MAX_HOPS = 2;
const REDIRECTS = [301, 302, 303, 307, 308];

const missing = () => notFound("MEDIA_NOT_FOUND", "That message has no such attachment.");
const refused = (cause: string) =>
  new AppError(502, "MEDIA_UNAVAILABLE", "Twilio did not return this attachment.", {
    cause: new Error(cause),
  });

/**
 * Fetches an attachment with the credentials of its account. The credentials go to Twilio's API only, never to where it
 * redirects. The body is streamed.
 *
 * @throws AppError MEDIA_NOT_FOUND (not Twilio's, another account's, or deleted there), MEDIA_TOO_LARGE,
 * MEDIA_UNAVAILABLE (Twilio refuses), UNAVAILABLE (Twilio cannot be reached, or is in trouble)
 */
export function createTwilioMedia(options: TwilioMediaOptions): TwilioMedia {
  const { answerTimeoutMs = 10_000, wholeTimeoutMs = 60_000, maxBytes = 16 * 1024 * 1024 } = options;
  const get = options.fetch ?? fetch;

  const answerOf = async (url: URL, headers: HeadersInit, whole: AbortSignal): Promise<Response> => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), answerTimeoutMs);
    const signal = AbortSignal.any([whole, late.signal]);
    try {
      return await get(url, { headers, redirect: "manual", signal });
    } catch (error) {
      throw unavailable("Twilio did not answer in time; try again.", error);
    } finally {
      clearTimeout(timer);
    }
  };

  const askTwilio = async (client: RpcClient, url: URL, accountSid: string, whole: AbortSignal) => {
    let latest: Response | undefined;
    return await asAccount(
      { accounts: options.accounts, client },
      accountSid,
      async (as) => {
        await latest?.body?.cancel();
        const authorization = `Basic ${btoa(`${userOf(as)}:${as.authToken}`)}`;
        return latest = await answerOf(url, { authorization }, whole);
      },
      (answer) => answer.status === 401,
    ).catch((error) => {
      throw error instanceof NotConnected ? refused("no token of the account is known") : error;
    });
  };

  return async (client, { accountSid, url }) => {
    const whole = AbortSignal.timeout(wholeTimeoutMs);
    let at = mediaUrl(url, accountSid, options.apiBaseUrl);
    let answer = await askTwilio(client, at, accountSid, whole);
    for (let hop = 0; REDIRECTS.includes(answer.status); hop++) {
      await answer.body?.cancel();
      if (hop === MAX_HOPS) throw refused("too many redirects");
      at = redirectTarget(answer, at, options.apiBaseUrl);
      answer = await answerOf(at, {}, whole);
    }
    return await attachmentIn(answer, maxBytes);
  };
}

/** The attachment's URL at Twilio. The stored URL came in a form, so only one of Twilio and this account is called. */
function mediaUrl(stored: string, accountSid: string, apiBaseUrl: string | null): URL {
  const url = URL.parse(stored);
  const origins = [API, ...(apiBaseUrl === null ? [] : [new URL(apiBaseUrl).origin])];
  const ours = url !== null && origins.includes(url.origin) && url.username === "" && url.password === "" &&
    url.search === "" && MEDIA_PATH.exec(url.pathname)?.[1] === accountSid;
  if (!ours) throw missing();
  return new URL(`${apiBaseUrl ?? API}${url.pathname}`);
}

function redirectTarget(answer: Response, from: URL, apiBaseUrl: string | null): URL {
  const location = answer.headers.get("location");
  const target = location ? URL.parse(location, from) : null;
  const allowed = apiBaseUrl === null ? ["https:"] : ["https:", "http:"];
  if (target === null || !allowed.includes(target.protocol)) throw refused("redirected to no https URL");
  return target;
}

async function attachmentIn(answer: Response, maxBytes: number): Promise<Attachment> {
  if (answer.status === 200 && answer.body) {
    if (Number(answer.headers.get("content-length") ?? 0) <= maxBytes) {
      return {
        body: answer.body.pipeThrough(atMost(maxBytes)),
        contentType: answer.headers.get("content-type"),
      };
    }
    await answer.body.cancel();
    throw new AppError(502, "MEDIA_TOO_LARGE", `The attachment is larger than ${maxBytes} bytes.`);
  }
  await answer.body?.cancel();
  if ([404, 410].includes(answer.status)) throw missing();
  if (answer.status === 429 || answer.status >= 500) {
    throw unavailable(
      "Twilio is busy or in trouble; try again.",
      new Error(`Twilio answered ${answer.status}`),
    );
  }
  throw refused(`Twilio answered ${answer.status}`);
}

/** Breaks off a body that is longer than its Content-Length said. */
function atMost(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let passed = 0;
  return new TransformStream({
    transform(chunk, controller) {
      passed += chunk.byteLength;
      if (passed > bytes) controller.error(new Error(`more than ${bytes} bytes`));
      else controller.enqueue(chunk);
    },
  });
}
