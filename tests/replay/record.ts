/**
 * Records what today's build answers to the script, as `recorded.jsonl`: a header that names the commit, then an answer a
 * line. The record in the repository was made on the commit in its header, before things were renamed:
 *
 *     git worktree add ../before 604c1c9 && cp -r tests/replay ../before/tests/ && cd ../before
 *     deno run -A tests/replay/record.ts
 */
import { AS_RECORDED } from "./names.ts";
import { play } from "./play.ts";
import { script } from "./script.ts";

const { stdout } = await new Deno.Command("git", { args: ["rev-parse", "HEAD"] }).output();
const header = { recorded_on: new TextDecoder().decode(stdout).trim() };
const lines = [header, ...await play(script, AS_RECORDED)].map((line) => JSON.stringify(line));
const file = Deno.args[0] ?? new URL("recorded.jsonl", import.meta.url);
await Deno.writeTextFile(file, `${lines.join("\n")}\n`);
