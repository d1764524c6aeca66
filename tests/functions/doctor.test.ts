/** `deno task doctor` on a real Postgres and real functions: nothing on a sound project, each seeded fault by its name and mend. */
import { strict as assert } from "node:assert";
import { parseDoctorOptions } from "../../tools/doctor/options.ts";
import { examine } from "../../tools/doctor/examine.ts";
import { describe, type Report } from "../../tools/doctor/report.ts";
import { proofFor } from "../../supabase/functions/_shared/sms/http/project_proof.ts";
import { createVault } from "../../supabase/functions/_shared/sms/twilio/vault.ts";
import { VERSION } from "../../supabase/functions/_shared/sms/version.ts";
import { testServer } from "../support/postgres.ts";
import { fingerprint, projectFolder, startFront } from "./doctor_support.ts";
import { assignedNumber, callNumbers } from "./numbers.ts";
import { newSid, phone, stackForFile, until, wake } from "./support.ts";
import { connectTenant } from "./tenants.ts";

const front = startFront();
const stack = await stackForFile({
  functionEnv: { SMS_PUBLIC_URL: front.url, SMS_OPENAI_BASE_URL: `${front.url}/v1` },
});
const { sql, ready } = stack;
Object.assign(front.to, { api: ready.apiUrl, model: ready.model.url });
Deno.test.afterAll(() => front.stop());
const folder = await projectFolder();
Deno.test.afterAll(async () => await folder[Symbol.asyncDispose]());

const [mine, theirs] = [await connectTenant(stack), await connectTenant(stack)];
const assigned = { mine: await assignedNumber(stack, mine), theirs: await assignedNumber(stack, theirs) };
// As US carriers want it: each number in the pool of a Messaging Service whose campaign is verified.
const [campaign] = [{ tenant: mine, ...assigned.mine }, { tenant: theirs, ...assigned.theirs }].map(
  ({ tenant, bought }) => {
    const service = stack.carrier.addMessagingService(tenant.accountSid, { campaignStatus: "VERIFIED" });
    stack.carrier.configureNumber(bought.number, { messagingServiceSid: service.sid });
    return service;
  },
);
assert(campaign);
// The numbers that came with the tenants were never set up.
await sql`delete from public.sms_numbers where webhook_status = 'pending'`;
await woken();

async function woken(): Promise<void> {
  await stack.functions.kill("sms-worker");
  await wake(stack);
  await until("the wake is noted", async () => (await sql`select from sms_private.worker_wakes`).length > 0);
}

const flags = {
  url: front.url,
  secretKey: ready.secretKey,
  workerKey: stack.workerKey,
  databaseUrl: null,
  directory: folder.path,
  json: false,
};
const look = (more: Partial<typeof flags> | { databaseUrl: string } = {}) =>
  examine({ ...flags, ...more }, { server: testServer });
const failedIn = ({ checks }: Report) =>
  checks.filter(({ status }) => status === "failed").map(({ name }) => name);

Deno.test("the doctor names the day from which on broadcasts need a consent", async () => {
  const consentIn = ({ checks }: Report) => checks.find(({ name }) => name === "consent");
  assert.equal(consentIn(await look())?.status, "ok", "a new project's is past");
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString();
  await withFields(/\/rpc\/sms_worker_health$/, { consent_required_from: day })(async () => {
    const report = await look();
    const { status, why } = consentIn(report) ?? {};
    assert.equal(status, "skipped");
    assert.match(
      why ?? "",
      new RegExp(`^from ${day.slice(0, 10)} on, broadcasts go only to contacts who agreed`),
    );
    return report;
  });
});

Deno.test("the doctor finds nothing on a sound project, changes nothing, and says what it did not look at", async () => {
  // As installed; the stacks of tests switch it off.
  await sql`alter table public.sms_assistants alter column discloses_machine set default true`;
  const before = [await fingerprint(folder.path), await sql`select * from public.sms_numbers order by id`];
  const atTwilio = structuredClone(stack.carrier.numbers());
  const report = await look({ databaseUrl: ready.dbUrl });
  assert.deepEqual(report.checks.filter(({ status }) => status === "failed"), []);
  assert.equal(report.ok, true);
  const skipped = report.checks.filter(({ status }) => status === "skipped").map(({ name }) => name);
  const [health] = await sql`select public.sms_worker_health() ? 'lost_keys' as says`;
  assert.deepEqual(
    skipped,
    ["scheduler", ...(health?.says ? [] : ["opt-out-keys"]), "live-updates"],
    "the local stack has neither pg_cron nor Realtime",
  );
  for (const { why, status } of report.checks) assert.equal(why !== null, status === "skipped");
  assert.deepEqual(
    [await fingerprint(folder.path), await sql`select * from public.sms_numbers order by id`],
    before,
  );
  assert.deepEqual(stack.carrier.numbers(), atTwilio);
});

Deno.test("without an address, a key or a database the doctor skips what needs it, and says so", async () => {
  const report = await examine({ ...flags, url: null, secretKey: null, workerKey: null }, {
    server: testServer,
  });
  assert.equal(report.ok, true);
  const why = new Map(report.checks.map(({ name, why }) => [name, why]));
  assert.deepEqual([why.get("functions"), why.get("migrations")], [
    "no --url was given",
    "no --db was given",
  ]);
  const keyless = await look({ secretKey: null as never, workerKey: null as never });
  assert.equal(keyless.checks.find(({ name }) => name === "numbers")?.why, "no --secret-key was given");
  assert(
    describe(keyless).some((line) => line.startsWith("– Each number is set up at Twilio: not looked at")),
  );
});

Deno.test("an address that nothing answers at is named once, with what to look at", async () => {
  const report = await look({ url: "http://127.0.0.1:9" });
  const failed = report.checks.filter(({ status }) => status === "failed");
  assert.deepEqual(failed.map(({ name }) => name), ["signing-keys"]);
  assert.match(failed[0]?.problems[0]?.what ?? "", /^127\.0\.0\.1:9 cannot be reached: /);
  assert.match(failed[0]?.problems[0]?.mend ?? "", /the address/);
  assert.equal(report.checks.find(({ name }) => name === "queue")?.why, "127.0.0.1:9 cannot be reached");
});

interface Fault {
  /** Seeds it, has it looked at, and takes it away. */
  readonly around: (look: () => Promise<Report>) => Promise<Report>;
  readonly check: string;
  readonly what: RegExp;
  readonly mend: RegExp;
  /** What it breaks as well. */
  readonly also?: readonly string[];
  readonly flags?: Partial<typeof flags>;
}

const CONFIG = "supabase/config.toml";
const ENV = "supabase/functions/.env";
const MANIFEST = "supabase-sms.json";
const WEBHOOK = "supabase/functions/sms-webhook/handler.ts";

/** With one file of the folder changed; null: it is gone. */
const file = (path: string, change: (text: string) => string | null): Fault["around"] => async (look) => {
  const text = await folder.read(path).catch(() => null);
  const next = change(text ?? "");
  if (next === null) await folder.remove(path);
  else await folder.write(path, next);
  try {
    return await look();
  } finally {
    if (text === null) await folder.remove(path);
    else await folder.write(path, text);
  }
};

/** With statements before and after. */
const rows =
  (seed: () => Promise<unknown>, undo: () => Promise<unknown>): Fault["around"] => async (look) => {
    await seed();
    try {
      return await look();
    } finally {
      await undo();
    }
  };

const answering = (path: RegExp, answer: () => Response): Fault["around"] => (look) =>
  front.answering(path, answer, look);

/** Passed on, with one header in the answer set. */
const withHeader = (path: RegExp, name: string, value: string): Fault["around"] => (look) =>
  front.answering(path, async (_request, passOn) => {
    const response = await passOn();
    response.headers.set(name, value);
    return response;
  }, look);

/** Passed on, with fields of the JSON set. */
const withFields = (path: RegExp, fields: Record<string, unknown>): Fault["around"] => (look) =>
  front.answering(path, async (_request, passOn) => {
    const response = await passOn();
    return Response.json({ ...await response.json(), ...fields }, { status: response.status });
  }, look);

const inService = (messagingServiceSid: string | null) =>
  Promise.resolve(stack.carrier.configureNumber(assigned.mine.bought.number, { messagingServiceSid }));
const setCampaign = (status: typeof campaign.campaignStatus) =>
  Promise.resolve(Object.assign(campaign, { campaignStatus: status }));

const numberId = assigned.mine.number.id;
const setStatus = (status: string, error: string | null) =>
  sql`update public.sms_numbers set webhook_status = ${status}, webhook_error = ${error} where id = ${numberId}`;
const pointAt = (smsUrl: string) =>
  Promise.resolve(stack.carrier.configureNumber(assigned.mine.bought.number, { smsUrl }));
const LOST = new Uint8Array(32).fill(7);
const token = () =>
  sql`select t.account_id, t.current_token from sms_private.twilio_credentials t
    join public.sms_accounts a on a.id = t.account_id where a.account_sid = ${mine.accountSid}`;
let kept: Awaited<ReturnType<typeof token>>[number] | undefined;

const FAULTS: Readonly<Record<string, Fault>> = {
  "a folder without a project": {
    around: file(CONFIG, () => null),
    check: "project",
    what: /no supabase\/config\.toml/,
    mend: /supabase init/,
  },
  "a config that does not parse": {
    around: file(CONFIG, (text) => `${text}\n[functions.`),
    check: "project",
    what: /config\.toml does not parse, line \d+/,
    mend: /that line/,
    also: ["function-blocks"],
  },
  "a manifest that somebody edited": {
    around: file(MANIFEST, () => "{}"),
    check: "project",
    what: /supabase-sms\.json is not what/,
    mend: /git checkout supabase-sms\.json/,
  },
  "a function that is missing": {
    around: async (look) => {
      const paths = ["index.ts", "handler.ts"].map((name) => `supabase/functions/sms-webhook/${name}`);
      const texts = await Promise.all(paths.map((path) => folder.read(path)));
      await folder.remove("supabase/functions/sms-webhook");
      try {
        return await look();
      } finally {
        await Deno.mkdir(`${folder.path}/supabase/functions/sms-webhook`);
        for (const [i, path] of paths.entries()) await folder.write(path, texts[i] ?? "");
      }
    },
    check: "function-files",
    what: /lacks sms-webhook/,
    mend: /task add DIR --update/,
    also: ["versions"],
  },
  "a file of theirs in our folder": {
    around: file("supabase/functions/_shared/sms/cors.ts", () => "export {};\n"),
    check: "foreign-files",
    what: /_shared\/sms\/cors\.ts is not ours/,
    mend: /a folder of yours/,
  },
  "a function without its block": {
    around: file(CONFIG, (text) => text.replace(/\[functions\.sms-status\][^[]*/, "")),
    check: "function-blocks",
    what: /sms-status has no block/,
    mend: /\[functions\.sms-status\]\nverify_jwt = false\nimport_map = "\.\.\/import_map\.json"$/,
  },
  "a function without its block, with an import map of its own": {
    around: (look) =>
      file("supabase/functions/sms-status/deno.json", () => "{}\n")(() =>
        file(CONFIG, (text) => text.replace(/\[functions\.sms-status\][^[]*/, ""))(look)
      ),
    check: "function-blocks",
    what: /sms-status has no block/,
    mend: /\[functions\.sms-status\]\nverify_jwt = false$/,
    also: ["foreign-files"],
  },
  "a block that lets the platform ask for a JWT": {
    around: file(
      CONFIG,
      (text) => text.replace("[functions.sms-webhook]\nverify_jwt = false", "[functions.sms-webhook]"),
    ),
    check: "function-blocks",
    what: /\[functions\.sms-webhook\] lacks verify_jwt = false/,
    mend: /verify_jwt = false/,
  },
  "an import map that is not there": {
    around: file("import_map.json", () => null),
    check: "function-blocks",
    what: /names the import map \.\.\/import_map\.json, which is not there/,
    mend: /^cp import_map\.json/,
  },
  "a database that nothing of ours is in": {
    around: answering(
      /\/rpc\/sms_(worker_health|inspect)$/,
      () => Response.json({ code: "PGRST202", message: "Could not find the function" }, { status: 404 }),
    ),
    check: "schedule",
    what: /^The database lacks sms_worker_health: not all of our migrations are applied\.$/,
    mend: /db push --remote$/,
  },
  "a file that was edited": {
    around: file(WEBHOOK, (text) => `${text}// mine\n`),
    check: "versions",
    what: /sms-webhook\/handler\.ts was edited/,
    mend: /git diff, then deno task add DIR --update/,
  },
  "a file that is gone": {
    around: file("supabase/functions/_shared/sms/texts/cutting.ts", () => null),
    check: "versions",
    what: /texts\/cutting\.ts is gone/,
    mend: /add DIR --update/,
  },
  "files of another version": {
    around: file(MANIFEST, (text) => text.replace(/"version":"[^"]+"/, '"version":"0.0.1"')),
    check: "versions",
    what: /The files are of version 0\.0\.1; this doctor is of/,
    mend: /add DIR --update/,
  },
  "a setting that is empty": {
    around: file(ENV, (text) => `${text}TWILIO_AUTH_TOKEN=\n`),
    check: "settings",
    what: /TWILIO_AUTH_TOKEN is empty/,
    mend: /Give it a value/,
  },
  "a key that is no key": {
    around: file(ENV, () => "SMS_CREDENTIALS_KEY=c2hvcnQ=\n"),
    check: "settings",
    what: /SMS_CREDENTIALS_KEY is not valid/,
    mend: /openssl rand -base64 32/,
  },
  "an address that Twilio cannot reach": {
    around: file(ENV, (text) => `${text}SMS_PUBLIC_URL=http://192.168.0.7:54321\n`),
    check: "public-address",
    what: /is 192\.168\.0\.7:54321, which Twilio cannot reach/,
    mend: /Set SMS_PUBLIC_URL/,
  },
  "a function that is not deployed": {
    around: answering(/\/sms-preview$/, () => Response.json({ code: "NOT_FOUND" }, { status: 404 })),
    check: "functions",
    what: /sms-preview is not deployed/,
    mend: /functions deploy --use-api sms-preview/,
  },
  "a function that does not start": {
    around: answering(/\/sms-stats$/, () => Response.json({ code: "BOOT_ERROR" }, { status: 503 })),
    check: "functions",
    what: /sms-stats does not start/,
    mend: /functions deploy/,
  },
  "a function that is somebody else's": {
    around: answering(/\/sms-conversation$/, () => new Response("Hello")),
    check: "functions",
    what: /sms-conversation is answered 200 by something that is not ours/,
    mend: /functions deploy/,
  },
  "a platform that asks for a JWT": {
    around: answering(
      /\/sms-status$/,
      () => Response.json({ msg: "Missing authorization header" }, { status: 401 }),
    ),
    check: "verify-jwt",
    what: /answers sms-status with 401 before our code runs/,
    mend: /verify_jwt = false under \[functions\.sms-status\]/,
  },
  "a function of another version": {
    around: withHeader(/\/sms-send$/, "x-supabase-sms", "0.0.1"),
    check: "deployed-version",
    what: /sms-send is 0\.0\.1, and the files are/,
    mend: /functions deploy/,
  },
  "a setting that is missing on the platform": {
    around: answering(/\/sms-stats$/, () =>
      Response.json({ code: "NOT_CONFIGURED", message: "…" }, {
        status: 503,
        headers: { "x-supabase-sms": VERSION },
      })),
    check: "configured",
    what: /sms-stats lacks a setting/,
    mend: /log of sms-stats.*secrets set/,
  },
  "a project of the legacy secret": {
    around: answering(/jwks\.json$/, () => Response.json({ keys: [] })),
    check: "signing-keys",
    what: /legacy JWT secret.*LEGACY_JWT/,
    mend: /docs\/guides\/auth\/signing-keys/,
  },
  "a clock that is wrong": {
    around: withHeader(/\/sms-[a-z]+$/, "date", new Date(Date.now() + 3_600_000).toUTCString()),
    check: "clocks",
    what: /clock and this machine's differ by 3\d\d\d s/,
    mend: /NTP/,
  },
  "a worker's key that is wrong": {
    around: (look) => look(),
    flags: { workerKey: `sb_secret_${"x".repeat(22)}_${"y".repeat(8)}` },
    check: "worker-key",
    what: /sms-worker does not take this key.*named "worker"/,
    mend: /API Keys/,
  },
  "a worker that was never woken": {
    around: rows(() => sql`delete from sms_private.worker_wakes`, woken),
    check: "schedule",
    what: /The database cannot wake the worker: pg_cron, pg_net, supabase_vault/,
    mend: /POSTs to \/functions\/v1\/sms-worker/,
  },
  "a worker that was woken an hour ago": {
    around: rows(
      () => sql`update sms_private.worker_wakes set woken_at = woken_at - interval '1 hour'`,
      woken,
    ),
    check: "schedule",
    what: /The database cannot wake the worker/,
    mend: /every ten seconds/,
  },
  "a trial account": {
    around: rows(
      () => Promise.resolve(stack.carrier.setTrial(mine.accountSid, [])),
      () => Promise.resolve(stack.carrier.setTrial(mine.accountSid, null)),
    ),
    check: "accounts",
    what: new RegExp(
      `^Twilio account ${mine.accountSid} is a trial: .*verified in the Twilio console.*"Sent from your Twilio trial account - "`,
    ),
    mend: /Upgrade it: .*verify your own telephone/,
  },
  "a US number in no Messaging Service": {
    around: rows(() => inService(null), () => inService(campaign.sid)),
    check: "registration",
    what: new RegExp(`^\\${assigned.mine.bought.number}: It is in no Messaging Service, .*\\(30034\\)\\.$`),
    mend: /Register brand and campaign.*Defer to sender's webhook/,
  },
  "a US number without a campaign": {
    around: rows(() => setCampaign(null), () => setCampaign("VERIFIED")),
    check: "registration",
    what: /Its Messaging Service "A messaging service" has no A2P 10DLC campaign/,
    mend: /Register brand and campaign/,
  },
  "a campaign that is not reviewed yet": {
    around: rows(() => setCampaign("IN_PROGRESS"), () => setCampaign("VERIFIED")),
    check: "registration",
    what: /campaign of its Messaging Service .* is IN_PROGRESS: until it is VERIFIED, US carriers refuse/,
    mend: /Wait for it/,
  },
  "a campaign that was suspended": {
    around: rows(() => setCampaign("SUSPENDED"), () => setCampaign("VERIFIED")),
    check: "registration",
    what: /is SUSPENDED/,
    mend: /The Twilio console says why/,
  },
  "a key of kept opt-outs that was lost": {
    around: withFields(/\/rpc\/sms_worker_health$/, { lost_keys: [1, 3] }),
    check: "opt-out-keys",
    what: /^The keys of kept opt-outs 1, 3 cannot be read: .*text no new contact/,
    mend: /restore_suppression_key\(1, '…'\);\nselect sms_private\.restore_suppression_key\(3, '…'\);$/,
  },
  "an address of another project that has supabase-sms": {
    around: (look) =>
      front.answering(/\/sms-webhook$/, async ({ headers }, passOn) => {
        const response = await passOn();
        const challenge = headers.get("x-supabase-sms-challenge");
        if (challenge !== null) {
          response.headers.set("x-supabase-sms-proof", await proofFor(challenge, ["sb_secret_theirs"]));
        }
        return response;
      }, look),
    check: "address",
    what: /^Twilio would send texts to 127\.0\.0\.1:\d+.*answered as supabase-sms of another project\./,
    mend: /secrets set SMS_PUBLIC_URL/,
  },
  "an address where an older version answers": {
    around: (look) =>
      front.answering(/\/sms-webhook$/, async (_request, passOn) => {
        const response = await passOn();
        response.headers.delete("x-supabase-sms-proof");
        return response;
      }, look),
    check: "address",
    what: /older sms-webhook is deployed there.*functions deploy --use-api sms-webhook/,
    mend: /functions deploy --use-api sms-webhook/,
  },
  "an address that leads to another server": {
    around: answering(/\/sms-webhook$/, () => new Response("parked")),
    check: "address",
    what: /Twilio would send texts to 127\.0\.0\.1:\d+.*answered 200/,
    mend: /secrets set SMS_PUBLIC_URL/,
    also: ["functions"],
  },
  "a key that was lost": {
    around: rows(async () => {
      [kept] = await token();
      const sealed = await createVault([LOST]).seal({
        account_sid: mine.accountSid,
        auth_token: mine.authToken,
      });
      await sql`update sms_private.twilio_credentials set current_token = ${sealed} where account_id = ${kept?.account_id}`;
    }, () =>
      sql`update sms_private.twilio_credentials set current_token = ${kept?.current_token ?? null}
        where account_id = ${kept?.account_id}`),
    check: "credentials",
    what: new RegExp(`${mine.accountSid} was sealed with a key that SMS_CREDENTIALS_KEY does not have`),
    mend: /secrets set SMS_CREDENTIALS_KEY=NEW,OLD.*reencrypt/,
  },
  "a number that points elsewhere at Twilio": {
    around: rows(
      () => pointAt("https://api.bistro.example/sms"),
      () => pointAt(assigned.mine.number.sms_url ?? ""),
    ),
    check: "numbers",
    what: new RegExp(
      `^\\${assigned.mine.bought.number}: At Twilio sms_url is https://api\\.bistro\\.example/sms`,
    ),
    mend: new RegExp(`sms-numbers/${numberId}/repair`),
  },
  "a number that is not set up": {
    around: rows(() => setStatus("failed", "Twilio said no."), () => setStatus("configured", null)),
    check: "numbers",
    what: /is failed: Twilio said no\./,
    mend: new RegExp(`sms-numbers/${numberId}/repair`),
  },
  "a key that the model's server refuses": {
    around: answering(/^\/v1\/models$/, () => Response.json({ error: "no" }, { status: 401 })),
    check: "model",
    what: /refuses OPENAI_API_KEY \(401\)/,
    mend: /secrets set OPENAI_API_KEY/,
  },
  "a model that is not there": {
    around: answering(/^\/v1\/models$/, () => Response.json({ data: [{ id: "another" }] })),
    check: "model",
    what: /has no model gpt-6-luna/,
    mend: /secrets set SMS_OPENAI_MODEL/,
  },
  "live updates that are not set up": {
    around: rows(
      () =>
        sql.unsafe(`create schema realtime; create table realtime.messages (extension text);
        create function realtime.topic() returns text language sql as $$ select '' $$;
        create function realtime.send(jsonb, text, text, boolean) returns void language sql as $$ select $$`),
      () => sql`drop schema realtime cascade`,
    ),
    check: "live-updates",
    what: /Live updates are not set up/,
    mend: /select sms_private\.set_up_live_updates\(\)/,
  },
  "a text that was set aside": {
    around: rows(
      () =>
        sql`select public.sms_set_message_aside(${mine.accountSid}, ${newSid()}, ${phone()}, ${mine.number}, 'Hi', '[]', 1, now(),
          'P0001 poison')`,
      () => sql`delete from sms_private.texts_set_aside`,
    ),
    check: "queue",
    what: /1 job was set aside: TEXT_REFUSED \(1\)/,
    mend: /docs\/operations\.md#what-was-set-aside/,
  },
};

Deno.test("there are thirty faults and more", () => assert(Object.keys(FAULTS).length >= 30));

for (const [fault, { around, check, what, mend, also = [], flags: more = {} }] of Object.entries(FAULTS)) {
  Deno.test(`the doctor names ${fault}, and what mends it`, async () => {
    const report = await around(() => look(more));
    assert.equal(report.ok, false);
    assert.deepEqual(failedIn(report).sort(), [check, ...also].sort());
    const problems = report.checks.find(({ name }) => name === check)?.problems ?? [];
    const named = problems.find((problem) => what.test(problem.what));
    assert(named, JSON.stringify(problems));
    assert.match(named.mend, mend);
    const told = JSON.stringify(report);
    for (const secret of [ready.secretKey, stack.workerKey, mine.authToken]) assert(!told.includes(secret));
  });
}

Deno.test("a token that Twilio refuses is named once, and the numbers of its account are not blamed", async () => {
  const next = stack.carrier.rotateToken(mine.accountSid);
  const report = await look();
  assert.deepEqual(failedIn(report), ["accounts"]);
  const [problem, ...more] = report.checks.find(({ name }) => name === "accounts")?.problems ?? [];
  assert.equal(more.length, 0);
  assert.match(problem?.what ?? "", new RegExp(`^Twilio account ${mine.accountSid}: .*credentials`));
  assert(!JSON.stringify(report).includes(next));
});

Deno.test("what the operator is told of all tenants, no tenant is told of another", async () => {
  for (const { client } of [mine, theirs]) {
    const { status, body } = await callNumbers(client, "/look");
    assert.deepEqual([status, body.code], [404, "NUMBER_NOT_FOUND"]);
  }
  await sql`update sms_private.worker_wakes set key_ids = '{"of another key"}', started_at = now() + interval '1 hour'`;
  await sql`update public.sms_accounts set disconnected_at = now() where account_sid = ${mine.accountSid}`;
  const { body } = await callNumbers(theirs.client);
  const seen = JSON.stringify(body);
  assert(seen.includes('"credentials_unreadable":true'), "its own");
  assert(!seen.includes(mine.accountSid) && !seen.includes(assigned.mine.bought.number));
});

const parse = (args: string[], env: Record<string, string> = {}) =>
  parseDoctorOptions({ args, env: (name) => env[name], cwd: "/home/ada" });

Deno.test("a wrong flag is named, and its value is not", () => {
  const wrong: [args: string[], words: RegExp][] = [
    [["--fast"], /--fast/],
    [["one", "two"], /Name one folder/],
    [["--url", "ref.supabase.co"], /^--url must be/],
    [["--url", "https://ada:hunter2@ref.supabase.co"], /^--url must be .* without a name or password/],
    [["--db", "postgresql://postgres:hunter2%@db.supabase.co/postgres"], /^--db has a % in its password/],
    [["--db", "mysql://root:hunter2@x/y"], /^--db must have the form/],
    [["--db"], /--db/],
  ];
  for (const [args, words] of wrong) {
    assert.throws(
      () => parse(args),
      (error: Error) => words.test(error.message) && !error.message.includes("hunter2"),
    );
  }
  assert.throws(
    () => parse([], { SUPABASE_SECRET_KEYS: "sb_secret_x" }),
    /SUPABASE_SECRET_KEYS must be a JSON object/,
  );
});

Deno.test("flags win over the environment, and a relative folder begins where the person is", () => {
  const env = {
    SUPABASE_URL: "https://env.supabase.co",
    SUPABASE_SECRET_KEYS: '{"default":"a","worker":"b"}',
  };
  const given = parse(["shop", "--url", "https://ref.supabase.co/functions/v1/"], env);
  assert.deepEqual([given?.directory, given?.url, given?.secretKey, given?.workerKey, given?.databaseUrl], [
    "/home/ada/shop",
    "https://ref.supabase.co",
    "a",
    "b",
    null,
  ]);
  assert.equal(parse(["--help"]), null);
});
