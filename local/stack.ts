import { join } from "node:path";
import { type JWTPayload, SignJWT } from "jose";
import type { Sql } from "postgres";
import type { Carrier } from "./carrier/mod.ts";
import type { ServerAddress } from "./database.ts";
import { DEMO_USER, type LocalUser, prepareDemoTenant, recordSetUp, signUpOrIn } from "./demo_tenant.ts";
import { outliveDatabase } from "./driver_guard.ts";
import { FailPoints } from "./fail_points.ts";
import { functionEnvironment, smsUrlFor } from "./function_environment.ts";
import { Functions } from "./functions.ts";
import { startGateway } from "./gateway/mod.ts";
import { startInbox } from "./inbox.ts";
import { deriveKeys } from "./keys.ts";
import type { Model } from "./model/mod.ts";
import { assertFree, freePort } from "./ports.ts";
import { complain } from "./print.ts";
import { projectRoot } from "./project.ts";
import { findRuntime } from "./runtime.ts";
import { startServices } from "./services.ts";
import { prepareStackDatabase, type StackDatabase } from "./stack_database.ts";
import { startTicker } from "./ticker.ts";
import { buildInbox } from "./web.ts";
import { startWireProxy } from "./wire_proxy.ts";

export interface StackOptions {
  /** Of the API. Default: any free one. */
  port?: number | undefined;
  /** Nothing is kept. Default true. */
  ephemeral?: boolean;
  /** A server to make a database on, instead of a server of its own: faster, for tests. */
  server?: ServerAddress;
  /** A database of the developer's to keep everything in (local/given_database.ts), whatever `ephemeral` says. */
  databaseUrl?: string | undefined;
  /** Data that was kept is moved aside first. Default false. */
  fresh?: boolean | undefined;
  /** The demo tenant's pace is 1,000/s and it has no caps. */
  unpaced?: boolean;
  /** False: no ticker, and wakes are refused; `tick()` still runs the worker. Default true. */
  worker?: boolean;
  /** Milliseconds between two ticks. Default 10,000. */
  tickMs?: number;
  /** The demo tenant's number. Default: the one in seed.sql. */
  number?: string | undefined;
  /** A Twilio-compatible server in place of the look-alike. */
  carrierUrl?: string | undefined;
  /** An OpenAI-compatible server in place of the look-alike, with its `/v1`. */
  modelUrl?: string | undefined;
  /** Builds the inbox and serves it. Default false. */
  web?: boolean;
  /** Settings of the person at the terminal: real credentials in it win. Default: none. */
  environment?: Record<string, string | undefined>;
  /**
   * How the functions reach Postgres: by a connection of their own, past no fail point (`straight`) or past those of verbs
   * (`direct`), or through the API. Default `direct`.
   */
  database?: DatabaseWay | undefined;
  /** The version of Deno that the functions run on. Default: this one. */
  deno?: string | undefined;
  /** Set for functions above everything else. */
  functionEnv?: Record<string, string>;
  /** Default `supabase/functions`. */
  functionsRoot?: string;
  /** By how much the clock of each function process that starts is wrong. Default: they are right. */
  clockSkewMs?: () => number;
}

export type DatabaseWay = "straight" | "direct" | "api";

/** What `deno task dev` prints when all is up. */
export interface ReadyInfo {
  apiUrl: string;
  functionsUrl: string;
  webUrl: string | null;
  dbUrl: string;
  publishableKey: string;
  secretKey: string;
  user: { id: string; email: string; password: string };
  number: string | null;
  assistantId: string | null;
  carrier: { url: string; accountSid: string; authToken: string | null };
  model: { url: string };
}

export interface Stack extends AsyncDisposable {
  ready: ReadyInfo;
  workerKey: string;
  /** The superuser. */
  sql: Sql;
  /** Null where another server was given. */
  carrier: Carrier | null;
  model: Model | null;
  failPoints: FailPoints;
  functions: Functions;
  /** Where Postgres writes its log: deadlocks are found there. */
  postgresLog: string;
  createUser(email?: string, password?: string): Promise<LocalUser>;
  /** A token with these claims as the platform would have signed it: an expired one, for instance. */
  signToken(claims: JWTPayload): Promise<string>;
  /** Wakes the worker, as cron does. */
  tick(): Promise<Response>;
  /** Makes the API see tables that came after the start. */
  reloadSchema(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts everything: Postgres with all migrations, the API, the functions, carrier, model, ticker, demo tenant.
 *
 * @example
 * await using stack = await startStack({ server: testServer, worker: false });
 * @throws UsageError for what the caller can mend, such as a taken port
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  outliveDatabase();
  await using parts = new AsyncDisposableStack();
  const port = options.port ?? freePort();
  assertFree(port, "the API");
  const database = await prepareStackDatabase(parts, port, options);
  const keys = await deriveKeys(database.seed);
  const apiUrl = `http://127.0.0.1:${port}`;
  // Beside everything else that takes its time.
  const building = options.web ? buildInbox() : null;
  // Thrown where it is awaited, if we get there; a start that fails before that leaves no builder behind.
  parts.defer(async () => void await building?.catch(() => {}));
  // The fail points kill functions, whose environment names the services, which consult the fail points.
  const failPoints: FailPoints = new FailPoints((name) => functions.kill(name));
  const services = parts.use(await startServices({ environment: {}, ...options, keys, failPoints }));
  const { databaseUrl, functionEnv } = wayToDatabase(parts, options, database, failPoints);
  const env = functionEnvironment({ ...options, functionEnv, apiUrl, databaseUrl, keys, services });
  const functions = new Functions({
    root: options.functionsRoot ?? join(projectRoot, "supabase/functions"),
    env,
    runtime: options.deno === undefined ? undefined : await findRuntime(options.deno),
    clockSkewMs: options.clockSkewMs,
  });
  const gateway = await startGateway({
    port,
    databaseUrl: database.url,
    keys,
    functions,
    failPoints,
    paused: options.worker === false ? ["sms-worker"] : [],
    onError: (error) => complain(`gateway: ${error instanceof Error ? error.stack : error}`),
  });
  parts.defer(() => gateway.stop());
  parts.defer(() => functions.stop());
  const tick = () =>
    gateway.invoke(
      new Request(`${apiUrl}/functions/v1/sms-worker`, {
        method: "POST",
        headers: { apikey: keys.secret.worker, "x-sms-woken-by": "schedule" },
      }),
    );

  const user = await signUpOrIn(apiUrl, keys.publishable.default, DEMO_USER);
  const { accountSid } = services.address.carrier;
  const demo = await prepareDemoTenant(database.sql, { userId: user.id, accountSid, ...options });
  if (demo && services.carrier) {
    const { number } = demo;
    const atCarrier = services.carrier.addNumber(accountSid, { number, smsUrl: smsUrlFor(env) });
    await recordSetUp(database.sql, atCarrier);
  }
  if (options.worker !== false) {
    const ticker = startTicker(async () => void (await tick()).body?.cancel(), options.tickMs);
    parts.defer(() => ticker.stop());
  }
  const web = building &&
    parts.use(
      startInbox(await building, { port, keys, sql: database.sql, services, functions, failPoints, env }),
    );
  const running = parts.move();
  return {
    ready: {
      apiUrl,
      functionsUrl: `${apiUrl}/functions/v1`,
      webUrl: web?.url ?? null,
      dbUrl: database.shownUrl,
      publishableKey: keys.publishable.default,
      secretKey: keys.secret.default,
      user: { id: user.id, ...DEMO_USER },
      number: demo?.number ?? null,
      assistantId: demo?.assistantId ?? null,
      ...services.address,
    },
    workerKey: keys.secret.worker,
    sql: database.sql,
    carrier: services.carrier,
    model: services.model,
    failPoints,
    functions,
    postgresLog: database.logFile,
    createUser: (email = `${crypto.randomUUID()}@example.com`, password = crypto.randomUUID()) =>
      signUpOrIn(apiUrl, keys.publishable.default, { email, password }),
    signToken: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: keys.signingKey.kid, typ: "JWT" })
        .sign(keys.signingKey.privateKey),
    tick,
    reloadSchema: () => gateway.reloadSchema(),
    stop: () => running.disposeAsync(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function wayToDatabase(
  parts: AsyncDisposableStack,
  { database: way = wayOfThisRun(), functionEnv = {} }: StackOptions,
  { postgresUrl }: StackDatabase,
  failPoints: FailPoints,
): { databaseUrl: string; functionEnv: Record<string, string> } {
  if (way === "straight") return { databaseUrl: postgresUrl, functionEnv };
  if (way === "api") {
    return { databaseUrl: postgresUrl, functionEnv: { SMS_DATABASE: "api", ...functionEnv } };
  }
  return { databaseUrl: parts.use(startWireProxy(postgresUrl, failPoints)).url, functionEnv };
}

/** `task test --all` runs suites both ways. */
const wayOfThisRun = (): DatabaseWay => Deno.env.get("TEST_DATABASE_WAY") === "api" ? "api" : "direct";
