import type { FailPoints } from "../fail_points.ts";
import type { Functions } from "../functions.ts";
import type { ProjectKeys } from "../keys.ts";
import { assertFree } from "../ports.ts";
import { dataRoute } from "./data_route.ts";
import { functionsRoute } from "./functions_route.ts";
import { startReconnectingLite } from "./reconnecting_lite.ts";
import { Dropped, gatewayError } from "./responses.ts";
import { TokenExchange } from "./tokens.ts";

export interface GatewayOptions {
  port: number;
  databaseUrl: string;
  keys: ProjectKeys;
  functions: Functions;
  failPoints: FailPoints;
  /** Functions that take no POST from outside: the stack's owner decides when they run. */
  paused?: string[];
  onError(error: unknown): void;
}

export interface Gateway {
  url: string;
  /** Forgets the tables and functions it knows, after a migration. */
  reloadSchema(): Promise<void>;
  /** A request to a function, also one that is paused. */
  invoke(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

// As many as answer a burst of webhooks without starving the tests' and the look-alikes' own connections.
const POOL_SIZE = 20;

/** The one address of a Supabase project: `/rest/v1`, `/auth/v1` and `/functions/v1`. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { port, keys, functions, failPoints } = options;
  assertFree(port, "the API");
  const siteUrl = `http://127.0.0.1:${port}`;
  const lite = await startReconnectingLite({
    databaseUrl: options.databaseUrl,
    keys,
    siteUrl,
    poolSize: POOL_SIZE,
  });
  const onData = dataRoute({ lite, tokens: new TokenExchange(keys), keys, failPoints });
  const onFunctions = functionsRoute(functions);
  const isPaused = (request: Request, url: URL) =>
    request.method === "POST" && (options.paused ?? []).includes(url.pathname.split("/")[3] ?? "");
  const aborter = new AbortController();
  const inHand = new InHand();
  const server = Deno.serve({
    signal: aborter.signal,
    hostname: "127.0.0.1",
    port,
    onListen: () => {},
    onError: (error) => {
      if (!(error instanceof Dropped)) options.onError(error);
      return gatewayError(500, "INTERNAL", "The local gateway failed; its terminal says why");
    },
  }, (request) => inHand.count(serve(request)));
  const serve = (request: Request): Response | Promise<Response> => {
    const url = new URL(request.url);
    if (/^\/(rest|auth)\/v1(\/|$)/.test(url.pathname)) return onData(request, url);
    if (url.pathname.startsWith("/functions/v1/")) {
      return isPaused(request, url) ? paused(request) : onFunctions(request, url);
    }
    return gatewayError(404, "NOT_FOUND", `Nothing is served at ${url.pathname}`);
  };
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    reloadSchema: () => lite.reloadSchema(),
    invoke: (request) => onFunctions(request, new URL(request.url)),
    async stop() {
      // Requests that somebody holds would keep it open for ever.
      await inHand.none(1_000);
      aborter.abort();
      await server.finished;
      await lite.close();
    },
  };
}

/** The requests that are being served. */
class InHand {
  #count = 0;
  #onNone = () => {};

  async count<T>(served: T | Promise<T>): Promise<T> {
    this.#count++;
    try {
      return await served;
    } finally {
      this.#count--;
      if (this.#count === 0) this.#onNone();
    }
  }

  /** Resolves when there are none, or after so many milliseconds. */
  async none(patienceMs: number): Promise<void> {
    if (this.#count === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onNone = resolve;
    const impatience = setTimeout(resolve, patienceMs);
    await promise;
    clearTimeout(impatience);
  }
}

async function paused(request: Request): Promise<Response> {
  await request.body?.cancel();
  return gatewayError(503, "WORKER_PAUSED", "This stack was started without a worker");
}
