/**
 * A fetch-style handler on a loopback port. It stands on node:http and not on Deno.serve, because only there can a
 * connection be closed without a byte of an answer, which is how a real reset looks to the client.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Buffer } from "node:buffer";

/** `drop`: close the connection without an answer. `hang`: never answer. */
export type Answer = Response | "drop" | "hang";

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

export async function listen(
  handler: (request: Request) => Promise<Answer>,
  port: number,
): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    respond(handler, incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  // The backlog holds a burst of a thousand connections.
  server.listen({ port, host: "127.0.0.1", backlog: 4096 }, resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The carrier got no port");
  return {
    port: address.port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  handler: (request: Request) => Promise<Answer>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const answer = await handler(await toRequest(incoming));
  if (answer === "hang") return;
  if (answer === "drop") {
    incoming.socket.destroy();
    return;
  }
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  outgoing.end(new Uint8Array(await answer.arrayBuffer()));
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === "string") headers.set(name, value);
  }
  const method = incoming.method ?? "GET";
  const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "127.0.0.1"}`);
  const body = method === "GET" || method === "HEAD" ? null : new Uint8Array(Buffer.concat(chunks));
  return new Request(url, { method, headers, body });
}
