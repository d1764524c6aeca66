import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { parseDevOptions, USAGE } from "../../local/dev_options.ts";
import { run } from "../../local/files.ts";
import { freePort } from "../../local/ports.ts";
import { projectRoot, UsageError } from "../../local/project.ts";
import { VERSION } from "../../supabase/functions/_shared/sms/version.ts";

const DEADLINE_MS = 60_000;
const NOBODYS = "postgresql://developer@127.0.0.1:1/shop";

function dev(args: string[], account: Record<string, string> = {}): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["task", "dev", ...args],
    cwd: projectRoot,
    // The developer's own credentials stay out of it; a server that nobody answers on must not be asked.
    env: {
      TWILIO_ACCOUNT_SID: "",
      TWILIO_AUTH_TOKEN: "",
      OPENAI_API_KEY: "",
      DATABASE_URL: NOBODYS,
      ...account,
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Lines of standard output, until one of them is the ready line. */
async function untilReady(
  child: Deno.ChildProcess,
): Promise<{ lines: string[]; ready: Record<string, unknown> }> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout.values({ preventCancel: true })) {
    text += decoder.decode(chunk, { stream: true });
    const json = /^ready (\{.*\})\n/m.exec(text)?.[1];
    if (json !== undefined) return { lines: text.trimEnd().split("\n"), ready: JSON.parse(json) };
  }
  throw new Error(`no ready line: ${text}`);
}

/** All running processes below `root`, by their parents; zombies are over. */
async function descendants(root: number): Promise<number[]> {
  const table = (await run("ps", ["-A", "-o", "pid=,ppid=,stat="])).split("\n").map((line) =>
    line.trim().split(/\s+/)
  );
  const found = [root];
  for (const parent of found) {
    for (const [pid, ppid, stat = ""] of table) {
      if (Number(ppid) === parent && !stat.startsWith("Z")) found.push(Number(pid));
    }
  }
  return found.slice(1);
}

async function allGone(pids: number[]): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (true) {
    const listed = await run("ps", ["-o", "pid=,stat=,args=", "-p", pids.join(",")]).catch(() => "");
    const left = listed.split("\n").filter((line) => line.trim() && !/^\s*\d+\s+Z/.test(line));
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`still running:\n${left.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

Deno.test("parseDevOptions() names the flag it does not understand", () => {
  const refused = (args: string[]): string => {
    try {
      parseDevOptions(args);
    } catch (error) {
      if (error instanceof UsageError) return error.message;
    }
    throw new Error(`${args} was accepted`);
  };
  match(refused(["--prot", "1"]), /--prot/);
  match(refused(["--port", "abc"]), /--port/);
  match(refused(["--port", "70000"]), /--port/);
  match(refused(["--number", "555"]), /--number/);
  match(refused(["--carrier-url", "twilio"]), /--carrier-url/);
  match(refused(["extra"]), /extra/);
  match(refused(["--ephemeral", "--database", NOBODYS]), /--ephemeral.*--database/);
  match(refused(["--ephemeral", "--fresh"]), /--ephemeral.*--fresh/);
  match(refused(["--fresh", "--database", NOBODYS]), /--fresh/);
  const malformed = refused(["--database", "postgres:hush"]);
  match(malformed, /^--database must have the form postgresql:/);
  ok(!malformed.includes("hush"), "it may hold a password");
  deepStrictEqual(parseDevOptions(["--port", "4000", "--no-worker", "--carrier-url", "http://x/"]), {
    port: 4000,
    databaseUrl: undefined,
    ephemeral: false,
    fresh: false,
    unpaced: false,
    worker: false,
    number: undefined,
    carrierUrl: "http://x",
    modelUrl: undefined,
    deno: undefined,
  });
});

Deno.test("dev --help says what each flag is for", () => {
  strictEqual(parseDevOptions(["--help"]), null);
  const lines = USAGE.split("\n").filter((line) => line.startsWith("  --"));
  for (const line of lines) match(line, /^ {2}--[a-z-]+( [A-Z]+)? +[A-Z].{5,}\.$/);
  deepStrictEqual(
    lines.map((line) => line.trim().split(" ")[0]),
    [
      "port",
      "database",
      "ephemeral",
      "fresh",
      "unpaced",
      "no-worker",
      "number",
      "carrier-url",
      "model-url",
      "deno",
      "help",
    ]
      .map((name) => `--${name}`),
  );
  strictEqual(parseDevOptions(["--database", NOBODYS])?.databaseUrl, NOBODYS);
  strictEqual(parseDevOptions(["--fresh"])?.fresh, true);
});

for (const [how, signal] of [["Ctrl-C", "SIGINT"], ["SIGTERM", "SIGTERM"], ["SIGKILL", "SIGKILL"]] as const) {
  Deno.test(`dev leaves no process behind after ${how}`, async () => {
    const child = dev(["--ephemeral", "--port", String(freePort())]);
    const timeout = setTimeout(() => child.kill("SIGKILL"), DEADLINE_MS);
    try {
      const { lines, ready } = await untilReady(child);
      ok(lines.at(-1)?.startsWith("ready "), "the ready line is the last");
      const first = lines.find((line) => !line.startsWith("Task "));
      strictEqual(first, `Inbox      ${ready.webUrl}`, "what to open comes first");
      ok(lines.some((line) => line.startsWith(`This is supabase-sms ${VERSION}.`)), "it says its version");
      const response = await fetch(`${ready.apiUrl}/auth/v1/health`);
      await response.body?.cancel();
      const inbox = await (await fetch(`${ready.webUrl}/config.json`)).json();
      strictEqual(inbox.supabaseUrl, ready.apiUrl, "the inbox knows whom to ask");
      // A function process is a child too.
      await (await fetch(`${ready.functionsUrl}/sms-status`, { method: "POST" })).body?.cancel();
      const below = await descendants(child.pid);
      ok(below.length >= 4, "deno, its guards, Postgres and a function");
      const inner = below[0];
      ok(inner !== undefined);
      // `deno task` runs the program as its child: the terminal's Ctrl-C reaches both, a kill of the inner one is
      // what the operating system does when memory runs out.
      Deno.kill(inner, signal);
      await allGone(below);
    } finally {
      clearTimeout(timeout);
      await child.stdout.cancel();
      await child.stderr.cancel();
      await child.status;
    }
  });
}

Deno.test("dev stops when the command that started it is killed", async () => {
  const child = dev(["--ephemeral", "--port", String(freePort())]);
  await untilReady(child);
  const below = await descendants(child.pid);
  child.kill("SIGKILL");
  await allGone(below);
  await child.stdout.cancel();
  await child.stderr.cancel();
  await child.status;
});

Deno.test("dev names a port that is taken, and an unknown flag, and exits with 2", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken = await dev(["--ephemeral", "--port", String(listener.addr.port)]).output();
  listener.close();
  strictEqual(taken.code, 2);
  match(
    new TextDecoder().decode(taken.stderr),
    new RegExp(`Port ${listener.addr.port} is already taken: .*--port`),
  );
  const unknown = await dev(["--fast"]).output();
  strictEqual(unknown.code, 2);
  match(new TextDecoder().decode(unknown.stderr), /--fast/);
});

Deno.test("dev says first that real Twilio cannot reach it, and what to set", async () => {
  const real = { TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`, TWILIO_AUTH_TOKEN: "never-used" };
  // It stops at the database, before anything could ask Twilio.
  const stopped = ["--port", "4000", "--database", NOBODYS];
  const said = async (account: Record<string, string>) =>
    new TextDecoder().decode((await dev(stopped, account).output()).stderr);
  match(
    await said(real),
    /Your Twilio account cannot reach http:\/\/127\.0\.0\.1:4000.*SMS_PUBLIC_URL[^]*cannot be used/,
  );
  const reachable = await said({ ...real, SMS_PUBLIC_URL: "https://sms.example.com" });
  match(reachable, /cannot be used/);
  ok(!reachable.includes("SMS_PUBLIC_URL"));
});

Deno.test("dev names a setting that no function could read, says what it takes, and starts nothing", async () => {
  const BAD: [setting: string, value: string, words: RegExp][] = [
    [
      "SMS_CREDENTIALS_KEY",
      "c2hvcnQ=",
      /^SMS_CREDENTIALS_KEY is not valid\. 32 random bytes in base64 \(`openssl/m,
    ],
    ["SMS_PUBLIC_URL", "texts.example.com", /^SMS_PUBLIC_URL is not valid\. The public base URL/m],
    ["SMS_TWILIO_AUTH_TOKEN", "token", /^SMS_TWILIO_ACCOUNT_SID is not set, but SMS_TWILIO_AUTH_TOKEN is/m],
  ];
  for (const [setting, value, words] of BAD) {
    // Not a port of its own: nothing may come so far.
    const { code, stdout, stderr } = await dev(["--ephemeral", "--port", "1"], { [setting]: value }).output();
    strictEqual(code, 2, setting);
    match(new TextDecoder().decode(stderr), words);
    strictEqual(new TextDecoder().decode(stdout), "");
  }
});
