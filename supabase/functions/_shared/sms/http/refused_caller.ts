import { AppError } from "./errors.ts";

/** What `@supabase/server` said of a caller whom it did not let in. */
export interface LibraryRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Supabase's pages about what took the place of the legacy secret. */
export const MIGRATION_PAGES = {
  tokens: "https://supabase.com/docs/guides/auth/signing-keys",
  keys: "https://supabase.com/docs/guides/getting-started/migrating-to-new-api-keys",
} as const;

const LEGACY_TOKEN =
  "This token is signed with the project's legacy JWT secret (HS256), and only tokens of its signing keys are taken. The " +
  `project's owner turns on JWT signing keys: ${MIGRATION_PAGES.tokens}. If that is done, refresh the session or sign in again.`;

const LEGACY_KEY =
  "This is a legacy API key (anon or service_role), which is not taken. Use a publishable key (sb_publishable_…) and sign in, " +
  `or in a backend a secret key (sb_secret_…): ${MIGRATION_PAGES.keys}.`;

/** Whether the library found something wrong with the credentials, or none that it could use. */
const NOT_LET_IN = ["MISSING_CREDENTIALS", "UNUSABLE_CREDENTIAL", "INVALID_API_KEY", "INVALID_CREDENTIALS"];

/**
 * Tells a refused caller what to do. The library's own sentences are about its configuration, and call it an API key
 * that does not match when somebody has not signed in.
 *
 * @param modes who may call, as the library takes it
 */
export function explainRefusedCaller(
  request: Request,
  refusal: LibraryRefusal,
  modes: readonly string[],
): AppError {
  const { status, code, message } = refusal;
  const bearer = bearerOf(request);
  const key = request.headers.get("apikey")?.trim() || null;
  const legacy = legacyJwt(bearer) ?? (bearer === null || bearer === key ? legacyJwt(key) : null);
  if (status === 401 && legacy !== null) {
    return new AppError(401, "LEGACY_JWT", legacy === "key" ? LEGACY_KEY : LEGACY_TOKEN);
  }
  if (status !== 401 || !NOT_LET_IN.includes(code)) {
    return new AppError(status, code, message.replace(/^\[@supabase\/server\]\s*/, ""));
  }
  const secretMode = modes.find((mode) => mode.startsWith("secret"));
  if (!modes.includes("user")) return keyRefused(secretMode, key);
  if (!isSecretKey(key) && !isSecretKey(bearer)) {
    return new AppError(401, "MISSING_CREDENTIALS", "Sign in first.");
  }
  if (secretMode === undefined) {
    return new AppError(
      401,
      "MISSING_CREDENTIALS",
      "Sign in first: this function acts for a signed-in user, and a secret key does not say for whom.",
    );
  }
  return keyRefused(secretMode, key);
}

/** For those who have, or need, a secret key. No key is named but by its name. */
function keyRefused(secretMode: string | undefined, key: string | null): AppError {
  const name = secretMode?.split(":")[1] ?? "default";
  const which = `the project's secret key named "${name}" (Dashboard > Project Settings > API Keys)`;
  return key === null
    ? new AppError(401, "MISSING_CREDENTIALS", `Send ${which} in the header apikey.`)
    : new AppError(401, "INVALID_API_KEY", `The header apikey has another key. Send ${which}.`);
}

const isSecretKey = (text: string | null) => text?.startsWith("sb_secret_") ?? false;

function bearerOf(request: Request): string | null {
  return /^Bearer\s+(.+)$/i.exec(request.headers.get("authorization")?.trim() ?? "")?.[1] ?? null;
}

/**
 * Whether a text is a JWT that a secret signed, as a legacy project signs tokens of users and its two API keys. Nothing is
 * verified here, and nothing is granted for it. https://supabase.com/docs/guides/auth/signing-keys
 */
function legacyJwt(text: string | null): "token" | "key" | null {
  const parts = text?.split(".") ?? [];
  if (parts.length !== 3) return null;
  const [header, payload] = parts.map(readPart);
  if (!/^HS\d+$/.test(String(header?.alg))) return null;
  return ["anon", "service_role"].includes(String(payload?.role)) ? "key" : "token";
}

function readPart(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const read: unknown = JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof read === "object" && read !== null ? { ...read } : null;
  } catch {
    return null;
  }
}
