/**
 * `deno task release [--out FOLDER]`: packs what `add` needs into one archive, and writes the one file that runs it, for any
 * static host. `--commit REF` packs what a commit would install, without tools: tests update from it.
 */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { run } from "../local/files.ts";
import { complain, print } from "../local/print.ts";
import { localFolder, projectRoot, UsageError } from "../local/project.ts";
import { filesBelow, INSTALLABLE, readRelease, type Release } from "./add/release.ts";
import { pack, sha256 } from "./release/archive.ts";

/** The tasks that work in an adopter's folder, and so belong to a release. */
const TOOLS = ["add", "doctor", "schedule", "reencrypt"];
const DenoJson = z.looseObject({
  tasks: z.record(z.string(), z.string()),
  compilerOptions: z.record(z.string(), z.unknown()),
});
const DenoInfo = z.object({ modules: z.array(z.object({ specifier: z.string() })) });

export interface Packed {
  version: string;
  /** File name → content. */
  files: Map<string, string | Uint8Array>;
}

/** The archive and the file that runs it. */
export async function packRelease(root = projectRoot): Promise<Packed> {
  const release = await readRelease(root);
  const files = new Map(release.files);
  const { tasks, compilerOptions } = DenoJson.parse(
    JSON.parse(await Deno.readTextFile(join(root, "deno.json"))),
  );
  const tools: Record<string, string> = {};
  for (const name of TOOLS) {
    const entry = /^deno run -A (\S+)$/.exec(tasks[name] ?? "")?.[1];
    if (entry !== undefined) tools[name] = entry;
  }
  for (const path of await importsOf(Object.values(tools), root)) {
    files.set(path, await Deno.readTextFile(join(root, path)));
  }
  files.set("LICENSE", await Deno.readTextFile(join(root, "LICENSE")));
  files.set("deno.json", `${JSON.stringify({ importMap: "import_map.json", compilerOptions }, null, 2)}\n`);
  const archive = pack(files);
  const name = archiveName(release);
  const entry = await Deno.readTextFile(join(root, "tools/release/entry.ts"));
  const filled = entry.replace("{ARCHIVE}", name).replace("{SHA256}", sha256(archive))
    .replace('"{TOOLS}"', () => JSON.stringify(JSON.stringify(tools)));
  return {
    version: release.version,
    files: new Map<string, string | Uint8Array>([[name, archive], ["supabase-sms.ts", filled]]),
  };
}

/** What a commit would install: no tools, because an older one has none. */
export async function packCommit(commit: string): Promise<Packed> {
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-commit-" });
  try {
    const tar = join(folder, "commit.tar");
    await run("git", ["archive", "--output", tar, commit], { cwd: projectRoot });
    await run("tar", ["-xf", tar, "-C", folder]);
    const release = await readRelease(folder);
    return { version: release.version, files: new Map([[archiveName(release), pack(release.files)]]) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function archiveName({ version }: Release): string {
  return `supabase-sms-${version}.json.gz`;
}

/** The files of ours that these import, themselves included, and all that lies in their own folders. */
async function importsOf(entries: string[], root: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (const entry of entries) {
    const own = dirname(entry) === "tools" ? [] : await filesBelow(join(root, dirname(entry)));
    for (const path of own) found.add(relative(root, path).replaceAll("\\", "/"));
    const text = await run(Deno.execPath(), ["info", "--json", entry], { cwd: root, stdin: "null" });
    for (const { specifier } of DenoInfo.parse(JSON.parse(text)).modules) {
      if (specifier.startsWith("file:")) {
        found.add(relative(root, fileURLToPath(specifier)).replaceAll("\\", "/"));
      }
    }
  }
  return new Set([...found].filter((path) => !path.startsWith("..") && !INSTALLABLE.test(path)));
}

/** @returns the paths that were written */
export async function writeRelease({ files }: Packed, folder: string): Promise<string[]> {
  await Deno.mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const [name, content] of files) {
    const path = join(folder, name);
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    written.push(path);
  }
  return written;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { out: { type: "string" }, commit: { type: "string" } },
  });
  const packed = values.commit === undefined ? await packRelease() : await packCommit(values.commit);
  print(`supabase-sms ${packed.version}`);
  const folder = values.out ?? join(localFolder, "release");
  for (const path of await writeRelease(packed, folder)) {
    print(`  ${path}  ${Math.ceil((await Deno.stat(path)).size / 1000)} KB`);
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof TypeError)) throw error;
    complain(error.message);
    Deno.exitCode = 2;
  }
}
