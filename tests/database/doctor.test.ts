/** `deno task doctor --db`: what it finds in a database, and that it changes nothing there. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { Sql } from "postgres";
import { projectRoot } from "../../local/project.ts";
import { examine } from "../../tools/doctor/examine.ts";
import { Subject } from "../../tools/doctor/subject.ts";
import type { Report } from "../../tools/doctor/report.ts";
import { add, adopterProject } from "../support/adopter_project.ts";
import { testServer } from "../support/postgres.ts";
import { project } from "./adopter.ts";
import { emptyDbTest } from "./db_test.ts";
import { call } from "./support.ts";

const optionsFor = (databaseUrl: string, directory = projectRoot) => ({
  directory,
  databaseUrl,
  url: null,
  secretKey: null,
  workerKey: null,
  json: false,
});
const look = (databaseUrl: string, directory = projectRoot): Promise<Report> =>
  examine(optionsFor(databaseUrl, directory), { server: testServer });

/** As if the schedule of another machine had woken the worker a moment ago. */
const wakeIt = (sql: Sql) =>
  call(sql, "sms_record_wake", { woken_by: "schedule", key_ids: [], isolate_age_ms: 0 });

const problemsOf = ({ checks }: Report) =>
  Object.fromEntries(
    checks.filter(({ status }) => status === "failed").map(({ name, problems }) => [name, problems]),
  );

emptyDbTest(
  "the doctor finds nothing in a sound database, and could not write if it wanted",
  async ({ sql, database }) => {
    await wakeIt(sql);
    const report = await look(database.postgresUrl);
    assert.deepEqual(problemsOf(report), {});
    const done = report.checks.filter(({ status }) => status === "ok").map(({ name }) => name);
    for (
      const name of [
        "role",
        "names",
        "migrations",
        "extensions",
        "catalogue",
        "schedule",
        "credentials",
        "queue",
      ]
    ) {
      assert(done.includes(name), name);
    }
  },
);

interface Fault {
  readonly seed: string;
  readonly check: string;
  readonly what: RegExp;
  readonly mend: RegExp;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "a migration that was not applied": {
    seed: "delete from supabase_migrations.schema_migrations where version = '20261130180517'",
    check: "migrations",
    what:
      /^1 of \d+ migrations of ours is not applied: 20261130180517_sms_what_carriers_do\. Your newest one is newer/,
    mend: /db push --remote --include-all/,
  },
  "a policy that was changed": {
    seed: "alter policy select_own on public.sms_messages using (true)",
    check: "catalogue",
    what: /policy select_own on (public\.)?sms_messages was changed/,
    mend: /migration of yours/,
  },
  "a table that anybody may read": {
    seed: "grant select on public.sms_messages to anon",
    check: "catalogue",
    what: /relation (public\.)?sms_messages was changed/,
    mend: /migration of yours/,
  },
  "row level security that was switched off": {
    seed: "alter table public.sms_contacts disable row level security",
    check: "catalogue",
    what: /relation (public\.)?sms_contacts was changed/,
    mend: /migration of yours/,
  },
  "a verb that everybody may call": {
    seed: "grant execute on function public.sms_worker_health() to authenticated",
    check: "catalogue",
    what: /function (public\.)?sms_worker_health\(\) was changed/,
    mend: /migration of yours/,
  },
  "a trigger of theirs on a table of ours": {
    seed: `create function public.theirs() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger theirs before insert on public.sms_messages for each row execute function public.theirs()`,
    check: "catalogue",
    what: /trigger theirs on (public\.)?sms_messages was added/,
    mend: /migration of yours/,
  },
  "an index that is gone": {
    seed: "drop index public.sms_numbers_number_idx",
    check: "catalogue",
    what: /index (public\.)?sms_numbers_number_idx is gone/,
    mend: /migration of yours/,
  },
};

for (const [fault, { seed, check, what, mend }] of Object.entries(FAULTS)) {
  emptyDbTest(`the doctor names ${fault}, and what mends it`, async ({ sql, database }) => {
    await wakeIt(sql);
    await sql.unsafe(seed);
    const problems = problemsOf(await look(database.postgresUrl));
    assert.deepEqual(Object.keys(problems), [check]);
    const [problem, ...more] = problems[check] ?? [];
    assert(problem && more.length === 0, JSON.stringify(problems));
    assert.match(problem.what, what);
    assert.match(problem.mend, mend);
  });
}

emptyDbTest("the doctor names an extension that is gone", async ({ sql, database }) => {
  await wakeIt(sql);
  await sql.unsafe("drop extension pg_trgm cascade");
  const { extensions: [problem] = [] } = problemsOf(await look(database.postgresUrl));
  assert.match(problem?.what ?? "", /pg_trgm is gone/);
  assert.equal(problem?.mend, "create extension pg_trgm with schema extensions;");
});

emptyDbTest(
  "the doctor names a folder that lacks a migration of its own version",
  async ({ sql, database }) => {
    await wakeIt(sql);
    const folder = await Deno.makeTempDir({ prefix: "sms_doctor_" });
    try {
      await Deno.mkdir(join(folder, "supabase/migrations"), { recursive: true });
      await Deno.writeTextFile(join(folder, "supabase/config.toml"), "");
      const [file = ""] = (await Array.fromAsync(Deno.readDir(join(projectRoot, "supabase/migrations")))).map(
        ({ name }) => name,
      )
        .filter((name) => name.endsWith("_sms_baseline.sql"));
      await Deno.copyFile(
        join(projectRoot, "supabase/migrations", file),
        join(folder, "supabase/migrations", file),
      );
      const { migrations: [problem] = [] } = problemsOf(await look(database.postgresUrl, folder));
      assert.match(problem?.what ?? "", /supabase\/migrations lacks 20261130180517_sms_what_carriers_do/);
      assert.match(problem?.mend ?? "", /task add DIR --update/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

emptyDbTest(
  "the doctor of an adopted folder knows the migrations that task dev applied one by one",
  async ({ sql, database }) => {
    await wakeIt(sql);
    await using project = await adopterProject();
    await add(project);
    assert.deepEqual(problemsOf(await look(database.postgresUrl, project.folder)), {});

    await sql`delete from supabase_migrations.schema_migrations where version = '20261130180517'`;
    const { migrations: [problem] = [] } = problemsOf(await look(database.postgresUrl, project.folder));
    assert.match(problem?.what ?? "", /^1 of 1 migrations of ours is not applied: \d+_sms_/);
  },
);

emptyDbTest("the doctor names a worker that nothing wakes", async ({ database }) => {
  const { scheduler: [available] = [], schedule: [problem] = [] } = problemsOf(
    await look(database.postgresUrl),
  );
  assert.match(
    available?.what ?? "",
    /has no pg_cron, pg_net, supabase_vault: the database cannot wake the worker/,
  );
  assert.match(problem?.what ?? "", /cannot wake the worker/);
});

emptyDbTest("the doctor names a role that may not install", async ({ sql, database }) => {
  await wakeIt(sql);
  await sql.unsafe(
    `do $$ begin create role sms_doctor_reader login password 'reader'; exception when duplicate_object then null; end $$;
    grant pg_read_all_data to sms_doctor_reader`,
  );
  const url = new URL(database.postgresUrl);
  Object.assign(url, { username: "sms_doctor_reader", password: "reader" });
  const { role: [problem] = [] } = problemsOf(await look(url.href));
  assert.match(problem?.what ?? "", /role sms_doctor_reader may not create schemas or refer to auth\.users/);
  assert.match(problem?.mend ?? "", /database's owner/);
});

Deno.test("before anything is installed the doctor lists every name that is taken, and creates nothing", async () => {
  await using theirs = await project("create table public.sms_contacts (id int); create schema sms_other");
  const [{ name } = { name: "" }] = await theirs.sql<{ name: string }[]>`select current_database() as name`;
  const report = await look(testServer.url(name, "postgres"));
  const { names = [], migrations = [], ...others } = problemsOf(report);
  assert.deepEqual(Object.keys(others), ["scheduler"], "what needs our verbs is not looked at");
  for (const check of ["schedule", "credentials", "queue"]) {
    const { why } = report.checks.find(({ name }) => name === check) ?? {};
    assert.equal(why, "nothing of ours is in this database", check);
  }
  assert.deepEqual(names.map(({ what }) => what), [
    "public.sms_contacts exists. Rename it or move it to another schema (docs/moving.md).",
  ]);
  assert.match(migrations[0]?.what ?? "", /are not applied: .*Nothing of ours is in this database/);
  assert.equal(migrations[0]?.mend, "npx -y supabase@3.1.0 db push --remote", "nothing newer is there");
  const [row] = await theirs.sql`select to_regnamespace('sms_private') as ours`;
  assert.equal(row?.ours, null);
});

emptyDbTest(
  "a database that cannot be reached is a failed check, without the password",
  async ({ database }) => {
    const url = new URL(database.postgresUrl);
    Object.assign(url, { port: "1", password: "hunter2" });
    const report = await look(url.href);
    assert.equal(report.ok, false);
    const { role, ...others } = problemsOf(report);
    assert.match(role?.[0]?.what ?? "", /^The database cannot be reached: .*ECONNREFUSED/);
    assert.match(role?.[0]?.mend ?? "", /--db/);
    assert.deepEqual(others, {}, "it is said once");
    assert(!JSON.stringify(report).includes("hunter2"));
    await using subject = await Subject.of(optionsFor(database.postgresUrl));
    await assert.rejects(subject.sql()`create table public.written (id int)`, /read-only/);
  },
);
