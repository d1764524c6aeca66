import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { add, type AdopterProject, adopterProject, remove } from "../support/adopter_project.ts";
import { functionNames, importGraph } from "../ok/import_graph.ts";
import { serveOnDeno21 } from "./deno_2_1.ts";
import { QUIET } from "../../local/supabase_cli.ts";
import { describeNext } from "../../tools/add/report.ts";
import { deployFunctions, type StandIn, standIn } from "./deploying.ts";

// The functions' folder of a monorepo: nothing may be looked for above it.
const PLACE = "packages/backend";

Deno.test("the CLI deploys an adopter's functions and ours, each with its own imports and token check", async () => {
  await using project = await adopterProject(PLACE);
  await add(project);
  const { result, uploads, refused } = await deployFunctions(project.folder);
  assert.ok(result.success, result.stderr);
  assert.doesNotMatch(result.stderr, /\bWARN\b|failed to read/);
  assert.deepEqual(refused, []);
  const ours = await functionNames();
  assert.deepEqual(uploads.map(({ slug }) => slug).sort(), ["api", "order-ready", ...ours].sort());

  const of = (name: string) => uploads.find(({ slug }) => slug === name);
  const theirMap = "supabase/functions/import_map.json";
  assert.deepEqual([...of("api")?.files.keys() ?? []].sort(), [
    "supabase/functions/_shared/log.ts",
    "supabase/functions/api/index.ts",
    theirMap,
  ]);
  assert.deepEqual(
    ["api", "order-ready"].map((name) => [of(name)?.metadata.import_map_path, of(name)?.metadata.verify_jwt]),
    [[theirMap, true], [theirMap, false]],
  );
  for (const name of ours) {
    const { metadata, files } = of(name) ?? assert.fail(`${name} was not uploaded`);
    const config = `supabase/functions/${name}/deno.json`;
    assert.deepEqual([metadata.verify_jwt, metadata.import_map_path], [false, config], name);
    assert.deepEqual([...files.keys()].sort(), [config, ...(await importGraph(name)).files].sort());
  }
});

Deno.test("what was added serves under Deno 2.1, as the platform got it, without anything beside it", async () => {
  await using project = await adopterProject();
  await add(project);
  const { uploads } = await deployFunctions(project.folder);
  await using bundle = await folderOf(uploads.find(({ slug }) => slug === "sms-send")?.files ?? new Map());
  await using served = await serveOnDeno21("sms-send", {
    root: bundle.folder,
    importMap: "supabase/functions/sms-send/deno.json",
  });
  const response = await fetch(`${served.url}/sms-send`, { method: "POST" });
  assert.equal(response.status, 401, await response.text() + served.output());
});

async function folderOf(files: Map<string, string>): Promise<AsyncDisposable & { folder: string }> {
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-bundle-" });
  for (const [path, text] of files) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
  return { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

/** The lines that `add` printed, as printed, but for what says which project is linked. */
async function asPrinted(project: AdopterProject, { flags, env }: StandIn, lines: string[]): Promise<string> {
  const script = lines.map((line) =>
    line.replace(/supabase@3\.1\.0 (functions|secrets) (\w+)/, `$& ${flags.join(" ")}`)
  );
  const { success, stdout } = await new Deno.Command("bash", {
    args: ["-euc", `exec 2>&1\n${script.join("\n")}`],
    cwd: project.folder,
    env: { ...QUIET, ...env },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout);
  assert.ok(success, said);
  return said;
}

const printed = (lines: string[], command: string) => lines.filter((line) => line.includes(command));

Deno.test("what add prints deploys ours alone; what --remove prints deletes ours alone, and our key", async () => {
  await using project = await adopterProject();
  await using platform = await standIn();
  const { api } = platform;
  const ours = await functionNames();
  const added = describeNext(".", await add(project), { gitIgnoresEnv: true, exported: false });
  await asPrinted(project, platform, printed(added, "functions deploy"));
  assert.deepEqual([...api.deployed.keys()].sort(), ours);

  // They deploy theirs by themselves, and have secrets of their own.
  await asPrinted(project, platform, ["npx -y supabase@3.1.0 functions deploy --use-api"]);
  assert.deepEqual([...api.deployed.keys()].sort(), ["api", "order-ready", ...ours].sort());
  await asPrinted(project, platform, printed(added, "secrets set"));
  assert.deepEqual([...api.secrets.keys()].sort(), ["MENU", "SMS_CREDENTIALS_KEY", "STRIPE_KEY"]);

  const removed = describeNext(".", await remove(project), { gitIgnoresEnv: true, exported: false });
  assert.match(removed.join("\n"), /To keep them, first.*\n {2}deno task add \. --export sms\.jsonl\n/);
  await asPrinted(project, platform, printed(removed, "functions delete"));
  assert.deepEqual([...api.deployed.keys()].sort(), ["api", "order-ready"]);
  await asPrinted(project, platform, printed(removed, "secrets unset"));
  assert.deepEqual([...api.secrets.keys()].sort(), ["MENU", "STRIPE_KEY"]);
  assert.deepEqual(api.refused, []);
});

Deno.test("an update that leaves a function out prints its deletion, and deploys the others", async () => {
  await using project = await adopterProject();
  await using platform = await standIn();
  await add(project);
  const plan = await add(project, { update: true, without: ["old-routes"] });
  const lines = describeNext(".", plan, { gitIgnoresEnv: true, exported: false });
  assert.equal(printed(lines, "functions delete").length, 1);
  assert.match(printed(lines, "functions delete")[0] ?? "", /functions delete sms-api$/);
  assert.doesNotMatch(printed(lines, "functions deploy")[0] ?? "", /sms-api/);
  await asPrinted(project, platform, printed(lines, "functions deploy"));
  assert.deepEqual(
    [...platform.api.deployed.keys()].sort(),
    (await functionNames()).filter((name) => name !== "sms-api"),
  );
});
