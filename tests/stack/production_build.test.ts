/** What the page says only on the local stack must not be in what a host gets. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";
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

/** What the builder's environment holds besides, as a project's `.env` does. */
const MARKED = {
  TWILIO_AUTH_TOKEN: "markedtoken0001",
  OPENAI_API_KEY: "sk-marked-0002",
  SMS_CREDENTIALS_KEY: "markedcredentials0003",
  SUPABASE_SECRET_KEYS: "sb_secret_marked0004",
};

/** The markers that a build contains. */
async function found(folder: string, markers: readonly string[] = MARKERS): Promise<string[]> {
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
  return markers.filter((marker) => everything.includes(marker));
}

Deno.test("README's build for a host contains nothing of the phone simulator, the local stack's build all of it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "production-" });
  try {
    const build = await printed("README.md", "VITE_SUPABASE_URL=");
    strictEqual((await printed("web/README.md", "VITE_SUPABASE_URL=")).code, build.code);
    await bash(
      build.as({ "task build:web": `task build:web --out ${join(folder, "dist")}` }),
      projectRoot,
      MARKED,
    );
    // What a host may write itself has one setting more.
    const promised = JSON.parse((await printed("web/README.md", '{ "supabaseUrl"')).as());
    const { realtime, ...written } = promised;
    deepStrictEqual(JSON.parse(await Deno.readTextFile(join(folder, "dist/config.json"))), written);
    strictEqual(realtime, true);
    deepStrictEqual(await found(join(folder, "dist")), []);
    // And nothing of what else the builder's environment holds.
    deepStrictEqual(await found(join(folder, "dist"), Object.values(MARKED)), []);
    // Otherwise the markers would be out of date, and this test could not fail.
    await buildWeb({ folder: join(folder, "stack"), mode: "stack" });
    deepStrictEqual(await found(join(folder, "stack")), MARKERS);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
