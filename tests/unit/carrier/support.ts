/** What the carrier's tests share: Twilio's real client pointed at it, and an application that it calls. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import RequestClient from "twilio/request-client";
import Twilio from "twilio/rest";
import {
  type Account,
  type ApiKey,
  type Carrier,
  type CarrierOptions,
  startCarrier,
} from "../../../local/carrier/mod.ts";

export const number = "+15005550006";
export const contact = "+14155550101";

/** Twilio's own client, every host replaced by the carrier's as the product does it: path and query stay. */
export function clientOf(carrier: Carrier, account: Account = carrier, key?: ApiKey): Twilio {
  class Redirected extends RequestClient {
    override request<T>(options: RequestClient.RequestOptions<T>) {
      const uri = options.uri.replace(/^https:\/\/[a-z]+\.twilio\.com/, carrier.url);
      return super.request<T>({ ...options, uri });
    }
  }
  const httpClient = new Redirected({ keepAlive: false, timeout: 2_000 });
  const { accountSid } = account;
  return new Twilio(key?.sid ?? accountSid, key?.secret ?? account.authToken, { accountSid, httpClient });
}

export async function withCarrier(
  test: (carrier: Carrier) => Promise<void>,
  options: CarrierOptions = {},
): Promise<void> {
  const carrier = await startCarrier({ stepMs: 1, ...options });
  try {
    await test(carrier);
  } finally {
    await carrier.stop();
  }
}

export interface Received {
  method: string;
  /** Path and query, as they were on the wire. */
  path: string;
  headers: Record<string, string>;
  body: string;
  form: URLSearchParams;
}

export interface Application {
  url: string;
  received: Received[];
  answer: (request: Received) => Response | Promise<Response>;
  close(): Promise<void>;
}

/** An application on loopback that remembers what it was sent. It answers as the product does, unless told otherwise. */
export async function startApplication(): Promise<Application> {
  const application = {
    received: [] as Received[],
    answer: (): Response | Promise<Response> => twiml("<Response/>"),
  } as Omit<Application, "url" | "close">;
  const server = createServer((incoming, outgoing) => {
    // A caller that has gone gets no answer; the carrier says what it made of that.
    serve(application, incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  const listening = Promise.withResolvers<void>();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, listening.resolve);
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return Object.assign(application, {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  });
}

async function serve(
  application: Omit<Application, "url" | "close">,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  let body = "";
  for await (const chunk of incoming.setEncoding("utf8")) body += chunk;
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  const method = incoming.method ?? "";
  const request = { method, path: incoming.url ?? "", headers, body, form: new URLSearchParams(body) };
  application.received.push(request);
  const reply = await application.answer(request);
  outgoing.writeHead(reply.status, Object.fromEntries(reply.headers));
  outgoing.end(await reply.text());
}

export async function withApplication(
  test: (carrier: Carrier, application: Application) => Promise<void>,
  options: CarrierOptions = {},
): Promise<void> {
  const application = await startApplication();
  try {
    await withCarrier((carrier) => test(carrier, application), options);
  } finally {
    await application.close();
  }
}

export function twiml(xml: string, status = 200): Response {
  return new Response(xml, { status, headers: { "content-type": "text/xml" } });
}

/** The code of the error that Twilio's client throws. */
export async function errorOf(
  call: Promise<unknown>,
): Promise<{ code: unknown; status: unknown; message: string }> {
  try {
    await call;
  } catch (error) {
    const { code, status } = error as { code?: unknown; status?: unknown };
    return { code, status, message: String(error) };
  }
  throw new Error("The call was not refused");
}
