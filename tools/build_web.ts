/**
 * `deno task build:web [--out folder]`: the inbox as files for any static host, in `web/dist`. `VITE_SUPABASE_URL` and
 * `VITE_SUPABASE_PUBLISHABLE_KEY` in the environment go into its `config.json`; without them, the host writes one.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWeb } from "../local/web_build.ts";
import { complain, print } from "../local/print.ts";
import { projectRoot } from "../local/project.ts";

const { values } = parseArgs({ args: Deno.args, options: { out: { type: "string" } } });
const folder = values.out ?? join(projectRoot, "web/dist");
await buildWeb({ folder, mode: "production" });
const supabaseUrl = Deno.env.get("VITE_SUPABASE_URL");
const publishableKey = Deno.env.get("VITE_SUPABASE_PUBLISHABLE_KEY");
if (supabaseUrl && publishableKey) {
  const config = JSON.stringify({ supabaseUrl, publishableKey }, null, 2);
  await Deno.writeTextFile(join(folder, "config.json"), `${config}\n`);
} else {
  complain(
    "No config.json was written, because VITE_SUPABASE_URL or VITE_SUPABASE_PUBLISHABLE_KEY is not set: put one there, as web/README.md shows.",
  );
}
print(`The inbox is in ${folder}`);
