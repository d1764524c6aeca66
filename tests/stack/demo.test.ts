import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { TURNS } from "../../local/demo/conversation.ts";
import { projectRoot } from "../../local/project.ts";
import { shopDatabase, snapshot } from "./plain_database.ts";

Deno.test("deno task demo shows the whole conversation with its delivery states, and exits 0", async () => {
  // A developer's terminal names their own program's database.
  await using shop = await shopDatabase();
  const before = await snapshot(shop.sql);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "demo"],
    cwd: projectRoot,
    env: { NO_COLOR: "1", DATABASE_URL: shop.url, SUPABASE_SMS_DATABASE_URL: shop.url },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const transcript = new TextDecoder().decode(stdout);
  strictEqual(code, 0, transcript + new TextDecoder().decode(stderr));
  const said = [...transcript.matchAll(/^ {2}Contact {2}(.*)$/gm)].map(([, text]) => text);
  deepStrictEqual(said, TURNS.map((turn) => turn.says));
  for (const { shows } of TURNS) match(transcript, new RegExp(`✓ ${shows.replaceAll(".", "\\.")}`));
  const answered = TURNS.filter((turn) => turn.answered).length;
  for (const state of ["queued", "sent", "delivered"]) {
    strictEqual([...transcript.matchAll(new RegExp(`· ${state}$`, "gm"))].length, answered, state);
  }
  deepStrictEqual(await snapshot(shop.sql), before, "the developer's database is left alone");
});

Deno.test("a turn of the demo holds only if its text was delivered, and silence only if nothing was said", () => {
  const outcome = { intent: null, conversationStatus: "active", optedOut: false, carrierReply: true };
  const [greeted] = TURNS;
  const reply = { body: "Hi", kind: "greeting", status: "sent" };
  strictEqual(greeted?.holds({ ...outcome, reply }), false);
  strictEqual(greeted?.holds({ ...outcome, reply: { ...reply, status: "delivered" } }), true);
  const start = TURNS.find((turn) => turn.says === "START");
  strictEqual(start?.holds({ ...outcome, reply: null }), true);
  strictEqual(start?.holds({ ...outcome, reply }), false);
  strictEqual(start?.holds({ ...outcome, optedOut: true, reply: null }), false);
});
