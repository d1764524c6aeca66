/** What our functions answer in place of a result: `{ code, message, details }`, with the HTTP status. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** 0 where no answer came at all. */
    readonly status: number,
    /** UPPER_SNAKE; docs/reference/errors.md lists them. */
    readonly code: string,
    message: string,
    readonly more: {
      readonly details?: Readonly<Record<string, unknown>>;
      readonly requestId?: string;
      /** Seconds. */
      readonly retryAfter?: number;
    } = {},
  ) {
    super(message);
  }

  /** Whether the same request may succeed later: nothing came back, or the other side is in trouble. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 ||
      this.code === "IDEMPOTENCY_KEY_IN_USE";
  }
}

/** What to show of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong on this page. Reload it.";
}

/** The error that an answer stands for. One of our functions wrote it, or a gateway before them. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const { code, message, details } = isRecord(body) ? body : {};
  const requestId = response.headers.get("x-request-id");
  const retryAfter = Number(response.headers.get("retry-after") ?? NaN);
  return new ApiError(
    response.status,
    typeof code === "string" ? code : `HTTP_${response.status}`,
    typeof message === "string" ? message : `The server answered ${response.status} and did not say why.`,
    {
      ...(isRecord(details) ? { details } : {}),
      ...(requestId === null ? {} : { requestId }),
      ...(Number.isFinite(retryAfter) ? { retryAfter } : {}),
    },
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The error of a read or write of a table itself (supabase-js), as ours: the same words wherever it happens. */
export function dataError(error: { readonly code: string; readonly message: string }): ApiError {
  const { code } = error;
  // PostgREST names what it refuses; whatever has no name did not get there.
  if (code === "") {
    return new ApiError(0, "UNREACHABLE", "The server cannot be reached. Check the connection.");
  }
  if (code === "42501") return new ApiError(403, code, "You may not change that.");
  return new ApiError(500, code, "The server could not do that just now. Try again.");
}
