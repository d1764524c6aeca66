/** What the page says only on the local stack must not be in what a host gets. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { buildWeb } from "../../local/web_build.ts";

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

Deno.test("a build for a host contains nothing of the phone simulator, the local stack's build all of it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "production-" });
  try {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "build:web", "--out", join(folder, "dist")],
      cwd: projectRoot,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    strictEqual(success, true);
    deepStrictEqual(await found(join(folder, "dist")), []);
    // Otherwise the markers would be out of date, and this test could not fail.
    await buildWeb({ folder: join(folder, "stack"), mode: "stack" });
    deepStrictEqual(await found(join(folder, "stack")), MARKERS);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
