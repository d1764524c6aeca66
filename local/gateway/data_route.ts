import type { FailPoints } from "../fail_points.ts";
import type { ProjectKeys } from "../keys.ts";
import { adminRoute, isAdminRequest } from "./admin_route.ts";
import { quoteNumberLikeValues } from "./filters.ts";
import type { Lite } from "./lite.ts";
import { brokenResponse, gatewayError, preflight, readableAnywhere } from "./responses.ts";
import type { TokenExchange, TokenRefusal } from "./tokens.ts";

export interface DataRouteOptions {
  lite: Lite;
  tokens: TokenExchange;
  keys: ProjectKeys;
  failPoints: FailPoints;
}

/** `/rest/v1` and `/auth/v1`. */
export function dataRoute(options: DataRouteOptions): (request: Request, url: URL) => Promise<Response> {
  const { lite, tokens, keys, failPoints } = options;
  return async (request, url) => {
    if (request.method === "OPTIONS") return preflight(request);
    return readableAnywhere(await answer(request, url));
  };
  async function answer(request: Request, url: URL): Promise<Response> {
    if (url.pathname === "/auth/v1/.well-known/jwks.json") return Response.json(keys.jwks);
    if (isAdminRequest(request, url, keys)) return await adminRoute(request, url, options);
    const inner = await translate(request, url, options);
    if (!(inner instanceof Request)) return inner;
    const verb = /^\/rest\/v1\/rpc\/([^/]+)$/.exec(url.pathname)?.[1];
    if (verb === undefined) {
      const response = await lite.fetch(inner);
      return url.pathname.startsWith("/auth/") ? await resign(response, tokens) : response;
    }
    const sent = await inner.clone().text();
    const before = await failPoints.consult("rpc", verb, "before", sent);
    if (before !== "go on") return failed(before);
    const response = await lite.fetch(inner);
    const after = await failPoints.consult("rpc", verb, "after", sent);
    if (after === "go on") return response;
    await response.body?.cancel();
    return failed(after);
  }
}

/** The request as lite understands it: one secret key, its own tokens, quoted numbers. */
async function translate(request: Request, url: URL, options: DataRouteOptions): Promise<Request | Response> {
  const { keys, tokens } = options;
  const headers = new Headers(request.headers);
  const given = headers.get("apikey") ?? url.searchParams.get("apikey");
  const apiKey = given === keys.secret.worker ? keys.secret.default : given;
  if (apiKey !== null) headers.set("apikey", apiKey);
  const bearer = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  // supabase-js repeats an API key as bearer token; the platform's gateway takes it out.
  if (bearer?.startsWith("sb_")) headers.delete("authorization");
  else if (bearer !== undefined) {
    const exchanged = await tokens.inward(bearer);
    if ("token" in exchanged) headers.set("authorization", `Bearer ${exchanged.token}`);
    // Auth has words of its own for it, and lite knows them.
    else if (url.pathname.startsWith("/rest/")) return refuse(request, exchanged.refused);
  }
  const inner = new URL(url);
  if (url.pathname.startsWith("/rest/")) {
    inner.search = quoteNumberLikeValues(url.search, url.pathname.startsWith("/rest/v1/rpc/"));
  }
  const body = request.body === null ? null : await readWhole(request);
  if (body === "caller gone") {
    return gatewayError(400, "CALLER_GONE", "The request ended before its body did");
  }
  return new Request(inner, { method: request.method, headers, body });
}

/** The caller may be killed in the middle of its request. */
async function readWhole(request: Request): Promise<ArrayBuffer | "caller gone"> {
  try {
    return await request.arrayBuffer();
  } catch (error) {
    if (error instanceof Deno.errors.BadResource || error instanceof TypeError) return "caller gone";
    throw error;
  }
}

async function refuse(request: Request, { code, message }: TokenRefusal): Promise<Response> {
  await request.body?.cancel();
  return gatewayError(401, code, message);
}

/** Sign-up, sign-in and refresh answer with a session: its token becomes one that SUPABASE_JWKS verifies. */
async function resign(response: Response, tokens: TokenExchange): Promise<Response> {
  if (!response.ok || !response.headers.get("content-type")?.includes("json")) return response;
  const body: unknown = await response.json();
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  if (
    typeof body === "object" && body !== null && "access_token" in body &&
    typeof body.access_token === "string"
  ) {
    return Response.json({ ...body, access_token: await tokens.outward(body.access_token) }, {
      status: response.status,
      headers,
    });
  }
  return Response.json(body, { status: response.status, headers });
}

function failed(verdict: "drop" | { status: number }): Response {
  if (verdict === "drop") return brokenResponse();
  return gatewayError(verdict.status, "FAIL_POINT", "Answered by a fail point of the local stack");
}
