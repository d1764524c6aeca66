import { strict as assert } from "node:assert";
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { packRelease, writeRelease } from "../../tools/release.ts";
import { type AdopterProject, adopterProject } from "../support/adopter_project.ts";

interface Said {
  code: number;
  out: string;
  error: string;
}

async function deno(args: string[], cwd: string): Promise<Said> {
  // The task that runs these tests has set it, and a task inside a task leaves it as it is.
  const { INIT_CWD: _, ...env } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    clearEnv: true,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

/** `deno task add` as somebody types it in the folder of their project. */
function task(args: string[], cwd: string): Promise<Said> {
  return deno(["task", "--quiet", "--config", join(projectRoot, "deno.json"), "add", ...args], cwd);
}

/** All files but the key, which is a new one each time, and what the day says. */
async function installed(project: AdopterProject): Promise<[string, string][]> {
  const hashes = Object.entries(await project.hashes());
  return hashes.filter(([path]) => !/\.env$|_sms_|^supabase-sms\.json$/.test(path));
}

Deno.test("deno task add shows what it will write, asks, and says what to do next", async () => {
  await using project = await adopterProject("packages/backend");
  const before = await project.hashes();
  const dry = await task([".", "--dry-run"], project.root);
  assert.equal(dry.code, 0, dry.error);
  assert.match(dry.out, /will be added in packages\/backend/);
  assert.match(dry.out, /supabase\/functions\/sms-\*\/ +\d+ files/);
  assert.match(dry.out, /supabase\/migrations\/20991202000000_sms_\w+\.sql +one migration/);
  assert.match(dry.out, /Nothing was written/);
  const unasked = await task(["."], project.root);
  assert.deepEqual([unasked.code, /There is nobody to ask/.test(unasked.error)], [2, true], unasked.error);
  assert.deepEqual(await project.hashes(), before);

  const added = await task([".", "--yes"], project.root);
  assert.equal(added.code, 0, added.error);
  assert.match(
    added.out,
    /Done\.[\s\S]*cd packages\/backend\n[\s\S]*db push --remote\n[\s\S]*functions deploy/,
  );
  const again = await task(["packages/backend", "--update"], project.root);
  assert.match(again.out, /nothing is to be changed/);
  const other = await task([".", "--yes"], project.root);
  assert.deepEqual([other.code, other.out], [2, ""]);
  assert.match(other.error, /is in this project already/);
  assert.doesNotMatch(other.error, /\n +at /, "a sentence, no stack");
});

Deno.test("a release from a static host adds what a clone adds, and refuses another archive", async () => {
  const packed = await packRelease();
  const host = await Deno.makeTempDir({ prefix: "supabase-sms-release-" });
  await writeRelease(packed, host);
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const body = await Deno.readFile(join(host, new URL(request.url).pathname)).catch(() => null);
    return new Response(body, { status: body === null ? 404 : 200 });
  });
  const entry = `http://127.0.0.1:${server.addr.port}/supabase-sms.ts`;
  const release = (...args: string[]) => ["run", "-A", "--reload", "--no-config", entry, ...args];
  await using cloned = await adopterProject();
  await using released = await adopterProject();
  assert.equal((await task([".", "--yes"], cloned.folder)).code, 0);
  const added = await deno(release("add", ".", "--yes"), released.folder);
  assert.equal(added.code, 0, added.error);
  assert.match(added.out, /will be added in \./);
  assert.deepEqual(await installed(released), await installed(cloned));

  const help = await deno(release(), released.folder);
  assert.deepEqual([help.code, /Name one of the tools: add/.test(help.error)], [2, true], help.error);
  const archive = [...packed.files.keys()].find((name) => name.endsWith(".gz")) ?? "";
  await Deno.writeTextFile(join(host, archive), "another archive");
  const changed = await deno(release("add", ".", "--update", "--yes"), released.folder);
  assert.equal(changed.code, 2);
  assert.match(changed.error, /is not the archive of this release/);
  await Deno.remove(host, { recursive: true });
});
