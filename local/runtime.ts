/** Another version of Deno for the functions, such as the one that hosted projects run. */
import { join } from "node:path";
import { run } from "./files.ts";
import { localFolder, UsageError } from "./project.ts";

export interface Runtime {
  path: string;
  env: Record<string, string>;
}

/**
 * @param version for instance `2.1.4`
 * @throws UsageError if npm has no such version
 */
export async function findRuntime(version: string): Promise<Runtime> {
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    throw new UsageError(`--deno must be a version such as 2.1.4, not "${version}"`);
  }
  const ask = ["-y", `deno@${version}`, "eval", "--no-config", "--no-lock", "console.log(Deno.execPath())"];
  const said = await run("npx", ask).catch((cause) => {
    throw new UsageError(`Deno ${version} could not be had from npm`, { cause });
  });
  // A cache of its own, because the formats differ. Where a machine has its own certificates, packages come through them.
  const env = { DENO_DIR: join(localFolder, `deno-${version}`), DENO_TLS_CA_STORE: "system,mozilla" };
  return { path: said.split("\n").at(-1) ?? "", env };
}
