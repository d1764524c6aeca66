/** The pages about adding, updating, removing and restoring, by the commands that they print, with what they say one sees. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { createTestDatabase } from "../../local/database.ts";
import { packRelease, writeRelease } from "../../tools/release.ts";
import { standIn } from "../edge/deploying.ts";
import { functionNames } from "../ok/import_graph.ts";
import { add, type AdopterProject, adopterProject, release09 } from "../support/adopter_project.ts";
import { type Origin, startOrigin } from "../support/pages/clone.ts";
import { bash, type Printed, printed } from "../support/pages/printed.ts";
import { testDatabase, testServer } from "../support/postgres.ts";

/** Counts, days and folders are those of the day; all else stands there as the page says, in its order. */
function assertPrints(said: string, { prints }: Printed, folder: string): void {
  let rest = general(said, folder);
  for (const line of prints.map((line) => general(line).trim())) {
    const at = rest.indexOf(line);
    assert(at >= 0, `prints "${line}"; there was:\n${rest}`);
    rest = rest.slice(at + line.length);
  }
}

/** From its title to `Done.` the page leaves nothing out. */
function assertPrintsAll(said: string, { prints }: Printed, folder: string): void {
  const lines = general(said, folder).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const from = lines.findIndex((line) => line.startsWith("supabase-sms "));
  // Nobody is there to be asked: --yes.
  const promised = prints.filter((line) => !line.startsWith("Write this?")).map((line) =>
    general(line).trim()
  );
  assert.deepEqual(lines.slice(from, lines.indexOf("Done.") + 1), promised);
}

function general(text: string, folder = "/path/to/my-project"): string {
  return text.replaceAll(folder, "/path/to/my-project").replaceAll(/\d{14}/g, "STAMP")
    .replaceAll(/\d+ files?/g, "N files").replaceAll(/one migration(, of \d+)?/g, "one migration")
    .replaceAll(/ +/g, " ");
}

/** The commands of a script, without what is said beside them. */
const commandsIn = (script: string) => script.trim().split("\n").map((line) => line.replace(/ +#.*/, ""));

/** The lines of a page's first block that clone us, in the folder that holds the project. */
const cloneCommand = async () => (await printed("docs/start.md", "git clone")).code.split("\n")[0] ?? "";

async function cloned(project: AdopterProject, origin: Origin): Promise<string> {
  await bash(await cloneCommand(), project.root, origin.env);
  return join(project.root, "supabase-sms");
}

Deno.test("docs/start.md adds it to a project as printed, docs/restore.md takes away what sends", async () => {
  await using project = await adopterProject("my-project");
  await using origin = await startOrigin();
  await using database = await createTestDatabase(testServer, []);
  await using platform = await standIn();
  const addBlock = await printed("docs/start.md", "git clone");
  const settings = await printed("docs/start.md", "TWILIO_ACCOUNT_SID=");
  const deployBlock = await printed("docs/start.md", "cd ../my-project");
  const added = addBlock.as({ "../my-project": "../my-project --yes" });
  assertPrintsAll(await bash(added, project.root, origin.env), addBlock, project.folder);

  let env = await project.read("supabase/functions/.env");
  for (const line of settings.as().trim().split("\n")) {
    assert(env.includes(`# ${line}`), `the env file has # ${line}`);
    env = env.replace(`# ${line}`, line);
  }
  await project.write("supabase/functions/.env", env);

  const flags = platform.flags.join(" ");
  const deployed = deployBlock.as({
    "db push --remote": `db push --yes "--remote=${database.postgresUrl}?sslmode=disable"`,
    "secrets set": `secrets set ${flags}`,
    "functions deploy": `functions deploy ${flags}`,
  });
  const clone = join(project.root, "supabase-sms");
  assertPrints(await bash(deployed, clone, platform.env), deployBlock, project.folder);
  assert.deepEqual(platform.api.refused, []);
  assert.deepEqual(
    platform.api.uploads.map(({ slug }) => slug).sort(),
    await functionNames(),
    "none of theirs",
  );
  assert.equal(platform.api.secrets.get("OPENAI_API_KEY"), "sk-…");
  assert.equal(atob(platform.api.secrets.get("SMS_CREDENTIALS_KEY") ?? "").length, 32);
  const [installed] = await database.sql`select to_regclass('public.sms_messages') is not null as there`;
  assert(installed?.there);

  const inReadme = await printed("README.md", "npx -y deno@2.9.6 task add ../my-project");
  assert.deepEqual(commandsIn(inReadme.as()), [
    ...commandsIn(addBlock.code).slice(1),
    ...commandsIn(deployBlock.code),
  ]);

  const remove = await printed("docs/restore.md", "npx -y supabase@3.1.0 functions delete sms-worker");
  await bash(remove.as({ "functions delete": `functions delete ${flags}` }), project.folder, platform.env);
  const sending = ["sms-worker", "sms-send", "sms-api"];
  const all = await functionNames();
  assert.deepEqual([...platform.api.deployed.keys()].sort(), all.filter((name) => !sending.includes(name)));
  const giveBack = await printed("docs/restore.md", "npx -y supabase@3.1.0 functions deploy");
  await bash(giveBack.as({ "functions deploy": `functions deploy ${flags}` }), project.folder, platform.env);
  assert.deepEqual([...platform.api.deployed.keys()].sort(), all);
  assert.deepEqual(platform.api.refused, []);
});

Deno.test("docs/upgrading.md updates a project from 0.9 and removes it, as printed", async () => {
  await using project = await adopterProject("my-project");
  await using origin = await startOrigin();
  const before = await project.hashes();
  await add(project, { release: release09 });
  const clone = await cloned(project, origin);
  const update = await printed("docs/upgrading.md", "npx -y deno@2.9.6 task add ../my-project --update");
  const removal = await printed("docs/upgrading.md", "npx -y deno@2.9.6 task add ../my-project --remove");
  const copy = await printed("docs/upgrading.md", "export SUPABASE_SMS_DATABASE_URL");
  const released = await printed("docs/upgrading.md", "npx -y deno@2.9.6 run -A https://YOUR_HOST");
  assertPrintsAll(await bash(update.as({ "--update": "--update --yes" }), clone), update, project.folder);

  const packed = await packRelease();
  const host = await Deno.makeTempDir({ prefix: "supabase-sms-release-" });
  await writeRelease(packed, host);
  assert.match(
    await bash(released.as({ "https://YOUR_HOST/": `${host}/` }), project.root),
    /nothing is to be changed/,
  );
  await Deno.remove(host, { recursive: true });

  await using database = await testDatabase();
  const kept = join(project.root, "sms.jsonl");
  const copied = await bash(
    copy.as({
      "postgresql://postgres.YOUR_PROJECT:PASSWORD@HOST:5432/postgres": database.postgresUrl,
      "--remove": "--yes",
      "sms.jsonl": kept,
    }),
    clone,
  );
  assert.match(copied, /sms\.jsonl: \d+ tenants?.*\nIt holds people's data/);
  assert.match((await Deno.readTextFile(kept)).trimEnd().split("\n").at(-1) ?? "", /^\{"complete":true,/);
  await Deno.remove(kept);

  const said = await bash(removal.as({ "--remove": "--remove --yes" }), clone);
  const steps = ["functions delete", "db push --remote", "secrets unset", "At Twilio"].map((step) =>
    said.indexOf(step)
  );
  assert.deepEqual([...steps].sort((one, other) => one - other), steps, said);
  assert(!steps.includes(-1), said);
  const after = await project.hashes();
  for (const [path, hash] of Object.entries(before)) assert.equal(after[path], hash, path);
});
