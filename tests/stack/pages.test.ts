/** The blocks of docs/start.md, docs/upgrading.md and README.md about adding, run as printed, with what they say one sees. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { createTestDatabase } from "../../local/database.ts";
import { projectRoot } from "../../local/project.ts";
import { QUIET } from "../../local/supabase_cli.ts";
import { functionNames } from "../ok/import_graph.ts";
import { standIn } from "../edge/deploying.ts";
import { packRelease, writeRelease } from "../../tools/release.ts";
import { add, adopterProject, release09 } from "../support/adopter_project.ts";
import { testDatabase, testServer } from "../support/postgres.ts";

interface Block {
  script: string;
  /** What the page says that it prints; empty if it says nothing. */
  prints: string[];
}

/** The blocks of a page in `sh` that hold a command, each with the `text` block behind it. */
async function blocksOf(page: string): Promise<Block[]> {
  const text = await Deno.readTextFile(join(projectRoot, page));
  return [...text.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)]
    .map(([, script = "", prints = ""]) => ({
      script,
      prints: prints.split("\n").filter((line) => line !== ""),
    }));
}

/** Replaces a part of a script that must be there: what a reader has and this machine has not. */
function replaced(script: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((text, [part, by]) => {
    assert(text.includes(part), `the block has ${part}: ${text}`);
    return text.replaceAll(part, by);
  }, script);
}

async function bash(script: string, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const { INIT_CWD: _, ...machine } = Deno.env.toObject();
  const child = await new Deno.Command("bash", {
    args: ["-euc", `exec 2>&1; ${script}`],
    cwd,
    clearEnv: true,
    env: { ...machine, ...QUIET, ...env },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(child.stdout);
  assert(child.success, said);
  return said;
}

/** Counts, days and folders are those of the day; all else stands there as the page says, in its order. */
function assertPrints(said: string, block: Block, folder: string): void {
  let rest = general(said, folder);
  for (const line of linesOf(block)) {
    const at = rest.indexOf(line);
    assert(at >= 0, `prints "${line}"; there was:\n${rest}`);
    rest = rest.slice(at + line.length);
  }
}

/** From its title to `Done.` the page leaves nothing out. */
function assertPrintsAll(said: string, block: Block, folder: string): void {
  const lines = general(said, folder).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const from = lines.findIndex((line) => line.startsWith("supabase-sms "));
  assert.deepEqual(linesOf(block), lines.slice(from, lines.indexOf("Done.") + 1));
}

function linesOf({ prints }: Block): string[] {
  // There is nobody to ask: --yes.
  return prints.filter((line) => !line.startsWith("Write this?")).map((line) => general(line).trim());
}

function general(text: string, folder = "/path/to/my-project"): string {
  return text.replaceAll(folder, "/path/to/my-project").replaceAll(/\d{14}/g, "STAMP")
    .replaceAll(/\d+ files?/g, "N files").replaceAll(/one migration(, of \d+)?/g, "one migration")
    .replaceAll(/ +/g, " ");
}

Deno.test("docs/start.md adds it to a project, as printed, and README has the same commands", async () => {
  await using project = await adopterProject();
  await using database = await createTestDatabase(testServer, []);
  await using platform = await standIn();
  const [addBlock, settings, deployBlock] = await blocksOf("docs/start.md");
  assert(addBlock && settings && deployBlock);
  const clone = "git clone --depth 1 https://github.com/YOUR_ORG/supabase-sms && cd supabase-sms";
  const added = replaced(addBlock.script, { [clone]: ":", "../my-project": `${project.folder} --yes` });
  assertPrintsAll(await bash(added, projectRoot), addBlock, project.folder);

  let env = await project.read("supabase/functions/.env");
  for (const line of settings.script.trim().split("\n")) {
    assert(env.includes(`# ${line}`), `the env file has # ${line}`);
    env = env.replace(`# ${line}`, line);
  }
  await project.write("supabase/functions/.env", env);

  const flags = platform.flags.join(" ");
  const deployed = replaced(deployBlock.script, {
    "cd ../my-project\n": "",
    "db push --remote": `db push --yes "--remote=${database.postgresUrl}?sslmode=disable"`,
    "secrets set": `secrets set ${flags}`,
    "functions deploy": `functions deploy ${flags}`,
  });
  assertPrints(await bash(deployed, project.folder, platform.env), deployBlock, project.folder);
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

  const known = [addBlock, deployBlock].flatMap(({ script }) => script.split("\n"));
  const inReadme = (await blocksOf("README.md")).flatMap(({ script }) => script.split("\n"))
    .filter((line) => /task add|supabase@/.test(line));
  assert.equal(inReadme.length, 4);
  assert.deepEqual(inReadme.filter((line) => !known.includes(line)), []);
});

Deno.test("docs/upgrading.md updates a project from 0.9 and removes it, as printed", async () => {
  await using project = await adopterProject();
  const before = await project.hashes();
  await add(project, { release: release09 });
  const [update, removal, copy, released] = await blocksOf("docs/upgrading.md");
  assert(update && removal && copy && released);
  const here = { "../my-project": `${project.folder} --yes` };
  assertPrintsAll(await bash(replaced(update.script, here), projectRoot), update, project.folder);

  const packed = await packRelease();
  const host = await Deno.makeTempDir({ prefix: "supabase-sms-release-" });
  await writeRelease(packed, host);
  const line = replaced(released.script, {
    "https://YOUR_HOST/": `${host}/`,
    "my-project": project.folder,
  });
  assert.match(await bash(line, project.folder), /nothing is to be changed/);
  await Deno.remove(host, { recursive: true });

  await using database = await testDatabase();
  const kept = join(project.root, "sms.jsonl");
  const address = "postgresql://postgres.YOUR_PROJECT:PASSWORD@HOST:5432/postgres";
  const copied = await bash(
    replaced(copy.script, { [address]: database.postgresUrl, "sms.jsonl": kept, ...here, "--remove": "" }),
    projectRoot,
  );
  assert.match(copied, /sms\.jsonl: \d+ tenants?.*\nIt holds people's data/);
  assert.match((await Deno.readTextFile(kept)).trimEnd().split("\n").at(-1) ?? "", /^\{"complete":true,/);
  await Deno.remove(kept);

  const said = await bash(replaced(removal.script, here), projectRoot);
  const steps = ["functions delete", "db push --remote", "secrets unset", "At Twilio"].map((step) =>
    said.indexOf(step)
  );
  assert.deepEqual([...steps].sort((one, other) => one - other), steps, said);
  assert(!steps.includes(-1), said);
  const after = await project.hashes();
  for (const [path, hash] of Object.entries(before)) assert.equal(after[path], hash, path);
});
