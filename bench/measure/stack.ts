/**
 * The project's own stack as a process of its own, so that what its API costs is told apart from the look-alikes, which
 * run in the benchmark's process. Started by `stack_process.ts`.
 */
import { z } from "zod";
import type { ServerAddress } from "../../local/database.ts";
import { stopRequested } from "../../local/interrupt.ts";
import { print } from "../../local/print.ts";
import { startStack } from "../../local/stack.ts";

const Options = z.strictObject({
  adminUrl: z.string(),
  carrierUrl: z.string(),
  accountSid: z.string(),
  authToken: z.string(),
  modelUrl: z.string(),
  worker: z.boolean(),
  functionsRoot: z.string().optional(),
  sql: z.string().optional(),
});

function addressOf(adminUrl: string): ServerAddress {
  const url = (database: string, role?: string) => {
    const copy = new URL(adminUrl);
    copy.pathname = `/${database}`;
    if (role) copy.username = role;
    return copy.href;
  };
  return { adminUrl, url, password: decodeURIComponent(new URL(adminUrl).password) };
}

const { adminUrl, accountSid, authToken, functionsRoot, sql, ...options } = Options.parse(
  JSON.parse(Deno.env.get("BENCH_STACK") ?? "{}"),
);
const stopped = stopRequested();
const stack = await startStack({
  server: addressOf(adminUrl),
  unpaced: true,
  // Past no fail point.
  database: "straight",
  ...options,
  ...(functionsRoot === undefined ? {} : { functionsRoot }),
  environment: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken },
});
if (sql !== undefined) {
  await stack.sql.unsafe(sql);
  await stack.reloadSchema();
}
print(`ready ${JSON.stringify(stack.ready)}`);
await stopped;
await stack.stop();
Deno.exit(0);
