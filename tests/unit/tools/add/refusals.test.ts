import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../../local/project.ts";
import { type Release, releaseOf } from "../../../../tools/add/release.ts";
import { compareVersions } from "../../../../tools/add/manifest.ts";
import { parseAddOptions } from "../../../../tools/add/options.ts";
import { describeNext } from "../../../../tools/add/report.ts";
import { findProject } from "../../../../tools/add/project.ts";
import {
  add,
  type AdopterProject,
  adopterProject,
  changedRelease,
  current,
  remove,
} from "../../../support/adopter_project.ts";

const removable = changedRelease(current, current.version, { "supabase/remove.sql": "select 1;\n" });
const older = changedRelease(current, "0.8.0", {});
const CONFIG = "supabase/config.toml";
const INDEX = "supabase/functions/sms-send/index.ts";

const IN_THE_WAY: [what: string, prepare: (project: AdopterProject) => Promise<unknown>, said: RegExp][] = [
  [
    "a function of our name",
    (project) => project.write(INDEX, "// theirs\n"),
    /in the way[\s\S]*sms-send\/index\.ts/,
  ],
  [
    "a config that does not parse",
    (project) => project.write(CONFIG, "[api\nport = 1\n"),
    /does not parse, line 1/,
  ],
  [
    "a block of ours that somebody wrote",
    async (project) =>
      project.write(CONFIG, `${await project.read(CONFIG)}\n[functions.sms-send]\nenabled = false\n`),
    /has a block for sms-send that `add` did not write.*Nothing was changed/,
  ],
  [
    "functions as one inline table",
    (project) => project.write(CONFIG, `functions = { api = { verify_jwt = true } }\n`),
    /config\.toml (cannot take our blocks|does not parse)/,
  ],
  [
    "a folder where a file of ours goes",
    (project) => Deno.mkdir(join(project.folder, INDEX), { recursive: true }),
    /sms-send\/index\.ts is no ordinary file/,
  ],
  [
    "a file where a folder of ours goes",
    (project) => project.write("supabase/functions/_shared/sms", "theirs\n"),
    /_shared\/sms\/.* cannot be written/,
  ],
  [
    "an env file that is not UTF-8, of which some would be lost",
    (project) =>
      Deno.writeFile(join(project.folder, "supabase/functions/.env"), new Uint8Array([65, 61, 0xe4, 10])),
    /functions\/\.env is not UTF-8/,
  ],
  [
    "an env file that is a folder",
    async (project) => {
      await Deno.remove(join(project.folder, "supabase/functions/.env"));
      await Deno.mkdir(join(project.folder, "supabase/functions/.env"));
    },
    /functions\/\.env is no ordinary file/,
  ],
  [
    "a manifest that names files of others",
    (project) =>
      project.write(
        "supabase-sms.json",
        JSON.stringify({
          about: "",
          version: "0.1.0",
          without: [],
          files: { "../package.json": "0".repeat(64) },
          config: null,
          env: null,
          migrations: {},
          pending: { version: "0.1.0", without: [], files: {}, config: null, env: null },
        }),
      ),
    /supabase-sms\.json cannot be read/,
  ],
  [
    "a manifest that is not ours",
    (project) => project.write("supabase-sms.json", "{}"),
    /supabase-sms\.json cannot be read/,
  ],
];
for (const [what, prepare, said] of IN_THE_WAY) {
  Deno.test(`add refuses and changes nothing: ${what}`, async () => {
    await using project = await adopterProject();
    await prepare(project);
    const before = await project.hashes();
    await assert.rejects(add(project), (error) => error instanceof UsageError && said.test(error.message));
    assert.deepEqual(await project.hashes(), before);
  });
}

Deno.test("add refuses and changes nothing where a newer version is, or this one already", async () => {
  await using project = await adopterProject();
  await assert.rejects(add(project, { update: true }), /is not in this project/);
  await assert.rejects(remove(project), /is not in this project/);
  await add(project);
  const before = await project.hashes();
  await assert.rejects(
    add(project),
    /is in this project already\. `--update` looks whether all of it is there/,
  );
  await assert.rejects(add(project, { release: older, update: true }), /which is newer than this 0\.8\.0/);
  assert.deepEqual(await project.hashes(), before);
});

Deno.test("--remove refuses where somebody wrote a block of their own between our lines", async () => {
  await using project = await adopterProject();
  await add(project, { release: removable });
  const end = "# supabase-sms: end.";
  const config = (await project.read(CONFIG)).replace(end, `[functions.theirs]\nverify_jwt = true\n${end}`);
  await project.write(CONFIG, config);
  const before = await project.hashes();
  await assert.rejects(remove(project, { release: removable }), /was edited between the lines/);
  assert.deepEqual(await project.hashes(), before);
  const { notices } = await add(project, { release: removable, update: true });
  assert.match(notices.join(), /blocks of ours were edited/);
  assert.equal(await project.read(CONFIG), config);
});

Deno.test("a folder that cannot be written is named, and nothing is changed", async () => {
  await using project = await adopterProject();
  const before = await project.hashes();
  const open = Deno.writeTextFile;
  Deno.writeTextFile = (path, text, options) =>
    String(path).includes("/migrations/")
      ? Promise.reject(new Deno.errors.PermissionDenied("Permission denied (os error 13)"))
      : open(path, text, options);
  try {
    await assert.rejects(
      add(project),
      /supabase\/migrations cannot be written: Permission denied\. Nothing was changed/,
    );
  } finally {
    Deno.writeTextFile = open;
  }
  assert.deepEqual(await project.hashes(), before);
});

/** As many kinds of files as a release has, and few of them: each place to stop at can be tried. */
function small(version: string): Release {
  return releaseOf(
    new Map([
      ["supabase/functions/_shared/sms/version.ts", `export const VERSION = "${version}";\n`],
      ["supabase/functions/sms-send/index.ts", `import "zod";\n// ${version}\n`],
      ["supabase/functions/sms-send/same.ts", "export {};\n"],
      [`supabase/functions/sms-stats/only_in_${version}.ts`, "export {};\n"],
      ["supabase/functions/sms-stats/index.ts", "export {};\n"],
      [`supabase/functions/sms-of-${version.replaceAll(/[^a-z]/g, "x")}/index.ts`, "export {};\n"],
      ["supabase/migrations/20260101000000_sms_one.sql", "select 1;\n"],
      [`supabase/migrations/20260201000000_sms_${version}.sql`, "select 2;\n"],
      ["supabase/remove.sql", "select 0;\n"],
      ["client/mod.ts", `// ${version}\n`],
      ["import_map.json", `{ "imports": { "zod": "npm:zod@4.6.7" } }`],
    ]),
  );
}

/** Stops a run after so many files, as a kill would. */
function stopAfter(count: number): () => void {
  let left = count;
  return () => {
    if (--left === 0) throw new Error("killed");
  };
}

async function steps(run: (wrote: () => void) => Promise<unknown>): Promise<number> {
  let count = 0;
  await run(() => count++);
  return count;
}

/** Every place between the first file and the last. */
function places(count: number): number[] {
  return Array.from({ length: count - 1 }, (_, at) => at + 1);
}

const [before, next] = [small("0.9.0"), small("1.0.0-rc.1")];
const NOW = new Date("2027-01-01T00:00:00Z");
async function finalState(project: AdopterProject): Promise<Record<string, string>> {
  const { "supabase/functions/.env": _, ...rest } = await project.hashes(); // its key is a new one each time
  return rest;
}

Deno.test("an addition that was stopped anywhere is finished by the next run", async () => {
  await using whole = await adopterProject();
  const count = await steps((wrote) => add(whole, { release: next, now: NOW, wrote }));
  const wanted = await finalState(whole);
  for (const at of places(count)) {
    await using project = await adopterProject();
    await assert.rejects(add(project, { release: next, now: NOW, wrote: stopAfter(at) }), /killed/);
    const plan = await add(project, { release: next, now: NOW });
    assert.equal(plan.does, "finish");
    assert.deepEqual(await finalState(project), wanted, `stopped after ${at}`);
  }
});

Deno.test("an addition of an older version that was stopped is finished by a newer one", async () => {
  await using project = await adopterProject();
  await assert.rejects(add(project, { release: before, wrote: stopAfter(6) }), /killed/);
  await add(project, { release: next });
  const { changes, kept } = await add(project, { release: next, update: true });
  assert.deepEqual([changes, kept], [[], []]);
});

Deno.test("an update that was stopped anywhere is finished by the next run", async () => {
  await using whole = await adopterProject();
  await add(whole, { release: before, now: NOW });
  const count = await steps((wrote) => add(whole, { release: next, update: true, now: NOW, wrote }));
  const wanted = await finalState(whole);
  for (const at of places(count)) {
    await using project = await adopterProject();
    await add(project, { release: before, now: NOW });
    await assert.rejects(
      add(project, { release: next, update: true, now: NOW, wrote: stopAfter(at) }),
      /killed/,
    );
    await add(project, { release: next, update: true, now: NOW });
    assert.deepEqual(await finalState(project), wanted, `stopped after ${at}`);
  }
});

Deno.test("a removal that was stopped anywhere is finished by the next, and by nothing else", async () => {
  await using whole = await adopterProject();
  const own = await whole.hashes();
  await add(whole, { release: next, now: NOW });
  const count = await steps((wrote) => remove(whole, { release: next, now: NOW, wrote }));
  const wanted = await whole.hashes();
  assert.equal(wanted["supabase/functions/.env"], own["supabase/functions/.env"]);
  for (const at of places(count)) {
    await using project = await adopterProject();
    await add(project, { release: next, now: NOW });
    await assert.rejects(remove(project, { release: next, now: NOW, wrote: stopAfter(at) }), /killed/);
    await assert.rejects(
      add(project, { release: next, update: true }),
      /An earlier `--remove` was stopped half-way/,
    );
    await remove(project, { release: next, now: NOW });
    const after = await project.hashes();
    assert.deepEqual(Object.keys(after), Object.keys(wanted), `stopped after ${at}`);
    for (const path of Object.keys(own)) assert.equal(after[path], own[path], path);
  }
});

Deno.test("an addition that was stopped can be removed, and only a migration that was written is undone", async () => {
  await using whole = await adopterProject();
  const own = await whole.hashes();
  const count = await steps((wrote) => add(whole, { release: next, now: NOW, wrote }));
  for (const at of places(count)) {
    await using project = await adopterProject();
    await assert.rejects(add(project, { release: next, now: NOW, wrote: stopAfter(at) }), /killed/);
    const plan = await remove(project, { release: next, now: NOW });
    const after = await project.hashes();
    const migrations = Object.keys(after).filter((path) => path.includes("/migrations/") && !(path in own));
    assert(migrations.length === 0 || migrations.length === 2, `${at}: ${migrations}`);
    assert.equal(plan.migration !== null, migrations.length === 2, `stopped after ${at}`);
    const said = describeNext(".", plan, { gitIgnoresEnv: true, exported: false }).join("\n");
    assert.equal(/db push/.test(said), migrations.length === 2, said);
    for (const path of Object.keys(own)) assert.equal(after[path], own[path], path);
  }
});

Deno.test("findProject() takes the folder, its supabase folder, or the only project below it", async () => {
  await using project = await adopterProject();
  assert.equal(await findProject(project.folder, "/"), project.folder);
  assert.equal(await findProject("supabase", project.folder), project.folder);
  await using monorepo = await adopterProject("packages/backend");
  assert.equal(await findProject(".", monorepo.root), monorepo.folder);
  assert.equal(await findProject("packages/backend", monorepo.root), monorepo.folder);
});

Deno.test("findProject() passes by a program that is named supabase", async () => {
  await using monorepo = await adopterProject("packages/backend");
  await Deno.mkdir(join(monorepo.root, "bin"));
  await Deno.writeTextFile(join(monorepo.root, "bin/supabase"), "a program\n");
  assert.equal(await findProject(".", monorepo.root), monorepo.folder);
  await assert.rejects(findProject("bin", monorepo.root), /no Supabase project in bin/);
});

Deno.test("a file that cannot be put in its place leaves no copy of a key behind", async () => {
  await using project = await adopterProject();
  const { rename } = Deno;
  Deno.rename = (from, to) =>
    String(to).endsWith(".env") ? Promise.reject(new Deno.errors.PermissionDenied("no")) : rename(from, to);
  try {
    await assert.rejects(add(project), /\.env could not be written/);
  } finally {
    Deno.rename = rename;
  }
  const left = Object.keys(await project.hashes()).filter((path) => path.endsWith(".sms-unfinished"));
  assert.deepEqual(left, []);
});

Deno.test("findProject() never takes our own clone, and sees what is beside it", async () => {
  await using project = await adopterProject("my-project");
  const own = join(project.root, "supabase-sms");
  await Deno.mkdir(join(own, "supabase"), { recursive: true });
  await Deno.writeTextFile(join(own, CONFIG), "");
  await assert.rejects(
    findProject(".", own, own),
    /\. is supabase-sms itself\. Give the folder of your project.*Nothing was changed/,
  );
  assert.equal(await findProject("..", own, own), project.folder);
});

Deno.test("findProject() says what is wrong with a folder", async () => {
  await using project = await adopterProject("packages/backend");
  await assert.rejects(findProject("nowhere", project.root), /There is no folder nowhere/);
  await assert.rejects(findProject("package.json", project.folder), /is no folder/);
  await assert.rejects(
    findProject("packages/backend/supabase/functions", project.root),
    /no Supabase project/,
  );
  await Deno.mkdir(join(project.root, "apps/other/supabase"), { recursive: true });
  await Deno.writeTextFile(join(project.root, "apps/other/supabase/config.toml"), "");
  await assert.rejects(
    findProject(".", project.root),
    /several Supabase projects.*apps\/other.*packages\/backend/,
  );
});

Deno.test("parseAddOptions() reads a folder and flags, and names what is wrong", () => {
  assert.deepEqual(parseAddOptions(["x", "--without", "old-routes,inbox", "--yes"]), {
    dir: "x",
    does: "add",
    without: ["inbox", "old-routes"],
    dryRun: false,
    yes: true,
    exportTo: null,
  });
  const url = "postgresql://postgres:hunter2@db.example:5432/postgres";
  const exporting = parseAddOptions(["x", "--remove", "--export", "kept.jsonl", "--db", url]);
  assert.deepEqual([exporting?.does, exporting?.exportTo], ["remove", {
    file: "kept.jsonl",
    databaseUrl: url,
  }]);
  const alone = parseAddOptions(
    ["x", "--export", "a"],
    (name) => name === "SUPABASE_SMS_DATABASE_URL" ? url : undefined,
  );
  assert.deepEqual([alone?.does, alone?.exportTo?.databaseUrl], ["export", url]);
  assert.equal(parseAddOptions(["--help"]), null);
  assert.deepEqual(parseAddOptions(["x", "--update", "--without", ""])?.without, []);
  const wrong: [string[], RegExp][] = [
    [[], /Name one folder/],
    [["x", "y"], /Name one folder/],
    [["x", "--force"], /--force/],
    [["x", "--without", "worker"], /There is no part worker\. The parts are: old-routes, inbox, client/],
    [["x", "--update", "--remove"], /choose one/],
    [["x", "--remove", "--without", "inbox"], /takes everything out/],
    [["x", "--update", "--export", "a", "--db", url], /--export goes with --remove, or stands alone/],
    [["x", "--without", "inbox", "--export", "a", "--db", url], /--export goes with --remove/],
    [["x", "--remove", "--db", url], /--db is for --export/],
    [["x", "--remove", "--export", "", "--db", url], /--export needs the name of a file/],
    [["x", "--export", "a", "--db", "mysql://root:hunter2@x/y"], /--db must have the form/],
    [
      ["../shop", "--remove", "--export", "kept.jsonl"],
      /needs the database's address.*Nothing was changed\.\n.*\n {2}export SUPABASE_SMS_DATABASE_URL='postgresql:.*\n {2}deno task add \.\.\/shop --remove --export kept\.jsonl$/s,
    ],
  ];
  for (const [args, said] of wrong) {
    assert.throws(
      () => parseAddOptions(args),
      (error: Error) => said.test(error.message) && !error.message.includes("hunter2"),
    );
  }
});

Deno.test("compareVersions() orders as semantic versioning says", () => {
  const ordered = [
    "0.9.0",
    "0.10.0",
    "1.0.0-alpha",
    "1.0.0-rc.1",
    "1.0.0-rc.2",
    "1.0.0-rc.10",
    "1.0.0",
    "1.0.1",
  ];
  const shuffled = [...ordered].sort((one, other) => one.length - other.length || (one < other ? 1 : -1));
  assert.deepEqual(shuffled.sort(compareVersions), ordered);
});
