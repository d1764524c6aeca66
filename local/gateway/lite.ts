import { AsyncLocalStorage } from "node:async_hooks";
import { App, InMemoryEmailDriver } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import { applyClaims, applyRequest } from "./session.ts";
import type { ProjectKeys } from "../keys.ts";
import { type DatabaseError, errorResponse, isDatabaseError } from "./errors.ts";

/** REST and Auth of the stack: `@supabase/lite`, with its differences from PostgREST taken out. */
export interface Lite {
  fetch(request: Request): Promise<Response>;
  /** Forgets the tables it knows, after a migration. */
  reloadSchema(): Promise<void>;
  close(): Promise<void>;
}

/** What went wrong in the database while one request was served. */
interface RequestState {
  error?: DatabaseError;
}

const requests = new AsyncLocalStorage<RequestState>();

export interface LiteOptions {
  /** The superuser's connection string: each request then takes the role of its token. */
  databaseUrl: string;
  keys: ProjectKeys;
  /** What people see; links in e-mails point there. */
  siteUrl: string;
  /** Connections to Postgres. */
  poolSize: number;
}

/**
 * One lite on one pool of connections, which a crash of the server makes useless: what was under way in it may never
 * end (see `driver_guard.ts`).
 *
 * @param onClose called when the server has closed a connection
 */
export async function startLite(options: LiteOptions, onClose: () => void): Promise<Lite> {
  let closing = false;
  const connection = createPostgresConnection({
    url: options.databaseUrl,
    postgresOptions: {
      max: options.poolSize,
      // The driver's own would look like the server's.
      max_lifetime: null,
      onclose: () => {
        if (!closing) onClose();
      },
      onnotice: () => {},
      types: { jsonb: JSONB },
    },
  });
  // Where a table has RLS, lite grants all on everything to anon: our grants are the migrations' business.
  override(connection, "ensureRlsContext", () => Promise.resolve(true));
  override(connection, "applyJwtSessionContext", applyClaims);
  override(connection, "applyRpcRequestGucs", applyRequest);
  // The only place where the error of Postgres passes before lite flattens it into text.
  override(connection, "normalizeDbError", (error: unknown) => {
    const state = requests.getStore();
    if (state && isDatabaseError(error)) state.error = error;
    return error;
  });
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: options.keys.liteSecret,
      jwt_expiry: 3600,
      site_url: options.siteUrl,
      publishable_key: options.keys.publishable.default,
      secret_key: options.keys.secret.default,
      enable_signup: true,
      email: { enable_signup: true, enable_confirmations: false },
    },
    options: {
      server: { admin: false, disableStudio: true },
      drivers: { email: new InMemoryEmailDriver() },
    },
  });
  silenceInsideRequests();
  await app.init();
  return {
    async fetch(request) {
      const state: RequestState = {};
      const response = await requests.run(state, () => app.fetch(request));
      if (response.ok || !state.error || !await mayReplace(response, state.error)) return response;
      return errorResponse(state.error, isSignedIn(request));
    },
    reloadSchema: () => connection.clearSchemaCache(),
    close: () => {
      closing = true;
      return connection.driver.end({ timeout: 2 });
    },
  };
}

/** lite serialises the arguments of a function before the driver does it again: strings are already JSON. */
const JSONB = {
  to: 3802,
  from: [3802],
  serialize: (value: unknown) => typeof value === "string" ? value : JSON.stringify(value),
  parse: (text: string): unknown => JSON.parse(text),
};

/**
 * lite flattens what it does not know ("SUP", 500), and drops hints of what it knows. Where it has a code of its own
 * (42P01 is PGRST205), or rewrites the message (42883), it does as PostgREST does.
 */
async function mayReplace(response: Response, error: DatabaseError): Promise<boolean> {
  const body: unknown = await response.clone().json().catch(() => null);
  if (typeof body !== "object" || body === null || !("code" in body)) return false;
  return body.code === "SUP" || (body.code === error.code && error.code !== "42883");
}

function isSignedIn(request: Request): boolean {
  return request.headers.has("authorization") ||
    (request.headers.get("apikey") ?? "").startsWith("sb_secret_");
}

function override(target: object, name: string, value: unknown): void {
  if (!(name in target)) throw new Error(`@supabase/lite has no ${name} any more: see local/gateway/lite.ts`);
  Object.defineProperty(target, name, { value });
}

let silenced = false;

/** lite prints every refused statement with its values; callers get the error, and the server's log has it too. */
function silenceInsideRequests(): void {
  if (silenced) return;
  silenced = true;
  const print = console.error.bind(console);
  // deno-lint-ignore no-console
  console.error = (...values: unknown[]) => {
    if (!requests.getStore()) print(...values);
  };
}
