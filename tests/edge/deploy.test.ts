import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { functionNames, importGraph } from "../ok/import_graph.ts";
import { deployFunctions, type Deployment } from "./deploying.ts";

let deployment: Promise<Deployment> | undefined;

/** The real CLI deploys a copy of the project, with decoys that must stay at home; once for all tests. */
function deploy(): Promise<Deployment> {
  return deployment ??= deployCopy();
}

async function deployCopy(): Promise<Deployment> {
  const project = await Deno.makeTempDir({ prefix: "supabase-sms-deploy-" });
  try {
    await copyProject(project);
    for (const name of await functionNames(project)) await addDecoys(project, name);
    return await deployFunctions(project);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
}

async function copyProject(target: string): Promise<void> {
  const files = ["import_map.json", "supabase/config.toml"];
  for (const name of await functionNames()) files.push(...(await importGraph(name)).files);
  for (const file of new Set(files)) {
    await Deno.mkdir(dirname(join(target, file)), { recursive: true });
    await Deno.copyFile(join(projectRoot, file), join(target, file));
  }
}

async function addDecoys(project: string, name: string): Promise<void> {
  const folder = join(project, "supabase/functions");
  await Deno.writeTextFile(join(folder, ".env"), "SECRET=decoy\n");
  await Deno.writeTextFile(join(folder, name, ".env"), "SECRET=decoy\n");
  await Deno.writeTextFile(join(folder, name, "handler.test.ts"), `import "./index.ts";\n`);
  await Deno.writeTextFile(join(folder, "_shared", "sms", "unused.ts"), "export const unused = true;\n");
}

Deno.test("the CLI deploys every function", async () => {
  const { result, uploads, refused } = await deploy();
  assert.ok(result.success, result.stderr);
  assert.doesNotMatch(result.stderr, /\bWARN\b|failed to read/);
  assert.deepEqual(uploads.map((upload) => upload.slug).sort(), await functionNames());
  assert.deepEqual(refused, []);
});

for (const name of await functionNames()) {
  Deno.test(`${name} is deployed with what it imports, and nothing else`, async () => {
    const upload = (await deploy()).uploads.find(({ slug }) => slug === name);
    assert.ok(upload, `${name} was not uploaded`);
    const expected = ["import_map.json", ...(await importGraph(name)).files];
    assert.deepEqual([...upload.files.keys()].sort(), expected.sort());
    for (const [path, text] of upload.files) {
      assert.equal(text, await Deno.readTextFile(join(projectRoot, path)), path);
    }
  });

  Deno.test(`${name} is deployed without the platform's token check, under its own name`, async () => {
    const upload = (await deploy()).uploads.find(({ slug }) => slug === name);
    assert.deepEqual(upload?.metadata, {
      name,
      entrypoint_path: `supabase/functions/${name}/index.ts`,
      import_map_path: "import_map.json",
      static_patterns: [],
      verify_jwt: false,
    });
  });
}
