/** Makes the next migration from what was changed in the tree, and tries it on both kinds of project. */
import type { ProjectKind } from "../bootstrap.ts";
import { compareCatalogues, readCatalogue } from "../catalogue.ts";
import { createTestDatabase, type ServerAddress, type TestDatabase } from "../database.ts";
import { migrate, type Migration, MigrationError } from "../migrations.ts";
import { atTreeFile, type SchemaFile, treeMigration, treeStatements } from "../schemas.ts";
import { blocksInNoMigration, callsOfChanged } from "./by_hand.ts";
import { commentStatements } from "./comments.ts";
import { grantStatements, readPrivileges, sayPrivilege, without } from "./grants.ts";
import { risksOf } from "./risks.ts";
import { rowStatements } from "./rows.ts";
import { planStructure, type Structure } from "./structure.ts";
import { migrationText, type Parts } from "./text.ts";

export interface MakeOptions {
  server: ServerAddress;
  tree: SchemaFile[];
  migrations: Migration[];
  /** Of the new file. */
  version: string;
  name: string;
}

export interface Made {
  /** Null if there is nothing to write: the migrations give what the tree says, or only a person can. */
  migration: Migration | null;
  /** Why it may not be kept as it is: what Postgres said, or where its result is not the tree's. */
  problems: string[];
  /** What no catalogue shows, so that a person has to look. */
  byHand: string[];
  /** Statements that lose data, or fail on a project that has rows. */
  risks: string[];
}

/** What a migration says after the structure. */
type Rest = Pick<Parts, "comments" | "rows" | "grants">;

/** Both ways to a database, on a project of one kind. */
interface Side {
  kind: ProjectKind;
  migrated: TestDatabase;
  tree: TestDatabase;
}

/**
 * Both sides are made on a new project and on one that grants new objects to the API's roles: what a migration has to revoke
 * shows only there. Older projects lie between the two.
 *
 * @throws MigrationError if the tree or the migrations that there are cannot be applied
 */
export async function makeMigration(options: MakeOptions): Promise<Made> {
  await using databases = new AsyncDisposableStack();
  const side = (kind: ProjectKind) => makeSide(options, kind, databases);
  const [newer, open] = await Promise.all([side("new"), side("open")]);
  const structure = await planStructure(newer.migrated.url, newer.tree.url);
  const made = { risks: risksOf(structure), byHand: findByHand(options, structure) };
  const rest = await findRest(options, structure, [newer, open]);
  const size = [structure.statements, ...Object.values(rest)].flat().length;
  const migration = size === 0 ? null : migrationOf(options, structure, rest);
  const problems = [
    ...await findOpen(newer, open),
    ...await tryOut(options, migration, newer),
    ...await tryOut(options, migration, open),
  ];
  return { ...made, migration, problems };
}

async function makeSide(
  { server, tree, migrations }: MakeOptions,
  kind: ProjectKind,
  databases: AsyncDisposableStack,
): Promise<Side> {
  const make = async (files: Migration[]) => databases.use(await createTestDatabase(server, files, kind));
  const [migrated, fromTree] = await Promise.all([
    make(migrations),
    make([treeMigration(tree)]).catch((error) => {
      throw atTreeFile(tree, error);
    }),
  ]);
  return { kind, migrated, tree: fromTree };
}

function migrationOf(
  { tree, version, name }: MakeOptions,
  { statements }: Structure,
  rest: Rest,
): Migration {
  const text = migrationText({ name, structure: statements, ...rest, tree: treeStatements(tree) });
  return { version, name, path: `${version}_${name}.sql`, text };
}

/** What is left to do when the structure is there: measured on a project of each kind. */
async function findRest(options: MakeOptions, structure: Structure, sides: [Side, Side]): Promise<Rest> {
  const [{ migrated, tree }] = sides;
  const wanted = await readCatalogue(tree.sql);
  const rows = rowStatements(await readCatalogue(migrated.sql), wanted);
  const half = migrationOf(options, structure, { comments: [], rows: [], grants: [] });
  const [newer, open] = await Promise.all([
    structured(options, half, sides[0].kind),
    structured(options, half, sides[1].kind),
  ]);
  return {
    comments: commentStatements(newer.catalogue, wanted),
    rows,
    grants: grantStatements([newer.held, open.held], await readPrivileges(tree.sql)),
  };
}

/** What a project holds that has the structure alone. */
async function structured({ server, migrations }: MakeOptions, half: Migration, kind: ProjectKind) {
  await using database = await createTestDatabase(server, migrations, kind);
  try {
    await migrate(database.sql, [...migrations, half]);
  } catch (error) {
    // `tryOut` meets it again and says it.
    if (!(error instanceof MigrationError)) throw error;
  }
  return { held: await readPrivileges(database.sql), catalogue: await readCatalogue(database.sql) };
}

/** What the tree itself leaves to the project's defaults. */
async function findOpen(newer: Side, open: Side): Promise<string[]> {
  const left = without(await readPrivileges(open.tree.sql), await readPrivileges(newer.tree.sql));
  return left.map((privilege) =>
    `The tree leaves this to the project's default privileges. Close it in 90_grants.sql: ${
      sayPrivilege(privilege)
    }`
  );
}

/** Applies the migration where those before it are, and compares the result with the tree's. */
async function tryOut(
  { server, migrations }: MakeOptions,
  migration: Migration | null,
  { kind, tree }: Side,
): Promise<string[]> {
  await using database = await createTestDatabase(server, migrations, kind);
  try {
    await migrate(database.sql, migration ? [...migrations, migration] : migrations);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return [`On a project of the kind "${kind}": ${error.message}`];
  }
  return compareCatalogues(
    { is: `the migrations (${kind} project)`, has: await readCatalogue(database.sql) },
    { is: "the tree", has: await readCatalogue(tree.sql) },
  );
}

function findByHand({ tree, migrations }: MakeOptions, { functions }: Structure): string[] {
  const statements = treeStatements(tree);
  return [
    ...blocksInNoMigration(statements, migrations).map(({ place }) =>
      `supabase/schemas/${place} runs code that stands in no migration. Copy the statement into this one.`
    ),
    ...callsOfChanged(statements, functions).map(({ place }) =>
      `supabase/schemas/${place} calls a function that changed. If projects that exist need the call, repeat it in the migration.`
    ),
  ];
}
