import { BootError, type Functions } from "../functions.ts";
import { gatewayError, readBody } from "./responses.ts";

// Where the platform stands at 10 MB a request for most plans, and nothing of ours is near it.
const BODY_LIMIT = 10 * 1024 * 1024;
// A burst waits here instead of in a thousand sockets, of which a laptop may allow 256.
const CONCURRENT_PER_FUNCTION = 150;
const LAST_BREATH_MS = 250;
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "host",
  "content-length",
];

/**
 * `/functions/v1/<name>/…`, as the hosted gateway forwards it: the function sees `/<name>/…`. A process that dies
 * under a request is a 502, one that does not start a 503, and the next request starts it anew.
 */
export function functionsRoute(functions: Functions): (request: Request, url: URL) => Promise<Response> {
  const gates = new Map<string, Semaphore>();
  return async (request, url) => {
    const path = url.pathname.slice("/functions/v1".length);
    const name = path.split("/")[1] ?? "";
    if (!await functions.has(name)) {
      await request.body?.cancel();
      return gatewayError(404, "NOT_FOUND", "Requested function was not found");
    }
    const body = await readBody(request, BODY_LIMIT);
    if (!body) return gatewayError(413, "PAYLOAD_TOO_LARGE", "The request body is too large");
    const gate = gates.get(name) ?? new Semaphore(CONCURRENT_PER_FUNCTION);
    gates.set(name, gate);
    const release = await gate.acquire();
    try {
      return await forward(functions, name, request, { path: path + url.search, body, forwardedFor: url });
    } finally {
      release();
    }
  };
}

interface Forwarded {
  path: string;
  body: Uint8Array<ArrayBuffer>;
  forwardedFor: URL;
}

async function forward(
  functions: Functions,
  name: string,
  request: Request,
  to: Forwarded,
): Promise<Response> {
  const target = await functions.get(name).catch((error) => {
    if (error instanceof BootError) return null;
    throw error;
  });
  if (!target) return gatewayError(503, "BOOT_ERROR", "Function failed to start (please check logs)");
  const headers = new Headers(request.headers);
  for (const header of HOP_BY_HOP) headers.delete(header);
  headers.set("accept-encoding", "identity");
  headers.set("x-forwarded-host", to.forwardedFor.host);
  headers.set("x-forwarded-proto", "http");
  try {
    const response = await fetch(target.origin + to.path, {
      method: request.method,
      headers,
      body: ["GET", "HEAD"].includes(request.method) ? null : to.body,
      redirect: "manual",
    });
    const answered = new Headers(response.headers);
    for (const header of HOP_BY_HOP) answered.delete(header);
    return new Response(response.body, { status: response.status, headers: answered });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The connection breaks a moment before the process is seen to end, and the next request must not meet it.
    await Promise.race([target.ended, new Promise((resolve) => setTimeout(resolve, LAST_BREATH_MS))]);
    return gatewayError(502, "WORKER_ERROR", "Function exited due to an error (please check logs)");
  }
}

class Semaphore {
  #waiting: (() => void)[] = [];
  constructor(private free: number) {}

  async acquire(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return () => {
      const next = this.#waiting.shift();
      if (next) next();
      else this.free++;
    };
  }
}
