import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { add, adopterProject } from "../support/adopter_project.ts";
import { functionNames, importGraph } from "../ok/import_graph.ts";
import { serveOnDeno21 } from "./deno_2_1.ts";
import { deployFunctions } from "./deploying.ts";

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
