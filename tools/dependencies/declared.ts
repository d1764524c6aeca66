import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "../../local/project.ts";
import { pinnedVersions } from "../../tests/ok/versions.ts";

const ImportMap = z.object({ imports: z.record(z.string(), z.string()) });
const PackageJson = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
});

/** A package that we ask for ourselves, and the files that do. */
export interface Declared {
  readonly name: string;
  readonly version: string;
  readonly places: readonly string[];
}

const MANIFESTS = ["web/package.json", "client/package.json", "bench/peer/package.json"];

/** By name. One that is in several files has the same version in each (`deno task ok`), but for a peer's range. */
export async function declaredPackages(root = projectRoot): Promise<Declared[]> {
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await Deno.readTextFile(join(root, path)));
  const all = [...pinnedVersions(ImportMap.parse(await read("import_map.json")).imports)]
    .map(([name, version]) => ({ name, version, place: "import_map.json" }));
  for (const place of MANIFESTS) {
    const { dependencies, devDependencies, peerDependencies } = PackageJson.parse(await read(place));
    for (
      const [name, version] of Object.entries({ ...peerDependencies, ...devDependencies, ...dependencies })
    ) {
      all.push({ name, version, place });
    }
  }
  return [...Map.groupBy(all, ({ name }) => name)].map(([name, found]) => ({
    name,
    version: found[0]?.version ?? "",
    places: found.map(({ place }) => place),
  })).sort((one, other) => one.name < other.name ? -1 : 1);
}

/** What is wrong between the packages and the page that says why there is each of them. */
export function pageProblems(page: string, names: readonly string[], besides: readonly string[]): string[] {
  const cells = page.split("\n").filter((line) => line.startsWith("| `")).map((line) =>
    line.split("|")[1] ?? ""
  );
  const written = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
  const covers = (row: string, name: string) =>
    row.endsWith("*") ? name.startsWith(row.slice(0, -1)) : row === name;
  return [
    ...names.filter((name) => !written.some((row) => covers(row, name)))
      .map((name) => `docs/dependencies.md has no row for ${name}`),
    ...[...new Set(written)].filter((row) => ![...names, ...besides].some((name) => covers(row, name)))
      .map((row) => `docs/dependencies.md has a row for ${row}, which nothing asks for`),
  ];
}
