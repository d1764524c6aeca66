/** What the page says only on the local stack must not be in what a host gets. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { buildWeb } from "../../local/web_build.ts";
import { bash, printed } from "../support/pages/printed.ts";

/** Of the simulator's parts: its API, its pane, its faults, its styles, its storage; and of the demo sign-in. */
const MARKERS = [
  "_simulator",
  "Phone simulator",
  "Kill the worker",
  "Texts on the phone",
  "sms.simulator",
  "simulator-button",
  "Sign in as the demo user",
];

/** The markers that a build contains. */
async function found(folder: string): Promise<string[]> {
  let everything = "";
  const read = async (below: string) => {
    for await (const entry of Deno.readDir(below)) {
      const path = join(below, entry.name);
      everything += `${entry.name}\n`;
      if (entry.isDirectory) await read(path);
      else if (/\.(js|css|html|json)$/.test(entry.name)) everything += await Deno.readTextFile(path);
    }
  };
  await read(folder);
  return MARKERS.filter((marker) => everything.includes(marker));
}

Deno.test("README's build for a host contains nothing of the phone simulator, the local stack's build all of it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "production-" });
  try {
    const build = await printed("README.md", "VITE_SUPABASE_URL=");
    strictEqual((await printed("web/README.md", "VITE_SUPABASE_URL=")).code, build.code);
    await bash(build.as({ "task build:web": `task build:web --out ${join(folder, "dist")}` }));
    // What a host may write itself has one setting more.
    const promised = JSON.parse((await printed("web/README.md", '{ "supabaseUrl"')).as());
    const { realtime, ...written } = promised;
    deepStrictEqual(JSON.parse(await Deno.readTextFile(join(folder, "dist/config.json"))), written);
    strictEqual(realtime, true);
    deepStrictEqual(await found(join(folder, "dist")), []);
    // Otherwise the markers would be out of date, and this test could not fail.
    await buildWeb({ folder: join(folder, "stack"), mode: "stack" });
    deepStrictEqual(await found(join(folder, "stack")), MARKERS);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
