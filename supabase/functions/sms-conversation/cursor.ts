import { base64url } from "jose";
import { z } from "zod";
import { badRequest } from "../_shared/sms/http/errors.ts";

/** A place in a list, as an opaque string that callers hand back. */
export function encodeCursor(place: Readonly<Record<string, string | number>>): string {
  return base64url.encode(JSON.stringify(place));
}

/**
 * The place that a cursor names. Anything that `encodeCursor` did not make is refused.
 * @throws AppError INVALID_CURSOR
 */
export function decodeCursor<T>(cursor: string, place: z.ZodType<T>): T {
  const result = place.safeParse(contentOf(cursor));
  if (result.success) return result.data;
  throw badRequest("INVALID_CURSOR", "The cursor is not valid. Start again without one.");
}

function contentOf(cursor: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(base64url.decode(cursor)));
  } catch {
    return null;
  }
}

/** A time as Postgres writes it into JSON. Years, fractions and zones that Postgres cannot read are refused. */
export const CursorTime = z.iso.datetime({ offset: true }).regex(
  /^(?!0000).{19}(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):\d\d)$/,
);
