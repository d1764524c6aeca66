/** What browsers may send to the platform's gateway. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS,HEAD",
  "access-control-max-age": "3600",
};

export function preflight(request: Request): Response {
  const asked = request.headers.get("access-control-request-headers") ??
    "authorization, apikey, content-type";
  return new Response(null, { status: 204, headers: { ...CORS, "access-control-allow-headers": asked } });
}

/** As the platform's gateway and PostgREST let pages of any origin read an answer; lite says nothing of it. */
export function readableAnywhere(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", "content-location, content-range, location, range-unit");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** An error of the gateway itself. */
export function gatewayError(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: CORS });
}

/** Thrown into a response that a fail point breaks; not an error of ours. */
export class Dropped extends Error {
  override name = "Dropped";
}

/** The nearest an HTTP server gets to a broken connection: headers, and then nothing more. */
export function brokenResponse(): Response {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Dropped("by a fail point"));
    },
  });
  return new Response(body, { headers: { "content-type": "application/json", "content-length": "4096" } });
}

/**
 * Reads a request's body, up to a limit.
 *
 * @returns null if it is longer
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!request.body) return new Uint8Array();
  if (Number(request.headers.get("content-length") ?? 0) > limit) {
    await request.body.cancel();
    return null;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}
