/** The peer (bench/peer): installed by npm, with exact versions, into a folder that is gone afterwards. */
import { join } from "node:path";
import { z } from "zod";
import type { Carrier } from "../../local/carrier/mod.ts";
import { connect, type ServerAddress } from "../../local/database.ts";
import type { Model } from "../../local/model/mod.ts";
import { projectRoot, UsageError } from "../../local/project.ts";
import { type Child, startChild } from "../measure/child.ts";

const FILES = ["package.json", "package-lock.json", "server.mjs"];
const DATABASE = "peer";

export interface Peer extends AsyncDisposable {
  /** What it complained about since the last time, with counts. */
  complaints(): Promise<Record<string, number>>;
}

export interface PeerPlan {
  readonly server: ServerAddress;
  readonly carrier: Carrier;
  readonly model: Model;
  readonly numbers: readonly string[];
}

/** @throws UsageError where there is no Node or npm */
export async function startPeer({ server, carrier, model, numbers }: PeerPlan): Promise<Peer> {
  await using parts = new AsyncDisposableStack();
  const admin = connect(server.adminUrl, 1);
  await admin.unsafe(`create database ${DATABASE}`);
  await admin.end();
  const { accountSid, authToken } = carrier.addAccount();
  const env = {
    ACCOUNT_SID: accountSid,
    AUTH_TOKEN: authToken,
    CARRIER_URL: carrier.url,
    DATABASE_URL: server.url(DATABASE),
    MODEL_URL: `${model.url}/v1`,
  };
  const child = parts.use(await installAndStart(env));
  const { webhookUrl } = z.object({ webhookUrl: z.string() }).parse(child.ready);
  for (const number of numbers) carrier.addNumber(accountSid, { number, smsUrl: webhookUrl });
  const running = parts.move();
  return {
    async complaints() {
      const response = await fetch(new URL("/errors", webhookUrl));
      return z.record(z.string(), z.number()).parse(await response.json());
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function installAndStart(env: Record<string, string>): Promise<Child> {
  const folder = await Deno.makeTempDir({ prefix: "bench-peer-" });
  for (const file of FILES) {
    await Deno.copyFile(join(projectRoot, "bench/peer", file), join(folder, file));
  }
  const commands = 'npm ci --no-audit --no-fund --ignore-scripts && exec node "$0"';
  try {
    return await startChild(["/bin/sh", "-c", commands, join(folder, "server.mjs")], {
      env,
      cwd: folder,
      removeAfter: folder,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The peer needs Node and npm (--peer=0 goes without it): ${why}`, { cause: error });
  }
}
