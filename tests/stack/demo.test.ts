import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { TURNS } from "../../local/demo/conversation.ts";
import { spawnGuarded } from "../../local/guard.ts";
import { freePort } from "../../local/ports.ts";
import { startOrigin } from "../support/pages/clone.ts";
import { bash, printed, shapeOf } from "../support/pages/printed.ts";
import { shopDatabase, snapshot } from "./plain_database.ts";

/** What a script prints until that is in it; then it is killed, and all that it started. */
async function saidUntil(last: RegExp, script: string, cwd: string): Promise<string> {
  const { INIT_CWD: _, ...env } = Deno.env.toObject();
  const child = spawnGuarded(["bash", "-euc", script], { cwd, env, stopSignal: "TERM", stdout: "piped" });
  const late = setTimeout(() => void child.kill(), 180_000);
  let said = "";
  try {
    for await (const text of child.stdout?.pipeThrough(new TextDecoderStream()) ?? []) {
      said += text;
      if (last.test(said)) break;
    }
    return said;
  } finally {
    clearTimeout(late);
    await child.kill();
  }
}

Deno.test("README's first commands show the whole conversation with its delivery states, and start the stack", async (test) => {
  await using origin = await startOrigin();
  const home = await Deno.makeTempDir({ prefix: "supabase-sms-first-" });
  await test.step("the demo", async () => {
    // A developer's terminal names their own program's database.
    await using shop = await shopDatabase();
    const before = await snapshot(shop.sql);
    const cloneAndDemo = await printed("README.md", "git clone --depth 1");
    const theirs = { DATABASE_URL: shop.url, SUPABASE_SMS_DATABASE_URL: shop.url };
    const transcript = await bash(cloneAndDemo.as(), home, { ...origin.env, ...theirs });
    const said = [...transcript.matchAll(/^ {2}Contact {2}(.*)$/gm)].map(([, text]) => text);
    deepStrictEqual(said, TURNS.map((turn) => turn.says));
    for (const { shows } of TURNS) match(transcript, new RegExp(`✓ ${shows.replaceAll(".", "\\.")}`));
    const answered = TURNS.filter((turn) => turn.answered).length;
    for (const state of ["queued", "sent", "delivered"]) {
      strictEqual([...transcript.matchAll(new RegExp(`· ${state}$`, "gm"))].length, answered, state);
    }
    deepStrictEqual(await snapshot(shop.sql), before, "the developer's database is left alone");
  });

  await test.step("the stack", async () => {
    const dev = await printed("README.md", "npx -y deno@2.9.6 task dev");
    const script = dev.as({ "task dev": `task dev --ephemeral --port ${freePort()}` });
    const lines = (await saidUntil(/^ready .*\n/m, script, join(home, "supabase-sms"))).split("\n");
    const first = lines.find((line) => !/^Task /.test(line)) ?? "";
    match(first, /^Inbox +http:/, "what to open comes first");
    const ready = JSON.parse(lines.find((line) => line.startsWith("ready "))?.slice(6) ?? "null");
    // Its shape stands in docs/local-stack.md, in words.
    const page = await Deno.readTextFile(new URL("../../docs/local-stack.md", import.meta.url));
    const promised = /```text\n(\{ apiUrl[\s\S]*?\})\n```/.exec(page)?.[1] ?? "";
    const shape = promised.replaceAll(/(\w+)(: \{)?/g, (_, name, inner) => `"${name}"${inner ?? ': "…"'}`);
    deepStrictEqual(shapeOf(ready), JSON.parse(shape));
    ok(ready.webUrl === first.split(/ +/)[1]);
  });
  await Deno.remove(home, { recursive: true });
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
