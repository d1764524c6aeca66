/** What can be seen in the database, with --db. */
import { join } from "node:path";
import { readCatalogue } from "../../../local/catalogue.ts";
import { createTestDatabase, type ServerAddress } from "../../../local/database.ts";
import { startPostgres } from "../../../local/postgres.ts";
import { projectRoot } from "../../../local/project.ts";
import { listed, type Look, type Problem, PUSH, Skip } from "../check.ts";
import { migrationsIn } from "../project.ts";
import type { Subject } from "../subject.ts";

/** Before anything of ours is there: what would stop the first migration, asked by its own check. */
export const namesFree: Look = async (subject) => {
  if (await isInstalled(subject)) return [];
  const check = await Deno.readTextFile(join(projectRoot, "supabase/schemas/10_foundation/10_check.sql"));
  try {
    await subject.sql().unsafe(check);
    return [];
  } catch (error) {
    const lines = error instanceof Error ? error.message.split("\n- ").slice(1) : [];
    if (lines.length === 0) throw error;
    return lines.map((what) => ({ what, mend: "What it says; then run this again. Nothing was changed." }));
  }
};

export const role: Look = async (subject) => {
  const [may] = await subject.sql()<{ name: string; users: boolean; creates: boolean }[]>`
    select current_user::text as name, has_database_privilege(current_database(), 'create') as creates,
      coalesce(has_table_privilege(to_regclass('auth.users'), 'references'), false) as users`;
  if (may?.users && may.creates) return [];
  return [{
    what: `The role ${may?.name} may not create schemas or refer to auth.users, as the migrations do.`,
    mend: "Use the database's owner (postgres): Dashboard > Connect.",
  }];
};

export const scheduler: Look = async (subject) => {
  const rows = await subject.sql()<{ name: string }[]>`
    select needed.name from unnest(array['pg_cron', 'pg_net', 'supabase_vault']) needed (name)
    where not exists (select from pg_available_extensions a where a.name = needed.name) order by 1`;
  if (rows.length === 0) return [];
  const names = rows.map(({ name }) => name).join(", ");
  if (await isInstalled(subject) && await wokenBySchedule(subject)) {
    throw new Skip(`this server has no ${names}, and another scheduler wakes the worker`);
  }
  return [{
    what: `This server has no ${names}: the database cannot wake the worker.`,
    mend: "Let any scheduler POST to /functions/v1/sms-worker every ten seconds (docs/operations.md).",
  }];
};

async function wokenBySchedule(subject: Subject): Promise<boolean> {
  const [row] = await subject.sql()<
    { woken: boolean }[]
  >`select (public.sms_worker_health() -> 'schedule' ->> 'last_woken_at')::timestamptz
    > now() - interval '5 minutes' as woken`;
  return row?.woken === true;
}

export const migrations: Look = async (subject) => {
  const { release, project } = subject;
  const files = project.migrations.filter((file) => migrationsIn(file, release).length > 0);
  const held = new Set(files.flatMap((file) => migrationsIn(file, release)));
  const problems: Problem[] = [];
  const lacking = release.migrations.map(fullName).filter((name) => !held.has(name));
  if (project.migrations.length > 0 && lacking.length > 0) {
    problems.push({
      what: `supabase/migrations lacks ${listed(lacking, 3)} of this version.`,
      mend: "deno task add DIR --update, then db push",
    });
  }
  const applied = await appliedIn(subject);
  const looked = files.length > 0 ? files : release.migrations;
  const waiting = looked.filter((file) => {
    const ours = migrationsIn(file, release);
    return !applied.versions.has(file.version) && !ours.every((name) => applied.ours.has(name));
  });
  if (waiting.length > 0) {
    const newest = [...applied.versions].sort().at(-1) ?? "";
    const older = waiting.some(({ version }) => version < newest);
    const half = await isInstalled(subject) && applied.versions.size > 0;
    problems.push({
      what: `${waiting.length} of ${looked.length} migrations of ours ${
        waiting.length === 1 ? "is" : "are"
      } not applied: ${listed(waiting.map(fullName), 3)}${
        older ? ". Your newest one is newer, so a plain `db push` is refused" : ""
      }${half ? "" : ". Nothing of ours is in this database"}.`,
      mend: older ? `${PUSH} --include-all` : PUSH,
    });
  }
  return problems;
};

const fullName = ({ version, name }: { version: string; name: string }) => `${version}_${name}`;

interface Applied {
  /** Of all that was applied, theirs as well. */
  readonly versions: ReadonlySet<string>;
  /** Our migrations, whether each was applied by itself (`task dev`) or joined in a file of the adopter's (`db push`). */
  readonly ours: ReadonlySet<string>;
}

async function appliedIn(subject: Subject): Promise<Applied> {
  const sql = subject.sql();
  const [table] = await sql<{ there: boolean; statements: boolean }[]>`
    select to_regclass('supabase_migrations.schema_migrations') is not null as there, exists (
      select from pg_attribute a where a.attrelid = to_regclass('supabase_migrations.schema_migrations')
        and a.attname = 'statements' and not a.attisdropped) as statements`;
  if (!table?.there) return { versions: new Set(), ours: new Set() };
  const rows = await sql<{ version: string; head: string | null }[]>`
    select version, ${table.statements ? sql`left(statements[1], 4000)` : sql`null`} as head
    from supabase_migrations.schema_migrations`;
  const { project, release } = subject;
  const ours = rows.flatMap(({ version, head }) => {
    const known = [...project.migrations, ...release.migrations].filter((file) => file.version === version);
    // The head of a joined file is kept with its first statement, also where the folder is not at hand.
    return [...known, { version, name: "", text: head ?? "" }].flatMap((file) => migrationsIn(file, release));
  });
  return { versions: new Set(rows.map(({ version }) => version)), ours: new Set(ours) };
}

export const extensions: Look = async (subject) => {
  await needInstalled(subject);
  const rows = await subject.sql()<
    { name: string }[]
  >`select needed.name from unnest(array['pg_trgm', 'btree_gin']) needed (name)
    where not exists (select from pg_extension e where e.extname = needed.name) order by 1`;
  return rows.map(({ name }) => ({
    what: `The extension ${name} is gone: searching conversations fails.`,
    mend: `create extension ${name} with schema extensions;`,
  }));
};

/** Kinds whose text does not depend on Postgres's version, and all others where the version is the same. */
const ANY_VERSION = /^(policy|trigger|function) /;
const NEVER = /^(row of|extension|default privilege|comment) /;

/** Grants, row level security, policies and functions as they are shipped: compared with a database made from our migrations. */
export const catalogue = (server?: ServerAddress): Look => async (subject) => {
  await needInstalled(subject);
  if ((await migrations(subject)).length > 0) throw new Skip("not all of our migrations are applied");
  const [has, wanted] = [await readCatalogue(subject.sql()), await expected(subject, server)];
  const [version] = await subject.sql()<
    { major: number }[]
  >`select current_setting('server_version_num')::int / 10000 as major`;
  const counts = (name: string) => !NEVER.test(name) && (version?.major === 17 || ANY_VERSION.test(name));
  const isOurs = (name: string) => /\bsms_(private\b|\w+)/.test(name);
  const changed = [...wanted].filter(([name, value]) =>
    counts(name) && has.has(name) && has.get(name) !== value
  );
  const gone = [...wanted.keys()].filter((name) => counts(name) && !has.has(name));
  const added = [...has.keys()].filter((name) =>
    counts(name) && isOurs(name) && !wanted.has(name) && !isPlatform(name)
  );
  return [
    ["was changed", "were changed", changed.map(([name]) => name)] as const,
    ["is gone", "are gone", gone] as const,
    ["was added", "were added", added] as const,
  ].filter(([, , names]) => names.length > 0).map(([one, several, names]) => ({
    what: `In the database ${listed(names, 4)} ${
      names.length === 1 ? one : several
    }, compared with version ${subject.release.version}.`,
    mend: "Undo it by a migration of yours; supabase/schemas says how each thing is.",
  }));
};

/** Made where the project has Realtime (70_platform/live_updates.sql), and not by the migration elsewhere. */
const isPlatform = (name: string) => /^trigger announce_changes on /.test(name);

async function expected(subject: Subject, server?: ServerAddress) {
  await using made = server === undefined
    ? await startPostgres({ ephemeral: true, data: "in memory" })
    : null;
  const at = server ?? made;
  if (at === null) throw new Error("no server");
  await using database = await createTestDatabase(at, [...subject.release.migrations]);
  return await readCatalogue(database.sql);
}

function isInstalled(subject: Subject): Promise<boolean> {
  return subject.once("installed", async () => {
    const [row] = await subject.sql()<
      { there: boolean }[]
    >`select to_regnamespace('sms_private') is not null as there`;
    return row?.there === true;
  });
}

async function needInstalled(subject: Subject): Promise<void> {
  if (!await isInstalled(subject)) throw new Skip("nothing of ours is in this database");
}
