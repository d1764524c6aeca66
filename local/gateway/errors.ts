/** The fields of a Postgres error that PostgREST reports. */
export interface DatabaseError {
  code: string;
  message: string;
  detail?: string | undefined;
  hint?: string | undefined;
}

export function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && "code" in error && typeof error.code === "string" &&
    /^[0-9A-Z]{5}$/.test(error.code);
}

/**
 * The HTTP status PostgREST gives an SQLSTATE, from the table in
 * https://docs.postgrest.org/en/v13/references/errors.html
 */
export function statusOf(code: string, authenticated: boolean): number {
  if (code === "42501") return authenticated ? 403 : 401;
  const custom = /^PT(\d{3})$/.exec(code)?.[1];
  if (custom !== undefined) return Number(custom);
  return EXACT[code] ?? CLASSES[code.slice(0, 2)] ?? 400;
}

const EXACT: Record<string, number> = {
  "23503": 409,
  "23505": 409,
  "25006": 405,
  "42883": 404,
  "42P01": 404,
  "42P17": 500,
  "53400": 500,
  P0001: 400,
};

const CLASSES: Record<string, number> = {
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  "25": 500,
  "28": 403,
  "2D": 500,
  "38": 500,
  "39": 500,
  "3B": 500,
  "40": 500,
  "53": 503,
  "54": 500,
  "55": 500,
  "57": 500,
  "58": 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

/** What PostgREST answers when a statement fails. */
export function errorResponse(error: DatabaseError, authenticated: boolean): Response {
  return Response.json(
    { code: error.code, details: error.detail ?? null, hint: error.hint ?? null, message: error.message },
    { status: statusOf(error.code, authenticated), headers: { "access-control-allow-origin": "*" } },
  );
}
