/**
 * The snippets and commands of the pages that need a running project, on one local stack: README's "Use it from your app" first,
 * in its order and with what it promises to print. What a reader has is given: `supabase`, `admin`, `userId` and `orderId`.
 */
import { strict as assert } from "node:assert";
import { createSms, isRefusal } from "../../client/mod.ts";
import { freePort } from "../../local/ports.ts";
import { projectRoot } from "../../local/project.ts";
import { STAND_INS } from "../database/platform.ts";
import { bash, evaluate, printed, shapeOf } from "../support/pages/printed.ts";
import { startReceiver } from "../support/receiver.ts";
import { projectFolder } from "./doctor_support.ts";
import { demoClient, stackForFile, until } from "./support.ts";
import { operator } from "./tenants.ts";

const stack = await stackForFile();
const { sql, ready, carrier, number } = stack;
const supabase = await demoClient(stack);
const admin = operator(stack);
const given = { supabase, admin, userId: stack.userId, orderId: "order 7" };
const folder = await projectFolder();
Deno.test.afterAll(async () => await folder[Symbol.asyncDispose]());

const GUEST = "+14155550101";
const OPTED_OUT = "+14155550109";

Deno.test("README's snippets run as they are printed, and print what they promise", async (test) => {
  // A blank line is between two of them.
  const snippets = (await printed("README.md", "import { createSms, isRefusal }")).as().split("\n\n");
  const [send, listen, list, takeOver, count, refusal, ...more] = snippets;
  assert(
    send && listen && list && takeOver && count && refusal && more.length === 0,
    `${snippets.length} snippets`,
  );
  const lines: string[] = [];
  const console = { log: (...words: unknown[]) => lines.push(words.join(" ")) };
  const later = { ...given, console, sms: createSms(supabase), isRefusal };
  const printedBy = async (snippet: string): Promise<string[]> => {
    lines.length = 0;
    await evaluate(snippet, snippet === send ? { ...given, console } : later);
    return [...lines];
  };
  const promised = (snippet: string) => /console\.log\(.*\); \/\/ (.*)/.exec(snippet)?.[1] ?? "";

  await test.step("send", async () => {
    assert.deepEqual(await printedBy(send), [promised(send)]);
    // Once with its key.
    await printedBy(send);
    assert.deepEqual(carrier.ledger.outbound({ to: GUEST }).map(({ body }) => body), [
      "Your table is ready.",
    ]);
  });

  await test.step("be told of texts", async () => {
    lines.length = 0;
    const { stop } = await evaluate(listen, later);
    // What comes before the first look is not news: a second text is, on a slow machine.
    for (let texts = 0; texts < 3 && lines.length === 0; texts += 1) {
      // A conversation in which nobody has answered yet is told of as well.
      await createSms(supabase).send({ to: `+1415555016${texts}`, body: "Your table is ready." });
      await until("the app is told", () => lines.length > 0, 5_000).catch(() => {});
      await carrier.text({ from: GUEST, to: number, body: promised(listen) });
      await until("the app is told", () => lines.length > 0).catch(() => {});
    }
    assert.deepEqual([...new Set(lines)], [promised(listen)]);
    stop();
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
    await carrier.text({ from: OPTED_OUT, to: number, body: "STOP" });
    assert.deepEqual(await printedBy(refusal), [promised(refusal)]);
  });
});

Deno.test("the example app texts guests, and takes over from the assistant for who wants a person", async () => {
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
  await until("the app waits", () => said.includes("Waiting for guests"), 60_000);
  assert.match(said, /^\+14155550155: delivered\n\+14155550109: call them \(RECIPIENT_OPTED_OUT\)\n/);
  await carrier.text({ from: "+14155550155", to: number, body: "May I talk to a person?" });
  await until("the app takes over", () => said.includes("Ada took over."), 60_000);
  child.kill("SIGINT");
  await Promise.all([child.status, reading]);
});

Deno.test("docs/client.md makes a client for who is signed in, and one for a backend", async () => {
  const { sms, asTenant } = await evaluate(
    (await printed("docs/client.md", "import { createSms }")).as(),
    given,
  );
  const mine = await sms.numbers.list();
  assert.equal(mine[0]?.number, number);
  assert.deepEqual(await asTenant.numbers.list(), mine);
});

Deno.test("docs/start.md gives a number to a user, and Twilio is set up for it", async () => {
  // As US carriers want it (docs/doctor.md, registration).
  const { sid: messagingServiceSid } = carrier.addMessagingService(stack.accountSid, {
    campaignStatus: "VERIFIED",
  });
  carrier.addNumber(stack.accountSid, { number: "+15551234567" });
  carrier.configureNumber("+15551234567", { messagingServiceSid });
  const user = await stack.createUser();
  const snippet = await printed(
    "docs/start.md",
    'const { data: assistant } = await admin.from("sms_assistants")',
  );
  const { assistant } = await evaluate(snippet.as(), { ...given, user_id: user.id });
  const [row] =
    await sql`select user_id, assistant_id, webhook_status from public.sms_numbers where number = '+15551234567'`;
  assert.deepEqual({ ...row }, {
    user_id: user.id,
    assistant_id: assistant.id,
    webhook_status: "configured",
  });
  await carrier.text({ from: "+14155550170", to: "+15551234567", body: "Are you open?" });
  await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: "+14155550170" }).length === 1);
});

Deno.test("docs/limits.md shows a tenant's limits, and changes what it names", async () => {
  const { id: userId } = await stack.createUser();
  const show = await printed("docs/limits.md", 'const { data } = await admin.rpc("sms_get_limits"');
  const { data: before } = await evaluate(show.as(), { ...given, userId });
  assert.deepEqual([before.outcome, before.limits.allowed_countries], ["found", []]);
  assert.equal(typeof before.used.tenant_replies_per_day, "number");
  const change = await printed("docs/limits.md", 'await admin.rpc("sms_set_limits"');
  await evaluate(change.as(), { ...given, userId });
  const { data: after } = await evaluate(show.as(), { ...given, userId });
  assert.deepEqual(after.limits, {
    ...before.limits,
    allowed_countries: ["CA", "MX"],
    tenant_replies_per_day: 5000,
  });
});

Deno.test("docs/restore.md sets up every number again, so that Twilio calls the new address", async () => {
  const addresses = () => carrier.numbers().map(({ number, smsUrl }) => `${number} ${smsUrl}`).sort();
  const here = addresses();
  for (const { number } of carrier.numbers()) {
    carrier.configureNumber(number, { smsUrl: "https://old.supabase.co/functions/v1/sms-webhook" });
  }
  await evaluate((await printed("docs/restore.md", "const { data: numbers }")).as(), given);
  assert.deepEqual(addresses(), here);
});

Deno.test("docs/events.md tells a backend and the operator of a text, as the page shows the event", async () => {
  let take: (request: Request) => Promise<Response> = () =>
    Promise.resolve(new Response(null, { status: 503 }));
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: freePort(), onListen() {} },
    (request) => take(request).catch(() => new Response(null, { status: 401 })),
  );
  await using operators = startReceiver();
  const kept: string[] = [];
  const url = `http://127.0.0.1:${server.addr.port}/hooks/sms`;
  const save = await printed("docs/events.md", "const { data } = await supabase.rpc");
  await evaluate(save.as({ "https://example.com/hooks/sms": url }), {
    ...given,
    keep: (secret: string) => kept.push(secret),
  });
  const [SECRET = ""] = kept;
  assert.match(SECRET, /^whsec_/);
  const saveFor = await printed("docs/events.md", "await admin.rpc(");
  await evaluate(saveFor.as({ "https://example.com/hooks/sms": operators.url }), given);

  const stored = new Map<string, unknown>();
  const receive = await printed("docs/events.md", "import { Webhook }");
  const { POST } = await evaluate(receive.as(), {
    SECRET,
    storeOnce: (id: string, event: unknown) => Promise.resolve(stored.set(id, event)),
  });
  take = POST;
  const promised = JSON.parse((await printed("docs/events.md", '{\n  "type"')).as());
  const { from_number: from, to_number: to, body } = promised.data;
  await carrier.text({ from, to, body });
  // deno-lint-ignore no-explicit-any -- what came
  const received = () => [...stored.values()].filter((event: any) => event.type === promised.type) as any[];
  await until("the backend is told", () => received().length > 0 && operators.forged.length > 0);
  const [event] = received();
  assert.deepEqual(shapeOf(event), shapeOf(promised));
  const told = (event: typeof promised) => {
    const { message_id: _, conversation_id: __, created_at: ___, ...data } = event.data;
    return { type: event.type, version: event.version, data };
  };
  assert.deepEqual(told(event), told(promised));
  assert.equal(event.user_id, stack.userId);
  // Its secret was not kept, so to its receiver the event is a forged one.
  const [theirs] = operators.forged.map((raw) => JSON.parse(raw));
  assert.deepEqual([theirs.type, theirs.data.body], [promised.type, body]);
  await sql`delete from sms_private.event_endpoints`;
});

Deno.test("docs/doctor.md looks at a folder, and at all of a project; nothing is wrong with either", async () => {
  // As installed; the stacks of tests switch it off.
  await sql`alter table public.sms_assistants alter column discloses_machine set default true`;
  const file = await printed("docs/doctor.md", "npx -y deno@2.9.6 task doctor");
  assert.match(await bash(file.as({ "~/my-project": folder.path })), /^Nothing is wrong: /m);

  const all = await printed("docs/doctor.md", "export SUPABASE_URL=");
  const command = all.as({
    "https://YOUR_PROJECT.supabase.co": ready.apiUrl,
    "sb_secret_…": ready.secretKey,
    "~/my-project": folder.path,
    "postgresql://postgres.YOUR_PROJECT:PASSWORD@HOST:5432/postgres": ready.dbUrl,
  }).trim();
  const keys = JSON.stringify({ default: ready.secretKey, worker: stack.workerKey });
  // Once more than printed, as the page says that a program would call it.
  const said = await bash(`${command} --json`, projectRoot, { SUPABASE_SECRET_KEYS: keys });
  const report = JSON.parse(said.slice(said.indexOf("{")));
  assert.deepEqual([report.ok, report.counts.failed], [true, 0]);
  const promised = JSON.parse((await printed("docs/doctor.md", '{\n  "version"')).as());
  const [check] = promised.checks;
  const found = report.checks.find(({ name }: { name: string }) => name === check.name);
  assert.deepEqual(
    shapeOf({ ...report, checks: [{ ...found, problems: check.problems }] }),
    shapeOf(promised),
  );
  assert.equal(found.title, check.title);
  const page = await Deno.readTextFile(new URL("../../docs/doctor.md", import.meta.url));
  const listed = [...page.matchAll(/^\| `([a-z][a-z-]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(report.checks.map(({ name }: { name: string }) => name), listed);
  const { ok, failed, skipped } = promised.counts;
  assert.equal(ok + failed + skipped, listed.length);
});

Deno.test("docs/moving.md calls the old routes by hand: signed they are taken, unsigned refused", async () => {
  const script = (await printed("docs/moving.md", "API=")).as({
    "API=http://127.0.0.1:54321": `API=${ready.apiUrl}`,
    "KEY=sb_publishable_…": `KEY=${ready.publishableKey}`,
    "ACCOUNT=AC…": `ACCOUNT=${stack.accountSid}`,
    "TWILIO_AUTH_TOKEN=…": `TWILIO_AUTH_TOKEN=${stack.authToken}`,
  });
  const told = await bash(script);
  const statuses = [...told.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ["403", "200", "401", "200"]);
  assert.match(told, /<Response\/>/);
  assert.match(told, /"success":true,"message":"SMS sent successfully"/);
  assert.deepEqual(carrier.ledger.outbound({ to: "+14155550103" }).map(({ body }) => body), ["Test message"]);
  // The text by hand is answered like any other.
  await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: "+14155550102" }).length === 1);
  const [stored] =
    await sql`select count(*)::int from public.sms_messages where from_number = '+14155550102'`;
  assert.equal(stored?.count, 1, "the unsigned text was not stored");
});

// The last one: this stack has nothing of pg_cron, pg_net and Vault before.
Deno.test("docs/operations.md has the worker woken, and its key is kept in Vault", async () => {
  await sql.unsafe(STAND_INS);
  await evaluate((await printed("docs/operations.md", 'await admin.rpc("sms_schedule_worker"')).as(), given);
  const jobs = await sql`select jobname, schedule from cron.job order by jobname`;
  assert.deepEqual(jobs.map(({ jobname, schedule }) => [jobname, schedule]), [
    ["supabase-sms-purge", "17 * * * *"],
    ["supabase-sms-wake", "10 seconds"],
  ]);
  const secrets = await sql`select secret from vault.secrets order by secret`;
  assert.deepEqual(secrets.map(({ secret }) => secret), [
    "https://YOUR_PROJECT.supabase.co/functions/v1/sms-worker",
    "sb_secret_…",
  ]);
});
