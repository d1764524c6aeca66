/** The peer (bench/peer): installed by npm, with exact versions, into a folder that is gone afterwards. */
import { join } from "node:path";
import { z } from "zod";
import type { Carrier } from "../../local/carrier/mod.ts";
import { connect, type ServerAddress } from "../../local/database.ts";
import { run } from "../../local/files.ts";
import type { Model } from "../../local/model/mod.ts";
import { projectRoot, UsageError } from "../../local/project.ts";
import { startChild } from "../measure/child.ts";

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
  const folder = await Deno.makeTempDir({ prefix: "bench-peer-" });
  parts.defer(() => Deno.remove(folder, { recursive: true }));
  await install(folder);
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
  const child = parts.use(await startChild(["node", join(folder, "server.mjs")], { env, cwd: folder }));
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

async function install(folder: string): Promise<void> {
  for (const file of FILES) {
    await Deno.copyFile(join(projectRoot, "bench/peer", file), join(folder, file));
  }
  try {
    await run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The peer needs Node and npm (--peer=0 goes without it): ${why}`, { cause: error });
  }
}
