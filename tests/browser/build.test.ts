/** What `deno task build:web` puts on a host: nothing of the local stack. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { buildWeb } from "../../local/web_build.ts";

const LOCAL_ONLY = /demo user|local stack/;

async function scripts(mode: "production" | "stack"): Promise<{ page: string; scripts: string }> {
  const folder = await Deno.makeTempDir();
  try {
    await buildWeb({ folder, mode });
    let all = "";
    for await (const { name } of Deno.readDir(join(folder, "assets"))) {
      if (name.endsWith(".js")) all += await Deno.readTextFile(join(folder, "assets", name));
    }
    return { page: await Deno.readTextFile(join(folder, "index.html")), scripts: all };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a build for a host leaves out what only the local stack has, and lets no script in", async () => {
  const host = await scripts("production");
  assert.doesNotMatch(host.scripts, LOCAL_ONLY);
  assert.match((await scripts("stack")).scripts, LOCAL_ONLY, "so that the line above can fail");
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(host.page)?.[1] ?? "";
  assert.match(policy, /script-src &#39;self&#39;;/);
  assert.doesNotMatch(host.page, /<script>/);
});
