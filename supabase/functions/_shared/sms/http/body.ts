import type { z } from "zod";
import { badRequest, tooLarge, unsupportedMediaType } from "./errors.ts";
import { parseInput } from "./route.ts";

/** More than any message or Twilio form needs. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads a body, but never more than `limit` bytes of it: Content-Length is only what the caller says.
 * @throws AppError BODY_TOO_LARGE
 */
export async function readBounded(
  request: Request,
  limit = MAX_BODY_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Throwing out of the loop cancels the stream, so that the rest is not received.
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** @throws AppError UNSUPPORTED_MEDIA_TYPE unless the body says it is of that type */
export function requireContentType(request: Request, expected: string): void {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== expected) throw unsupportedMediaType(expected);
}

/**
 * Parses a JSON body of at most `limit` bytes.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, INVALID_JSON, INVALID_REQUEST (with the fields concerned)
 */
export async function parseJson<T>(
  request: Request,
  schema: z.ZodType<T>,
  limit = MAX_BODY_BYTES,
): Promise<T> {
  requireContentType(request, "application/json");
  const bytes = await readBounded(request, limit);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw badRequest("INVALID_JSON", "The body is not JSON.");
  }
  return parseInput(value, schema);
}
