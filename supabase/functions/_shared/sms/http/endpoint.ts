import type { SupabaseContext, WithSupabaseConfig } from "@supabase/server";
import { corsHeaders } from "@supabase/supabase-js/cors";
import { z } from "zod";
import { createDirect, type DirectDatabase } from "../database/direct/client.ts";
import { DatabaseError, isTransient, RPC_TIMEOUT_MS, type RpcClient, timedFetch } from "../database/rpc.ts";
import { readSettings, type Settings } from "../settings.ts";
import { AppError, internal, methodNotAllowed, unavailable } from "./errors.ts";
import { challengeOf, PROOF_HEADER, proofFor } from "./project_proof.ts";
import { createStrangers } from "./strangers.ts";
import { explainRefusedCaller } from "./refused_caller.ts";
import { createLogger, describeError, type LogFields, type Logger } from "../log.ts";
import { VERSION } from "../version.ts";

/** The caller, as `withSupabase` authenticated it. */
export type Caller =
  | { readonly kind: "user"; readonly userId: string; readonly isAnonymous?: boolean }
  | { readonly kind: "secret" }
  | { readonly kind: "none" };

/** A handler gets this besides the request. */
export interface Context {
  readonly requestId: string;
  readonly caller: Caller;
  /** The database with the caller's own rights: RLS applies. */
  readonly supabase: RpcClient;
  /** The database with the secret key's rights: no RLS, for the pipeline's verbs. Straight to Postgres where that is possible. */
  readonly supabaseAdmin: RpcClient;
  readonly log: Logger;
  /** Adds fields to the one log line of this request. */
  note(fields: LogFields): void;
}

export type Handler = (request: Request, context: Context) => Promise<Response>;

type Auth = NonNullable<WithSupabaseConfig["auth"]>;

export interface EndpointOptions {
  readonly name: string;
  readonly methods: readonly string[];
  /** Who may call, as `withSupabase` takes it. none: anybody, or the handler looks at a signature itself. */
  readonly auth: Auth | ((settings: Settings) => Auth);
  /** Whether pages in browsers call it, so that CORS has to be answered. */
  readonly callers: "browsers" | "servers";
  /** How long a verb may take. Default: 8 s, so that Twilio still gets an answer. */
  readonly databaseTimeoutMs?: number;
  /** How many connections to Postgres an isolate may have. Default: 1, because isolates multiply. */
  readonly databaseConnections?: number;
}

/** On every answer, refusals included: which version answers, and that it is ours and no other server. */
export const VERSION_HEADER = "x-supabase-sms";

/** Where settings and log lines come from and go to; tests bring their own. */
export interface Platform {
  settings(): Settings;
  log(settings?: Settings): Logger;
}

const platformOfProcess: Platform = {
  settings: readSettings,
  log: (settings) => createLogger({ level: settings?.logLevel ?? "info" }),
};

/**
 * It takes longer to load than all the rest of a webhook (docs/performance.md), and makes two clients for each request. A
 * request that needs no authentication, and whose calls go straight to Postgres, does without it.
 */
const loadServerLibrary = () => import("@supabase/server");

const CORS: Readonly<Record<string, string>> = {
  ...corsHeaders,
  "Access-Control-Allow-Headers": `${corsHeaders["Access-Control-Allow-Headers"]}, idempotency-key`,
  "Access-Control-Expose-Headers": "x-request-id, retry-after",
};

/**
 * Wraps a handler in what every function does the same way: request id, settings, auth, CORS, `{ code, message }`
 * errors and one log line. The handler is built on the first request, so that a missing setting is an answer
 * (503 NOT_CONFIGURED, named in the log) and not a process that will not start.
 *
 * @example
 * export default { fetch: endpoint({ name: "sms-worker", methods: ["POST"], … }, (settings) => work({ … })) };
 */
export function endpoint(
  options: EndpointOptions,
  build: (settings: Settings, log: Logger) => Handler,
  platform: Platform = platformOfProcess,
): (request: Request) => Promise<Response> {
  let ready: Ready | undefined;
  const strangers = createStrangers();
  const prepare = () => {
    if (ready) return ready;
    const settings = platform.settings();
    const log = platform.log(settings).with({ function: options.name });
    const handler = build(settings, log);
    return ready = {
      config: configOf(options, settings),
      secretKeys: Object.values(settings.supabase.secretKeys),
      log,
      handler,
      direct: directOf(options, settings, log),
    };
  };
  // While the process starts, not when the first request waits for it. A failure shows there.
  if (options.auth !== "none") loadServerLibrary().catch(() => {});

  return async (request) => {
    const startedAt = performance.now();
    const requestId = requestIdOf(request);
    let log = platform.log().with({ function: options.name });
    const fields: Record<string, LogFields[string]> = {};
    let warned = false;
    let isStranger = false;
    const note = (more: LogFields) => void Object.assign(fields, more);
    const warn = (more: LogFields) => {
      warned = true;
      note(more);
    };
    const onStranger = () => void (isStranger = true);
    let response: Response;
    try {
      if (options.callers === "browsers" && request.method === "OPTIONS") {
        response = new Response(null, { status: 204 });
      } else {
        if (!options.methods.includes(request.method)) throw methodNotAllowed(options.methods);
        const prepared = prepare();
        log = prepared.log;
        response = await inOurShape(await serve(prepared, request, { requestId, note, warn, onStranger }), {
          request,
          modes: [prepared.config.auth ?? []].flat(),
          note,
        });
      }
    } catch (error) {
      response = answerError(error, { requestId, note, warn, onStranger });
    }
    response.headers.set("x-request-id", requestId);
    response.headers.set(VERSION_HEADER, VERSION);
    const challenge = challengeOf(request);
    if (challenge !== null) {
      try {
        response.headers.set(PROOF_HEADER, await proofFor(challenge, prepare().secretKeys));
      } catch (error) {
        note({ error: describeError(error) }); // without its settings it can prove nothing, and the log says which is missing
      }
    }
    if (options.callers === "browsers") {
      for (const [name, value] of Object.entries(CORS)) response.headers.set(name, value);
    }
    // Strangers choose how often they are refused, and the platform keeps 100 lines in ten seconds of all.
    const refused = isStranger || response.status === 401
      ? strangers.count(String(fields.outcome))
      : undefined;
    if (refused === null) return response;
    const line = {
      request_id: requestId,
      method: request.method,
      status: response.status,
      ...fields,
      refused,
      duration_ms: Math.round(performance.now() - startedAt),
    };
    if (response.status >= 500 && !isStranger) log.error(line);
    else if (warned) log.warn(line);
    else log.info(line);
    return response;
  };
}

interface Ready {
  readonly config: WithSupabaseConfig;
  readonly secretKeys: readonly string[];
  readonly log: Logger;
  readonly handler: Handler;
  readonly direct: DirectDatabase | null;
}

/** Calls the handler with the caller's rights. The library itself answers a caller without rights, in its own format. */
async function serve(
  { config, handler, direct, log }: Ready,
  request: Request,
  told: Told,
): Promise<Response> {
  const { requestId, note } = told;
  const answer = (authorizedRequest: Request, rights: Rights) =>
    handler(authorizedRequest, { ...rights, requestId, log: log.with({ request_id: requestId }), note })
      .catch((error) => answerError(error, told));
  if (config.auth === "none" && direct !== null) {
    const supabaseAdmin = direct.orBy(apiWhenNeeded(config, request));
    return await answer(request, { caller: { kind: "none" }, supabase: NO_RIGHTS, supabaseAdmin });
  }
  const { withSupabase } = await loadServerLibrary();
  const authorized = withSupabase(
    config,
    (authorizedRequest, ctx) => answer(authorizedRequest, rightsOf(ctx, direct)),
  );
  return await authorized(request);
}

function configOf({ auth, ...options }: EndpointOptions, settings: Settings): WithSupabaseConfig {
  return {
    auth: typeof auth === "function" ? auth(settings) : auth,
    cors: "disabled",
    errors: { detailed: false },
    env: settings.supabase,
    supabaseOptions: { global: { fetch: timedFetch(options.databaseTimeoutMs) } },
  };
}

function directOf(options: EndpointOptions, settings: Settings, log: Logger): DirectDatabase | null {
  if (settings.database === null) return null;
  return createDirect({
    target: settings.database,
    max: options.databaseConnections ?? 1,
    timeoutMs: options.databaseTimeoutMs ?? RPC_TIMEOUT_MS,
    applicationName: options.name,
    log,
  });
}

/** Of a caller whom nobody authenticated. */
const NO_RIGHTS: RpcClient = {
  rpc: (verb) => Promise.reject(new Error(`${verb}: this caller has no rights of its own`)),
};

/** Who calls, and what the call may do. */
type Rights = Pick<Context, "caller" | "supabase" | "supabaseAdmin">;

function rightsOf(ctx: SupabaseContext, direct: DirectDatabase | null): Rights {
  const api: RpcClient = ctx.supabaseAdmin;
  return { caller: callerOf(ctx), supabase: ctx.supabase, supabaseAdmin: direct?.orBy(api) ?? api };
}

/**
 * The secret key's client, made when Postgres cannot be reached directly.
 * @throws AppError NO_KEYS_CONFIGURED and its like (500), from `rpc`
 */
function apiWhenNeeded(config: WithSupabaseConfig, request: Request): RpcClient {
  return {
    async rpc(verb, args) {
      const { createSupabaseContext } = await loadServerLibrary();
      const { data, error } = await createSupabaseContext(request, config);
      if (error) throw new AppError(500, error.code, KEYS_MISSING, { cause: error });
      return await data.supabaseAdmin.rpc(verb as never, args as never);
    },
  };
}

function callerOf({ authMode, userClaims, jwtClaims }: SupabaseContext): Caller {
  if (authMode === "user" && userClaims) {
    // https://supabase.com/docs/guides/auth/auth-anonymous#access-control
    return { kind: "user", userId: userClaims.id, isAnonymous: jwtClaims?.["is_anonymous"] === true };
  }
  return { kind: authMode === "secret" ? "secret" : "none" };
}

/** The caller's id, or a new one. At least 16 characters, so that a phone number cannot get into the log as an id. */
function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[\w-]{16,64}$/.test(given) ? given : crypto.randomUUID();
}

/** What a request's log line is told. */
interface Told extends Pick<Context, "requestId" | "note"> {
  /** Adds fields, and makes it a warning. */
  readonly warn: Context["note"];
  onStranger(): void;
}

function answerError(error: unknown, { requestId, note, warn, onStranger }: Told): Response {
  const answer = knownError(error) ?? internal(requestId, error);
  if (answer.warning !== null) warn(answer.warning);
  if (answer.isOfStranger) onStranger();
  note({
    outcome: answer.code,
    ...(answer.cause === undefined ? {} : { error: describeError(answer.cause) }),
  });
  return Response.json(answer, { status: answer.status, headers: answer.headers });
}

/** The error that a handler threw on purpose, or 503 for a database error that may pass. */
function knownError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  return error instanceof DatabaseError && isTransient(error)
    ? unavailable("The database did not answer in time; try again.", error)
    : null;
}

const KEYS_MISSING = "The function's keys are not set up.";

const Refusal = z.object({ code: z.string(), message: z.string() });

interface Refused {
  readonly request: Request;
  /** Who may call. */
  readonly modes: readonly string[];
  note(fields: LogFields): void;
}

/** `withSupabase` answers refusals itself. Its message about missing keys names them, so callers get only the code. */
async function inOurShape(response: Response, { request, modes, note }: Refused): Promise<Response> {
  if (!response.headers.has("x-supabase-server-error")) return new Response(response.body, response);
  const refusal = Refusal.safeParse(await response.json());
  const { code, message } = refusal.data ?? { code: "UNAUTHORIZED", message: "Not authorized." };
  const { status } = response;
  const answer = status < 500
    ? explainRefusedCaller(request, { status, code, message }, modes)
    : new AppError(status, code, KEYS_MISSING);
  note({ outcome: answer.code });
  return Response.json(answer, { status });
}
