import type { Sql } from "postgres";
import { DEMO_USER } from "./demo_tenant.ts";
import type { FailPoints } from "./fail_points.ts";
import type { Functions } from "./functions.ts";
import type { ProjectKeys } from "./keys.ts";
import { freePortNear } from "./ports.ts";
import { complain } from "./print.ts";
import type { Services } from "./services.ts";
import { createSimulator } from "./simulator/mod.ts";
import { startWeb, type Web, type WebFiles } from "./web.ts";

/** What functions take where SMS_LEASE_SECONDS is not set (_shared/sms/settings.ts). */
const USUAL_LEASE_SECONDS = 90;

export interface InboxParts {
  port: number;
  keys: ProjectKeys;
  sql: Sql;
  services: Services;
  functions: Functions;
  failPoints: FailPoints;
  env: Record<string, string>;
}

/** The page learns from us what no production page is told: that it is local, and who can sign in. */
export function startInbox(files: WebFiles, parts: InboxParts): Web {
  const { port, keys, sql, services, functions, failPoints, env } = parts;
  const simulator = createSimulator({
    carrier: services.carrier,
    carrierUrl: services.address.carrier.url,
    model: services.model,
    modelUrl: services.address.model.url,
    functions,
    failPoints,
    leaseSeconds: Number(env.SMS_LEASE_SECONDS ?? USUAL_LEASE_SECONDS),
    sql,
    onError: (error) => complain(`simulator: ${error instanceof Error ? error.stack : error}`),
  });
  const config = {
    supabaseUrl: `http://127.0.0.1:${port}`,
    publishableKey: keys.publishable.default,
    realtime: false,
    // Asking costs nothing here, and somebody is watching.
    pollMs: 1_000,
    local: { user: DEMO_USER },
  };
  // Two above the API, as the CLI's Studio is; the database is one above.
  return startWeb(files, { port: freePortNear(port + 2), config, simulator });
}
