/**
 * Which test runs each block of each page, in the order of the page, and which parts of it are not as they are printed.
 * tests/unit/pages/pages.test.ts walks all pages and compares them with this.
 */

export interface Run {
  /** The first words of the block. */
  readonly begins: string;
  /** The test that runs it. */
  readonly in: string;
  /** What is printed, and what stands there in the test. */
  readonly replaced?: Readonly<Record<string, string>>;
}

const ADOPTING = "tests/stack/pages.test.ts";
const DEMO = "tests/stack/demo.test.ts";
const WEB = "tests/stack/production_build.test.ts";
const APP = "tests/functions/pages.test.ts";
const SQL = "tests/database/pages.test.ts";
const ARCHIVE = "tests/database/archive.test.ts";
const PRIVACY = "tests/database/privacy_page.test.ts";
const MOVE = "tests/database/move.test.ts";
const REENCRYPT = "tests/functions/reencrypt.test.ts";
const CARRIER = "tests/unit/carrier/page.test.ts";

/** There is nobody to ask. */
const YES = "the same with --yes: nobody is there to be asked";
const THEIR_PROJECT = "the address of a stand-in for the linked project (--remote, --profile, --yes)";
const STACK = "the local stack's";

export const RUNS: Readonly<Record<string, readonly Run[]>> = {
  "README.md": [
    { begins: "git clone --depth 1", in: DEMO },
    {
      begins: "npx -y deno@2.9.6 task dev",
      in: DEMO,
      replaced: { "task dev": "a free port, and data that does not stay: --port, --ephemeral" },
    },
    // Its commands are those of docs/start.md.
    { begins: "npx -y deno@2.9.6 task add ../my-project", in: ADOPTING },
    { begins: "import { createSms, isRefusal }", in: APP },
    { begins: "VITE_SUPABASE_URL=", in: WEB, replaced: { "task build:web": "another folder: --out" } },
  ],
  "docs/archiving.md": [
    { begins: "select sms_private.archive_messages", in: SQL },
    {
      begins: "begin isolation level",
      in: ARCHIVE,
      replaced: { "\\copy": "copy: the driver is not psql", "'archive.jsonl'": "stdout" },
    },
    { begins: "delete from sms_private.archived_messages", in: ARCHIVE },
  ],
  "docs/client.md": [{ begins: "import { createSms }", in: APP }],
  "docs/credentials.md": [{
    begins: "SUPABASE_URL=",
    in: REENCRYPT,
    replaced: {
      "https://YOUR_PROJECT.supabase.co": `${STACK} address`,
      "sb_secret_…": `${STACK} key`,
      "NEW,OLD": "two keys",
    },
  }],
  "docs/compliance/consent.md": [{ begins: "update sms_private.settings", in: SQL }],
  "docs/doctor.md": [
    { begins: "npx -y deno@2.9.6 task doctor", in: APP, replaced: { "~/my-project": "the test's project" } },
    {
      begins: "export SUPABASE_URL=",
      in: APP,
      replaced: {
        "https://YOUR_PROJECT.supabase.co": `${STACK} address`,
        "sb_secret_…": `${STACK} key`,
        "~/my-project": "the test's project",
        "postgresql://postgres.YOUR_PROJECT:PASSWORD@HOST:5432/postgres": `${STACK} database`,
      },
    },
    { begins: '{\n  "version"', in: APP },
  ],
  "docs/events.md": [
    {
      begins: "const { data } = await supabase.rpc",
      in: APP,
      replaced: { "https://example.com/hooks/sms": "a server on loopback" },
    },
    {
      begins: "await admin.rpc(",
      in: APP,
      replaced: { "https://example.com/hooks/sms": "a server on loopback" },
    },
    { begins: "import { Webhook }", in: APP },
    { begins: '{\n  "type"', in: APP },
    { begins: "create trigger my_webhook", in: SQL },
  ],
  "docs/compliance/hours.md": [{ begins: "update sms_private.sending_hours", in: SQL }],
  "docs/limits.md": [
    { begins: 'const { data } = await admin.rpc("sms_get_limits"', in: APP },
    { begins: 'await admin.rpc("sms_set_limits"', in: APP },
    { begins: "select public.sms_set_limits", in: SQL, replaced: { "'…'": "a user's id" } },
  ],
  "docs/moving.md": [
    { begins: "create schema old_system", in: MOVE },
    {
      begins: "SUPABASE_SMS_DATABASE_URL=",
      in: MOVE,
      replaced: { "postgresql://postgres:…@…/postgres": "the test's database", "KEY=…": "the test's key" },
    },
    {
      begins: "API=",
      in: APP,
      replaced: {
        "API=http://127.0.0.1:54321": `${STACK} address`,
        "KEY=sb_publishable_…": `${STACK} key`,
        "ACCOUNT=AC…": `${STACK} account`,
        "TWILIO_AUTH_TOKEN=…": `${STACK} token`,
      },
    },
  ],
  "docs/operations.md": [{ begins: 'await admin.rpc("sms_schedule_worker"', in: APP }],
  "docs/privacy.md": [
    { begins: "select public.sms_export_contact_for", in: PRIVACY },
    { begins: "select public.sms_erase_contact_for", in: PRIVACY },
    { begins: "select erased_at", in: PRIVACY },
    { begins: "select sms_private.erase_telephone", in: PRIVACY },
    { begins: "select public.sms_export_tenant_for", in: PRIVACY },
    { begins: "delete from auth.users", in: PRIVACY },
    { begins: "update sms_private.settings", in: PRIVACY },
    { begins: "select key.id", in: PRIVACY },
    { begins: "select sms_private.rotate_suppression_key", in: PRIVACY },
    { begins: "select sms_private.restore_suppression_key", in: PRIVACY },
    { begins: "select kept.*", in: PRIVACY },
  ],
  "docs/restore.md": [
    { begins: "select public.sms_switch_off", in: SQL },
    {
      begins: "npx -y supabase@3.1.0 functions delete sms-worker",
      in: ADOPTING,
      replaced: { "functions delete": THEIR_PROJECT },
    },
    { begins: "select public.sms_after_restore", in: SQL },
    {
      begins: "npx -y supabase@3.1.0 functions deploy",
      in: ADOPTING,
      replaced: { "functions deploy": THEIR_PROJECT },
    },
    { begins: "select public.sms_switch_on", in: SQL },
    { begins: "const { data: numbers }", in: APP },
  ],
  "docs/start.md": [
    { begins: "git clone", in: ADOPTING, replaced: { "../my-project": YES } },
    { begins: "TWILIO_ACCOUNT_SID=", in: ADOPTING },
    {
      begins: "cd ../my-project",
      in: ADOPTING,
      replaced: {
        "db push --remote": "the same with --yes, and the address of a database of the test's",
        "secrets set": THEIR_PROJECT,
        "functions deploy": THEIR_PROJECT,
      },
    },
    { begins: 'const { data: assistant } = await admin.from("sms_assistants")', in: APP },
  ],
  "docs/upgrading.md": [
    {
      begins: "npx -y deno@2.9.6 task add ../my-project --update",
      in: ADOPTING,
      replaced: { "--update": YES },
    },
    {
      begins: "npx -y deno@2.9.6 task add ../my-project --remove",
      in: ADOPTING,
      replaced: { "--remove": YES },
    },
    {
      begins: "export SUPABASE_SMS_DATABASE_URL",
      in: ADOPTING,
      replaced: {
        "postgresql://postgres.YOUR_PROJECT:PASSWORD@HOST:5432/postgres": "a database of the test",
        "--remove": "--yes: what is removed is the next step",
        "sms.jsonl": "a folder of the test",
      },
    },
    {
      begins: "npx -y deno@2.9.6 run -A https://YOUR_HOST",
      in: ADOPTING,
      replaced: { "https://YOUR_HOST/": "a folder with the release" },
    },
  ],
  "local/carrier/README.md": [{ begins: "const carrier = await startCarrier", in: CARRIER }],
  "web/README.md": [
    { begins: "VITE_SUPABASE_URL=", in: WEB, replaced: { "task build:web": "another folder: --out" } },
    { begins: '{ "supabaseUrl"', in: WEB },
  ],
};

export interface NotRun extends Pick<Run, "begins"> {
  readonly page: string;
  readonly why: string;
  /** The tests of the same commands. */
  readonly tested: readonly string[];
}

/** What is too much for a test, or cannot be in one. Keep it this short. */
export const TOO_MUCH: readonly NotRun[] = [
  {
    page: "README.md",
    begins: "npx -y deno@2.9.6 task test",
    why: "it runs this very test",
    tested: ["tests/unit/ok/choice.test.ts"],
  },
  {
    page: "docs/performance.md",
    begins: "npx -y deno@2.9.6 task bench --json",
    why: "hours, ten million messages, and a machine that does nothing else",
    tested: [
      "tests/unit/bench/against.test.ts",
      "tests/unit/bench/graphs.test.ts",
      "tests/database/bench_growth.test.ts",
      "tests/reliability/storm.test.ts",
    ],
  },
];
