import type { FailPoints } from "../fail_points.ts";
import type { Functions } from "../functions.ts";
import type { ProjectKeys } from "../keys.ts";
import { assertFree } from "../ports.ts";
import { dataRoute } from "./data_route.ts";
import { functionsRoute } from "./functions_route.ts";
import { startLite } from "./lite.ts";
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
  const lite = await startLite({ databaseUrl: options.databaseUrl, keys, siteUrl, poolSize: POOL_SIZE });
  const onData = dataRoute({ lite, tokens: new TokenExchange(keys), keys, failPoints });
  const onFunctions = functionsRoute(functions);
  const isPaused = (request: Request, url: URL) =>
    request.method === "POST" && (options.paused ?? []).includes(url.pathname.split("/")[3] ?? "");
  const aborter = new AbortController();
  const server = Deno.serve({
    signal: aborter.signal,
    hostname: "127.0.0.1",
    port,
    onListen: () => {},
    onError: (error) => {
      if (!(error instanceof Dropped)) options.onError(error);
      return gatewayError(500, "INTERNAL", "The local gateway failed; its terminal says why");
    },
  }, (request) => {
    const url = new URL(request.url);
    if (/^\/(rest|auth)\/v1(\/|$)/.test(url.pathname)) return onData(request, url);
    if (url.pathname.startsWith("/functions/v1/")) {
      return isPaused(request, url) ? paused(request) : onFunctions(request, url);
    }
    return gatewayError(404, "NOT_FOUND", `Nothing is served at ${url.pathname}`);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    reloadSchema: () => lite.reloadSchema(),
    invoke: (request) => onFunctions(request, new URL(request.url)),
    async stop() {
      // Requests that somebody holds would keep it open for ever.
      const impatience = setTimeout(() => aborter.abort(), 1000);
      await server.shutdown();
      clearTimeout(impatience);
      await lite.close();
    },
  };
}

async function paused(request: Request): Promise<Response> {
  await request.body?.cancel();
  return gatewayError(503, "WORKER_PAUSED", "This stack was started without a worker");
}
