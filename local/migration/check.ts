/** Whether `supabase/migrations` and `supabase/schemas` give the same database. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { type ProjectKind, projectSql } from "../bootstrap.ts";
import { type Catalogue, catalogueQueries, compareCatalogues, readCatalogue } from "../catalogue.ts";
import { createTestDatabase, type ServerAddress } from "../database.ts";
import { readIfThere } from "../files.ts";
import { type Migration, MigrationError, readMigrations } from "../migrations.ts";
import { startPostgres } from "../postgres.ts";
import { localFolder } from "../project.ts";
import {
  atTreeFile,
  baselineFile,
  joinTree,
  readTree,
  type SchemaFile,
  treeMigration,
  treeProblems,
} from "../schemas.ts";
import { frozenProblems, readFrozen } from "./frozen.ts";

const passedFile = join(localFolder, "schemas-checked");

/**
 * What `deno task ok` asks. Postgres is started only where one of the two has changed since it was last asked in this
 * clone: a fingerprint of what passed is kept in `.local`.
 *
 * @returns sentences that say what is wrong
 */
export async function checkSchemas(): Promise<string[]> {
  const [tree, migrations] = await Promise.all([readTree(), readMigrations()]);
  const problems = [
    ...treeProblems(tree),
    ...await frozenProblems(migrations),
    ...await openBaselineProblems(tree, migrations),
  ];
  if (problems.length > 0) return problems;
  const fingerprint = fingerprintOf(tree, migrations);
  if (await readIfThere(passedFile) === fingerprint) return [];
  await using server = await startPostgres({ ephemeral: true, data: "in memory" });
  const differences = await compareWithTree(server, tree, migrations);
  if (differences.length > 0) {
    return [
      ...differences,
      "Run `deno task migration NAME`: it writes what is missing in supabase/migrations.",
    ];
  }
  await Deno.mkdir(localFolder, { recursive: true });
  await Deno.writeTextFile(passedFile, fingerprint);
  return [];
}

/** A sentence per difference, or the one that Postgres refuses. */
export async function compareWithTree(
  server: ServerAddress,
  tree: SchemaFile[],
  migrations: Migration[],
  kind: ProjectKind = "new",
): Promise<string[]> {
  try {
    const [migrated, wanted] = await Promise.all([
      catalogueOf(server, migrations, kind),
      catalogueOf(server, [treeMigration(tree)], kind),
    ]);
    return compareCatalogues({ is: "the migrations", has: migrated }, { is: "the tree", has: wanted });
  } catch (error) {
    const said = atTreeFile(tree, error);
    if (said instanceof MigrationError) return [said.message];
    throw error;
  }
}

async function catalogueOf(
  server: ServerAddress,
  migrations: Migration[],
  kind: ProjectKind,
): Promise<Catalogue> {
  await using database = await createTestDatabase(server, migrations, kind);
  return await readCatalogue(database.sql);
}

/** Until it is frozen, the baseline is the tree, letter by letter, as long as nothing comes after it. */
async function openBaselineProblems(tree: SchemaFile[], migrations: Migration[]): Promise<string[]> {
  const [baseline, ...later] = migrations;
  const name = basename(baselineFile);
  if ((await readFrozen()).has(name) || later.length > 0) return [];
  if (baseline !== undefined && basename(baseline.path) === name && baseline.text === joinTree(tree)) {
    return [];
  }
  return ["The baseline is not the joined tree. Run `deno task migration --baseline`."];
}

function fingerprintOf(tree: SchemaFile[], migrations: Migration[]): string {
  const hash = createHash("sha256").update(projectSql("new")).update(catalogueQueries);
  for (const { path, text } of tree) hash.update(`\0${path}\0${text}`);
  for (const { path, text } of migrations) hash.update(`\0${basename(path)}\0${text}`);
  return hash.digest("hex");
}
