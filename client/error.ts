import type { ServerCode } from "./codes.ts";

/** What this client says itself, where no answer of the server says it. */
export type ClientCode =
  /** No answer came: nobody knows whether the request arrived. */
  | "UNREACHABLE"
  /** The answer ended half-way. */
  | "ANSWER_LOST"
  /** waitFor(): the text has not come so far in time. */
  | "TIMED_OUT"
  /** waitFor(): the text ended otherwise; `details` has its `status`, `error_code` and `error_message`. */
  | "NOT_DELIVERED"
  /** contacts.consents.importCsv(): the first line does not name the columns. */
  | "INVALID_FILE"
  /** A row may not be read or changed so. */
  | "NOT_ALLOWED"
  /** A row is not there, or another tenant's. */
  | "ROW_NOT_FOUND";

/** docs/reference/errors.md explains each. */
export type SmsCode = ServerCode | ClientCode;

export interface SmsErrorFields {
  /** Of the log line in which the server tells more. */
  readonly requestId?: string | null;
  /** Milliseconds after which the same may work; null where nobody said. */
  readonly retryAfterMs?: number | null;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** What went wrong with a function, a verb or a table: one class for all of them. The message is for people. */
export class SmsError extends Error {
  override readonly name = "SmsError";
  /** A newer server may have codes that this client does not know. */
  readonly code: SmsCode | (string & Record<never, never>);
  /** HTTP; 0 where no answer came. */
  readonly status: number;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: SmsError["code"],
    status: number,
    message: string,
    fields: SmsErrorFields = {},
  ) {
    super(
      message,
      fields.cause === undefined ? undefined : { cause: fields.cause },
    );
    this.code = code;
    this.status = status;
    this.requestId = fields.requestId ?? null;
    this.retryAfterMs = fields.retryAfterMs ?? null;
    this.details = fields.details ?? {};
  }

  /** Whether the same request may succeed later: no answer came, or the other side is in trouble or busy. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 ||
      this.code === "IDEMPOTENCY_KEY_IN_USE";
  }
}

/** What `details` has with some codes. */
export interface DetailsOf {
  readonly TEMPLATE_VARIABLE_MISSING: { readonly missing: readonly string[] };
  readonly MEDIA_IS_PUBLIC: { readonly url: string };
  readonly NOT_DELIVERED: {
    readonly status: string;
    readonly error_code: string | null;
    readonly error_message: string | null;
  };
}

/** An error with one of these codes. */
export type Refusal<Code extends SmsCode> = SmsError & {
  readonly code: Code;
  readonly details: Code extends keyof DetailsOf ? DetailsOf[Code]
    : Readonly<Record<string, unknown>>;
};

/**
 * Whether something that was thrown is a refusal with one of these codes.
 *
 * @example if (isRefusal(error, "RECIPIENT_OPTED_OUT")) showThatTheyOptedOut();
 */
export function isRefusal<Code extends SmsCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is Refusal<Code> {
  return error instanceof SmsError &&
    (codes as readonly string[]).includes(error.code);
}

export const unreachable = (cause?: unknown) =>
  new SmsError(
    "UNREACHABLE",
    0,
    "The server cannot be reached. Check the connection.",
    { cause },
  );

export const signInFirst = () => new SmsError("MISSING_CREDENTIALS", 401, "Sign in first.");

/** The error that an answer stands for. One of our functions wrote it, or a gateway before them. */
export async function errorOfResponse(response: Response): Promise<SmsError> {
  const body: unknown = await response.json().catch(() => null);
  const { code, message, details } = isRecord(body) ? body : {};
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  return new SmsError(
    typeof code === "string" ? code : `HTTP_${response.status}`,
    response.status,
    typeof message === "string" ? message : `The server answered ${response.status} and did not say why.`,
    {
      requestId: response.headers.get("x-request-id"),
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
      ...(isRecord(details) ? { details } : {}),
    },
  );
}

/** The error that a verb's refusal stands for, in the words with which a function says it. */
export async function errorOfOutcome(
  answer: Readonly<Record<string, unknown>>,
): Promise<SmsError> {
  const { outcome, retry_after_ms: wait, details } = answer;
  const code = String(outcome);
  const [status, message] = (await sentences())[code] ??
    [422, `The database refused: ${code}.`];
  return new SmsError(code, status, message, {
    retryAfterMs: typeof wait === "number" ? wait : null,
    ...(isRecord(details) ? { details } : {}),
  });
}

/** Loaded with the first refusal: most pages never meet one. Where they cannot be, the code says it. */
async function sentences(): Promise<typeof import("./codes.ts").SENTENCES> {
  try {
    return (await import("./codes.ts")).SENTENCES;
  } catch {
    return {};
  }
}

/** The error of a verb's call, or of a read or write of a table, as supabase-js tells it. */
export function errorOfDatabase(
  error: { readonly code?: string; readonly message: string },
): SmsError {
  const code = error.code ?? "";
  // PostgREST names what it refuses; whatever has no name did not get there.
  if (code === "") return unreachable(error);
  if (code === "42501") {
    return new SmsError("NOT_ALLOWED", 403, "You may not do that.", {
      cause: error,
    });
  }
  if (code === "PGRST116") {
    return new SmsError("ROW_NOT_FOUND", 404, "You have no such row.", {
      cause: error,
    });
  }
  if (/^PGRST30[0-3]$/.test(code)) {
    return new SmsError(
      "INVALID_JWT",
      401,
      "Your session has ended. Sign in again.",
      { cause: error },
    );
  }
  // Connections, resources, shutdowns, and what never got to Postgres: it may pass. The rest is in the request.
  const passes = /^(08|40|53|57|58|55P03|PGRST00[0-3])/.test(code);
  return new SmsError(
    code,
    passes ? 503 : 400,
    passes ? "The server could not do that just now. Try again." : error.message,
    { cause: error },
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
