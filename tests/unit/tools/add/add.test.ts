import assert from "node:assert/strict";
import { parse as parseToml } from "smol-toml";
import { parseEnv } from "node:util";
import { UsageError } from "../../../../local/project.ts";
import { migrationsOf } from "../../../../tools/add/release.ts";
import {
  add,
  adopterProject,
  changedRelease,
  current,
  release09,
  remove,
} from "../../../support/adopter_project.ts";

const REMOVES = { "supabase/remove.sql": "select 'everything of ours goes';\n" };
const removable = changedRelease(current, current.version, REMOVES);
const HANDLER = "supabase/functions/sms-send/handler.ts";

/** What config.toml says, as plain objects. */
function parse(text: string): Record<string, Record<string, unknown>> {
  return JSON.parse(JSON.stringify(parseToml(text)));
}

function refused(words: RegExp) {
  return (error: unknown) => error instanceof UsageError && words.test(error.message);
}

Deno.test("add writes what is ours and leaves every file of theirs as it was", async () => {
  await using project = await adopterProject();
  const before = await project.hashes();
  await add(project);
  const after = await project.hashes();
  const touched = ["supabase/config.toml", "supabase/functions/.env"];
  for (const [path, hash] of Object.entries(before)) {
    if (!touched.includes(path)) assert.equal(after[path], hash, path);
  }
  const added = Object.keys(after).filter((path) => !(path in before));
  assert.deepEqual(
    added.filter((path) =>
      !/^supabase\/functions\/(sms-[a-z]+|_shared\/sms)\/|^supabase\/migrations\/\d+_sms_[0-9a-z_]+\.sql$|^supabase-sms\.json$|^supabase-sms-client\//
        .test(path)
    ),
    [],
  );
  assert.equal(added.filter((path) => path.startsWith("supabase/migrations/")).length, 1);
  assert.equal(added.filter((path) => /sms-[a-z]+\/index\.ts$/.test(path)).length, 10);
});

Deno.test("add puts its blocks behind config.toml's own text, which still says the same", async () => {
  await using project = await adopterProject();
  const before = await project.read("supabase/config.toml");
  await add(project);
  const after = await project.read("supabase/config.toml");
  assert(after.startsWith(before), "their text is the beginning of it");
  const { functions, ...rest } = parse(after);
  const { functions: theirs, ...theirRest } = parse(before);
  assert.deepEqual(rest, theirRest);
  assert.deepEqual({ ...functions, ...theirs }, functions);
  const ours = Object.entries(functions ?? {}).filter(([name]) => name.startsWith("sms-"));
  assert.equal(ours.length, 10);
  for (const [name, block] of ours) assert.deepEqual(block, { verify_jwt: false }, name);
});

Deno.test("add names settings of config.toml that ours cannot work with, and leaves them", async () => {
  await using project = await adopterProject();
  const config = (await project.read("supabase/config.toml")).replace(
    '["public", "graphql_public"]',
    '["app"]',
  );
  await project.write("supabase/config.toml", `${config}\n[edge_runtime]\ndeno_version = 1\n`);
  const { notices } = await add(project);
  assert.match(notices.join("\n"), /deno_version is 1[\s\S]*does not list "public"/);
  assert.match(await project.read("supabase/config.toml"), /deno_version = 1/);
  await using sound = await adopterProject();
  assert.deepEqual((await add(sound)).notices, []);
});

Deno.test("add writes one fresh key, no empty value, and leaves a key that is there alone", async () => {
  await using project = await adopterProject();
  await add(project);
  const env = parseEnv(await project.read("supabase/functions/.env"));
  assert.deepEqual([env.STRIPE_KEY, env.MENU], ["sk_test_1", "lunch"]);
  assert.equal(atob(env.SMS_CREDENTIALS_KEY ?? "").length, 32);
  assert.deepEqual(Object.values(env).filter((value) => value === ""), []);
  const manifest = await project.read("supabase-sms.json");
  assert(!manifest.includes(env.SMS_CREDENTIALS_KEY ?? ""), "the manifest is committed and holds no key");

  await using other = await adopterProject();
  await other.write("supabase/functions/.env", "SMS_CREDENTIALS_KEY=theirs\n");
  await add(other);
  assert.equal(await other.read("supabase/functions/.env"), "SMS_CREDENTIALS_KEY=theirs\n");

  await other.write("supabase/functions/.env", "SMS_CREDENTIALS_KEY=\n");
  await assert.rejects(add(other, { update: true }), refused(/sets SMS_CREDENTIALS_KEY to nothing/));
});

Deno.test("an update makes no other key where the env file is not there, as in a fresh clone", async () => {
  const next = changedRelease(current, "9.0.0", {});
  await using project = await adopterProject();
  await add(project);
  await Deno.remove(`${project.folder}/supabase/functions/.env`);
  const { changes, notices } = await add(project, { release: next, update: true });
  assert.deepEqual(changes.filter(({ path }) => path.endsWith(".env")), []);
  assert.match(notices.join(), /has no SMS_CREDENTIALS_KEY, and none was made/);
  assert((await project.hashes())["supabase/functions/.env"] === undefined);

  // 0.9 was copied by hand: there is no manifest, and its migrations are there.
  await using copied = await adopterProject();
  const [name = "", text = ""] = [...migrationsOf(release09)][0] ?? [];
  await copied.write(`supabase/migrations/${name}.sql`, text);
  await add(copied);
  assert(!(await copied.read("supabase/functions/.env")).includes("SMS_CREDENTIALS_KEY"));
});

Deno.test("an env file that was edited around our lines keeps each of theirs after --remove", async () => {
  for (const after of ["", "MORE=1\n"]) {
    for (const inside of ["", "TWILIO_ACCOUNT_SID=AC1\n"]) {
      await using project = await adopterProject();
      await add(project, { release: removable });
      const ours = (await project.read("supabase/functions/.env")).replace(
        /[^]*(?=# supabase-sms: begin)/,
        "",
      );
      await project.write(
        "supabase/functions/.env",
        `MENU=lunch\n${ours.replace("# supabase-sms: end", `${inside}$&`)}${after}`,
      );
      await remove(project, { release: removable });
      const left = parseEnv(await project.read("supabase/functions/.env"));
      assert.deepEqual({ ...left }, { MENU: "lunch", ...parseEnv(inside), ...parseEnv(after) });
    }
  }
});

Deno.test("a file of theirs with a mark of byte order keeps it, and its rights", async () => {
  await using project = await adopterProject();
  const path = `${project.folder}/supabase/functions/.env`;
  await project.write("supabase/functions/.env", "\uFEFFMENU=lunch\n");
  await Deno.chmod(path, 0o666);
  await add(project, { release: removable });
  const { mode } = await Deno.stat(path);
  assert.equal((mode ?? 0) & 0o777, 0o666);
  assert((await Deno.readFile(path))[0] === 0xef);
  await remove(project, { release: removable });
  assert.deepEqual(await Deno.readFile(path), new TextEncoder().encode("\uFEFFMENU=lunch\n"));
});

Deno.test("the migration comes after their newest one, in the order of numbers and of names", async () => {
  await using project = await adopterProject();
  const { migration } = await add(project);
  const stamp = /(\d+)_sms_/.exec(migration?.path ?? "")?.[1] ?? "";
  assert.equal(stamp, "20991202000000");
  assert(`${stamp}_sms` > "20991201_reviews");
  await using empty = await adopterProject();
  await Deno.remove(`${empty.folder}/supabase/migrations`, { recursive: true });
  const first = await add(empty, { now: new Date("2027-02-03T04:05:06Z") });
  assert.match(first.migration?.path ?? "", /^supabase\/migrations\/20270203040506_sms_/);
});

Deno.test("an update writes only what changed, and one migration of what is new", async () => {
  await using project = await adopterProject();
  const first = await add(project, { release: release09 });
  const before = await project.hashes();
  const next = changedRelease(release09, "1.0.0", {
    [HANDLER]: "export const handler = 2;\n",
    "supabase/functions/sms-send/new.ts": "export {};\n",
    "supabase/functions/sms-send/send_broadcast.ts": null,
    "supabase/migrations/20270101000000_sms_next.sql": "select 'next';\n",
  });
  const plan = await add(project, { release: next, update: true });
  assert.equal(plan.does, "update");
  assert.deepEqual(plan.migration?.contains, ["20270101000000_sms_next"]);
  assert((plan.migration?.path ?? "") > (first.migration?.path ?? "x"), "after the first one");
  const after = await project.hashes();
  const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((path) => before[path] !== after[path]).sort();
  assert.deepEqual(
    differing,
    [
      "supabase-sms.json",
      "supabase/functions/_shared/sms/version.ts",
      HANDLER,
      "supabase/functions/sms-send/new.ts",
      "supabase/functions/sms-send/send_broadcast.ts",
      plan.migration?.path,
    ].sort(),
  );
  const again = await add(project, { release: next, update: true });
  assert.deepEqual([again.changes, again.kept], [[], []]);
});

Deno.test("an update keeps an edited file, names it, and writes a patch that makes ours of it", async () => {
  await using project = await adopterProject();
  await add(project, { release: release09 });
  const edited = `// Bistro's.\n${await project.read(HANDLER)}`;
  await project.write(HANDLER, edited);
  const ours = `${release09.files.get(HANDLER)}// New in ours.\n`;
  const next = changedRelease(release09, "1.0.0", { [HANDLER]: ours });
  const { kept } = await add(project, { release: next, update: true });
  const patch = `${HANDLER}.sms-update.patch`;
  assert.deepEqual(kept, [{ path: HANDLER, patch }]);
  assert.equal(await project.read(HANDLER), edited);
  const applied = await new Deno.Command("git", {
    args: ["apply", "-p0", patch],
    cwd: project.folder,
    env: { GIT_CEILING_DIRECTORIES: project.root },
  }).output();
  assert(applied.success, new TextDecoder().decode(applied.stderr));
  assert.equal(await project.read(HANDLER), ours);
  const { changes } = await add(project, { release: next, update: true });
  assert.deepEqual(changes, [{ path: patch, text: null }], "the patch goes once it is applied");
});

Deno.test("an edited file that did not change in ours is named and gets no patch", async () => {
  await using project = await adopterProject();
  await add(project, { release: release09 });
  await project.write(HANDLER, "// Bistro's.\n");
  const { kept } = await add(project, { release: changedRelease(release09, "1.0.0", {}), update: true });
  assert.deepEqual(kept, [{ path: HANDLER, patch: null }]);
});

Deno.test("a part is left out, an update remembers it, and brings it back when asked", async () => {
  await using project = await adopterProject();
  const sizes = async () => {
    const blocks = Object.keys(parse(await project.read("supabase/config.toml")).functions ?? {});
    return [blocks.filter((name) => name.startsWith("sms-")).length, blocks.includes("sms-api")];
  };
  await add(project, { release: release09, without: ["old-routes"] });
  assert.deepEqual(await sizes(), [9, false]);
  await add(project, { update: true });
  assert.deepEqual(await sizes(), [9, false]);
  await add(project, { update: true, without: ["inbox"] });
  assert.deepEqual(await sizes(), [9, true]);
  const left = Object.keys(await project.hashes()).filter((path) => path.includes("sms-preview"));
  assert.deepEqual(left, []);
});

Deno.test("the client is one part: copied with this version, left out when asked, and gone after --remove", async () => {
  await using project = await adopterProject();
  const release = changedRelease(removable, "1.2.3", {
    "client/mod.ts": `export { x } from "./live/x.ts";\n`,
    "client/live/x.ts": "export const x = 1;\n",
    "client/live/x.test.ts": "// not copied\n",
    "client/package.json": `{ "name": "@supabase-sms/client", "version": "0.0.0" }\n`,
  });
  const copied = async () =>
    Object.keys(await project.hashes()).filter((path) => /^supabase-sms-client.+[^/]$/.test(path));
  await add(project, { release });
  const files = await copied();
  for (const path of ["live/x.ts", "mod.ts", "package.json"]) {
    assert(files.includes(`supabase-sms-client/${path}`), path);
  }
  assert.equal(files.find((path) => path.includes(".test.")), undefined);
  assert.equal(JSON.parse(await project.read("supabase-sms-client/package.json")).version, "1.2.3");
  await add(project, { release, update: true, without: ["client"] });
  assert.deepEqual(await copied(), []);
  await add(project, { release, update: true, without: [] });
  await remove(project, { release });
  assert.deepEqual(
    Object.keys(await project.hashes()).filter((path) => path.startsWith("supabase-sms-client")),
    [],
  );
});

Deno.test("after --remove every file of theirs is as before, byte by byte, and only migrations stay", async () => {
  for (
    const change of [
      (text: string) => text,
      (text: string) => `${text}\n`,
      (text: string) => text.replaceAll("\n", "\r\n"),
    ]
  ) {
    await using project = await adopterProject();
    for (const path of ["supabase/config.toml", "supabase/functions/.env"]) {
      await project.write(path, change(await project.read(path)));
    }
    const before = await project.hashes();
    await add(project, { release: release09 });
    await add(project, { release: removable, update: true });
    const { migration } = await remove(project, { release: removable });
    const after = await project.hashes();
    const left = Object.keys(after).filter((path) => !(path in before));
    assert.deepEqual(left.filter((path) => !/_sms_[0-9a-z_]+\.sql$/.test(path)), []);
    for (const path of left) delete after[path];
    assert.deepEqual(after, before);
    assert.equal(left.at(-1), migration?.path, "the removal is the newest");
    assert.match(await project.read(migration?.path ?? ""), /everything of ours goes/);
  }
});

Deno.test("after --remove it can be added again, with all its migrations", async () => {
  await using project = await adopterProject();
  const first = await add(project, { release: removable });
  await remove(project, { release: removable });
  const again = await add(project, { release: removable });
  assert.deepEqual(again.migration?.contains, first.migration?.contains);
});

Deno.test("--remove keeps what somebody edited or wrote into our folders, and says so", async () => {
  await using project = await adopterProject();
  await add(project, { release: removable });
  await project.write(HANDLER, "// Bistro's.\n");
  await project.write("supabase/functions/_shared/sms/theirs.ts", "export {};\n");
  const env = (await project.read("supabase/functions/.env")).replace(
    "# OPENAI_API_KEY=sk-…",
    "OPENAI_API_KEY=sk-1",
  );
  await project.write("supabase/functions/.env", env);
  const { kept } = await remove(project, { release: removable });
  assert.deepEqual(kept, [{ path: HANDLER, patch: null }]);
  assert.equal(await project.read(HANDLER), "// Bistro's.\n");
  await project.read("supabase/functions/_shared/sms/theirs.ts");
  const rest = parseEnv(await project.read("supabase/functions/.env"));
  assert.deepEqual({ ...rest }, { STRIPE_KEY: "sk_test_1", MENU: "lunch", OPENAI_API_KEY: "sk-1" });
});

Deno.test("--remove from a release without remove.sql says so and changes nothing", async () => {
  await using project = await adopterProject();
  await add(project, { release: release09 });
  const before = await project.hashes();
  await assert.rejects(remove(project, { release: release09 }), refused(/has no supabase\/remove\.sql/));
  assert.deepEqual(await project.hashes(), before);
});
