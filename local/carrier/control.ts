/**
 * The look-alike's own controls, for a browser or another process: JSON under `/_control/`. Twilio has nothing like
 * it. It asks for no credentials, so it answers only requests for a loopback name and, from browsers, loopback pages.
 *
 * `GET state` accounts and numbers · `GET ledger?direction=` · `GET|PUT|DELETE faults` · `POST accounts` ·
 * `POST tokens {account_sid}` · `POST numbers` · `PUT numbers` · `POST texts` · `POST statuses {sid, status}` ·
 * `POST outcomes`
 */
import { z } from "zod";
import type { Carrier } from "./carrier.ts";
import { CALL_KINDS } from "./gates.ts";
import type { LedgerMessage } from "./types.ts";

const settings = {
  smsUrl: z.string().optional(),
  smsMethod: z.enum(["GET", "POST"]).optional(),
  smsApplicationSid: z.string().optional(),
  messagingServiceSid: z.string().optional(),
};
const NewNumber = z.strictObject({ accountSid: z.string().optional(), number: z.string(), ...settings });
const ChangedNumber = z.strictObject({ number: z.string(), ...settings });
const Text = z.strictObject({
  from: z.string(),
  to: z.string(),
  body: z.string().optional(),
  media: z.array(z.strictObject({ contentType: z.string(), content: z.string().optional() })).optional(),
  extra: z.record(z.string(), z.string()).optional(),
  copies: z.number().int().min(1).max(1000).optional(),
});
const Status = z.strictObject({
  sid: z.string(),
  status: z.enum([
    "queued",
    "sending",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "read",
    "partially_delivered",
  ]),
  errorCode: z.number().int().optional(),
});
const Outcome = z.strictObject({
  to: z.string(),
  refuse: z.number().int().optional(),
  status: z.enum(["sent", "delivered", "undelivered", "failed"]).optional(),
  errorCode: z.number().int().optional(),
});
const count = z.number().int().min(0);
const FaultChanges = z.strictObject({
  createDelayMs: count,
  rateLimitNext: count,
  resetNext: count,
  failNext: count,
  failAfterNext: count,
  failStatus: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]),
  hangNext: count,
  dropNext: count,
  onlyTo: z.string().nullable(),
  listLagMs: count,
  readFailNext: count,
  readFailOnly: z.enum(CALL_KINDS).nullable(),
  callbackCopies: count,
  loseCallbacks: count,
  callbackDelayMs: count,
  callbackOrder: z.enum(["kept", "reversed", "shuffled"]),
  callbackBeforeAnswer: z.boolean(),
  signedUrl: z.string().nullable(),
  autoDeliver: z.boolean(),
}).partial();

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export async function handleControl(carrier: Carrier, request: Request): Promise<Response> {
  const origin = request.headers.get("origin");
  const isLocal = loopback.test(request.headers.get("host") ?? "") &&
    (origin === null || loopback.test(URL.parse(origin)?.host ?? ""));
  if (!isLocal) return Response.json({ message: "The controls answer loopback only" }, { status: 403 });
  const headers = new Headers();
  if (origin !== null) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-methods", "GET, POST, PUT, DELETE");
    headers.set("access-control-allow-headers", "content-type");
  }
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers });
  try {
    return Response.json(await act(carrier, request), { headers });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return Response.json({ message }, { status: 400, headers });
  }
}

async function act(carrier: Carrier, request: Request): Promise<unknown> {
  const url = new URL(request.url);
  const action = `${request.method} ${url.pathname.replace("/_control/", "")}`;
  const input: unknown = ["POST", "PUT"].includes(request.method)
    ? JSON.parse(await request.text() || "{}")
    : {};
  switch (action) {
    case "GET state":
      return { accountSid: carrier.accountSid, numbers: carrier.numbers() };
    case "GET ledger":
      return carrier.ledger.list().filter(byDirection(url.searchParams.get("direction"))).map(plain);
    case "GET faults":
      return carrier.faults.settings;
    case "PUT faults":
      carrier.faults.set(withoutUndefined(FaultChanges.parse(input)));
      return carrier.faults.settings;
    case "DELETE faults":
      carrier.faults.reset();
      return carrier.faults.settings;
    case "POST accounts":
      return carrier.addAccount();
    case "POST tokens":
      return {
        authToken: carrier.rotateToken(z.strictObject({ accountSid: z.string() }).parse(input).accountSid),
      };
    case "POST numbers": {
      const { accountSid, ...number } = withoutUndefined(NewNumber.parse(input));
      return carrier.addNumber(accountSid ?? carrier.accountSid, number);
    }
    case "PUT numbers": {
      const { number, ...changes } = withoutUndefined(ChangedNumber.parse(input));
      return carrier.configureNumber(number, changes);
    }
    case "POST texts":
      return await sendText(carrier, input);
    case "POST statuses": {
      const { sid, status, errorCode } = Status.parse(input);
      return await carrier.advance(sid, status, errorCode === undefined ? {} : { errorCode });
    }
    case "POST outcomes": {
      const { to, refuse, status, errorCode } = Outcome.parse(input);
      carrier.refuse(to, refuse ?? null);
      carrier.deliverAs(to, status === undefined ? null : withoutUndefined({ status, errorCode }));
      return {};
    }
    default:
      throw new Error(`There is no control ${action}`);
  }
}

async function sendText(carrier: Carrier, input: unknown): Promise<unknown> {
  const text = Text.parse(input);
  const received = await carrier.text(
    withoutUndefined({ ...text, media: text.media?.map(withoutUndefined) }),
  );
  return { ok: received.ok, message: plain(received.message), attempts: received.attempts };
}

function byDirection(direction: string | null): (message: LedgerMessage) => boolean {
  return (message) => direction === null || message.direction === direction;
}

/** Without the bytes of attachments. */
function plain(message: LedgerMessage) {
  return { ...message, media: message.media.map(({ content: _, ...item }) => item) };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
}
