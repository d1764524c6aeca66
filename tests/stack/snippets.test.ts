/**
 * The snippets of README's "Use it from your app", in their order and as they are printed, and the example app. Replaced are only
 * the folder that the client was copied to, and what a reader has: `supabase`, `admin`, `userId` and `orderId`.
 */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { createSms } from "../../client/mod.ts";
import { projectRoot } from "../../local/project.ts";
import { startStack } from "../../local/stack.ts";
import { testServer } from "../support/postgres.ts";

const CLIENT = pathToFileURL(join(projectRoot, "client/mod.ts")).href;
const GUEST = "+14155550101";
const OPTED_OUT = "+14155550109";

const readme = await Deno.readTextFile(join(projectRoot, "README.md"));
const section = /## Use it from your app[\s\S]*?(?=\n## )/.exec(readme)?.[0] ?? "";
const block = /```ts\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
/** A blank line is between two of them. */
const snippets = block.split("\n\n");

interface Given {
  readonly supabase: SupabaseClient;
  readonly admin: SupabaseClient;
  readonly userId: string;
  readonly orderId: string;
}

/** A snippet as a module: what it imports stays in front, the rest becomes a function of what a reader has. */
async function run(code: string, given: Given, printed: string[]): Promise<void> {
  const imports = code.match(/^import .*$/gm) ?? [];
  const rest = code.replaceAll(/^import .*$/gm, "");
  const module = [
    ...imports.map((line) => line.replace("./supabase-sms-client/mod.ts", CLIENT)),
    imports.length > 0 ? "" : `import { createSms, isRefusal } from ${JSON.stringify(CLIENT)};`,
    "export default async ({ supabase, admin, userId, orderId }, console) => {",
    imports.length > 0 ? "" : "const sms = createSms(supabase);",
    rest,
    '  return typeof stop === "undefined" ? () => {} : stop;',
    "};",
  ];
  const path = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(path, module.join("\n"));
  const { default: main } = await import(pathToFileURL(path).href);
  ends.push(await main(given, { log: (...words: unknown[]) => printed.push(words.join(" ")) }));
  await Deno.remove(path);
}

const ends: (() => void)[] = [];

async function until(holds: () => boolean, deadlineMs = 60_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!holds()) {
    assert(Date.now() < deadline, "in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Deno.test("README's snippets and the example app run as they are printed, and print what they promise", async (test) => {
  await using stack = await startStack({ server: testServer, unpaced: true });
  const { ready, carrier } = stack;
  assert(carrier && ready.number);
  await stack.sql`update public.sms_assistants set reply_delay_ms = 0`;
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const supabase = createClient(ready.apiUrl, ready.publishableKey, options);
  await supabase.auth.signInWithPassword(ready.user);
  const admin = createClient(ready.apiUrl, ready.secretKey, options);
  const given: Given = { supabase, admin, userId: ready.user.id, orderId: "order 7" };
  const [send, listen, list, takeOver, count, refusal, ...more] = snippets;
  assert(
    send && listen && list && takeOver && count && refusal && more.length === 0,
    `${snippets.length} snippets`,
  );
  const printedBy = async (code: string): Promise<string[]> => {
    const printed: string[] = [];
    await run(code, given, printed);
    return printed;
  };

  await test.step("send", async () => {
    assert.deepEqual(await printedBy(send), ["delivered"]);
    // Once with its key.
    await printedBy(send);
    assert.deepEqual(carrier.ledger.outbound({ to: GUEST }).map(({ body }) => body), [
      "Your table is ready.",
    ]);
  });

  await test.step("be told of texts", async () => {
    const printed: string[] = [];
    await run(listen, given, printed);
    // What comes before the first look is not news: a second text is, on a slow machine.
    for (let texts = 0; texts < 3 && printed.length === 0; texts += 1) {
      // A conversation in which nobody has answered yet is told of as well.
      await createSms(supabase).send({ to: `+1415555016${texts}`, body: "Your table is ready." });
      await until(() => printed.length > 0, 5_000).catch(() => {});
      await carrier.text({ from: GUEST, to: ready.number ?? "", body: "When are you open?" });
      await until(() => printed.length > 0, 20_000).catch(() => {});
    }
    assert.deepEqual([...new Set(printed)], ["When are you open?"]);
    ends.forEach((end) => end());
  });

  await test.step("list what is unread", async () => {
    const [line = ""] = await printedBy(list);
    assert.match(line, /^\+14155550101 [1-9]/);
  });

  await test.step("take over", async () => {
    await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: GUEST }).length >= 2);
    await printedBy(takeOver);
    await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: GUEST }).at(-1)?.body === "Ada here.");
    const { conversation, messages } = await createSms(supabase).conversations.withNumber(GUEST);
    assert.deepEqual([conversation.ai_paused_until, messages[0]?.sender], [null, "person"]);
  });

  await test.step("count", async () => {
    const [line = ""] = await printedBy(count);
    assert.match(line, /^[1-3] in, [3-9] out$/);
  });

  await test.step("refusals", async () => {
    await carrier.text({ from: OPTED_OUT, to: ready.number ?? "", body: "STOP" });
    const promised = /error\.message\); \/\/ (.*)/.exec(refusal)?.[1];
    assert.deepEqual(await printedBy(refusal), [promised]);
  });

  await test.step("the example app", async () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "examples/tables.ts", "+14155550155", OPTED_OUT],
      cwd: projectRoot,
      env: {
        SMS_URL: ready.apiUrl,
        SMS_KEY: ready.publishableKey,
        SMS_EMAIL: ready.user.email,
        SMS_PASSWORD: ready.user.password,
        SMS_REALTIME: "false",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let said = "";
    const reading = child.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (text) => void (said += text) }),
    );
    await until(() => said.includes("Waiting for guests"));
    assert.match(said, /^\+14155550155: delivered\n\+14155550109: call them \(RECIPIENT_OPTED_OUT\)\n/);
    await carrier.text({ from: "+14155550155", to: ready.number ?? "", body: "May I talk to a person?" });
    await until(() => said.includes("Ada took over."));
    child.kill("SIGINT");
    await Promise.all([child.status, reading]);
  });
});
