import { join } from "node:path";
import { z } from "zod";
import { readIfThere } from "../../local/files.ts";
import { projectRoot } from "../../local/project.ts";
import { VERSION } from "../../supabase/functions/_shared/sms/version.ts";

const ImportMap = z.object({ imports: z.record(z.string(), z.string()) });
const PackageJson = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** npm packages in an import map with their versions. */
export function pinnedVersions(imports: Record<string, string>): Map<string, string> {
  const versions = new Map<string, string>();
  for (const target of Object.values(imports)) {
    const [, name, version] = /^npm:\/?((?:@[^/]+\/)?[^@/]+)@([^/]+)/.exec(target) ?? [];
    if (name && version) versions.set(name, version);
  }
  return versions;
}

/** Sentences about pins that are not exact, or not the same everywhere; none if all is well. */
export function versionProblems(importMap: unknown, packageJson: unknown): string[] {
  const { imports } = ImportMap.parse(importMap);
  const problems = Object.entries(imports)
    .filter(([, target]) => !/^npm:\/?(@[^/]+\/)?[^@/]+@\d+\.\d+\.\d+[^/]*(\/|$)/.test(target))
    .map(([name, target]) => `import_map.json: ${name} is ${target}, which pins no exact version`);
  const versions = pinnedVersions(imports);
  const several = Object.values(imports).filter((target) => {
    const [, name, version] = /^npm:\/?((?:@[^/]+\/)?[^@/]+)@([^/]+)/.exec(target) ?? [];
    return name !== undefined && versions.get(name) !== version;
  });
  problems.push(...several.map((target) => `import_map.json: ${target} stands beside another version of it`));
  if (packageJson === null) return problems;
  const { dependencies, devDependencies } = PackageJson.parse(packageJson);
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    const pinned = versions.get(name);
    if (pinned !== undefined && pinned !== version) {
      problems.push(`${name} is ${pinned} in import_map.json and ${version} in web/package.json`);
    } else if (!/^\d+\.\d+\.\d+/.test(version)) {
      problems.push(`web/package.json: ${name} is ${version}, which pins no exact version`);
    }
  }
  return problems;
}

/** What may say which version this is; each of them is read as text. */
export interface VersionPages {
  changelog: string;
  /** JSON files that could have a `version`, by path. */
  manifests: Record<string, string | null>;
}

/** Sentences about pages that state another version than `version`, or state it a second time; none if all is well. */
export function ownVersionProblems(version: string, { changelog, manifests }: VersionPages): string[] {
  const problems: string[] = [];
  if (!/^\d+\.\d+\.\d+(-[0-9a-z]+(\.[0-9a-z]+)*)?$/.test(version)) {
    problems.push(`${VERSION_FILE}: ${version} is no version like 0.1.0 or 1.0.0-rc.1`);
  }
  const [, newest = "none"] = /^## (\S+?),? /m.exec(changelog) ?? [];
  if (newest !== version) {
    problems.push(`CHANGELOG.md: the newest heading is of ${newest}, and ${VERSION_FILE} says ${version}`);
  }
  for (const [path, text] of Object.entries(manifests)) {
    if (text !== null && "version" in Manifest.parse(JSON.parse(text))) {
      problems.push(`${path} states a version: it is stated in ${VERSION_FILE} alone`);
    }
  }
  return problems;
}

const Manifest = z.record(z.string(), z.unknown());
const VERSION_FILE = "supabase/functions/_shared/sms/version.ts";

/** Whether this project's own version is stated once. */
export async function checkOwnVersion(): Promise<string[]> {
  const read = (path: string) => readIfThere(join(projectRoot, path));
  const paths = ["deno.json", "deno.all.json", "package.json", "web/package.json", "web/deno.json"];
  const manifests = Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await read(path)])),
  );
  return ownVersionProblems(VERSION, { changelog: await read("CHANGELOG.md") ?? "", manifests });
}

/** The check for this project; `web/` need not exist. */
export async function checkVersions(): Promise<string[]> {
  const importMap = JSON.parse(await Deno.readTextFile(join(projectRoot, "import_map.json")));
  const web = await readIfThere(join(projectRoot, "web/package.json"));
  return versionProblems(importMap, web === null ? null : JSON.parse(web));
}
