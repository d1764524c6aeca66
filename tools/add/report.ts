import { CONFIG } from "./config_toml.ts";
import { ENV_FILE } from "./env_file.ts";
import { MANIFEST } from "./manifest.ts";
import type { Plan } from "./plan.ts";
import { CLIENT_FOLDER, functionsIn } from "./release.ts";

const CLI = "npx -y supabase@3.1.0";

/** What a plan will do, for the person who is asked. */
export function describePlan(project: string, plan: Plan): string[] {
  return [
    `${TITLES[plan.does](plan)} in ${project}`,
    "",
    ...rows(plan),
    ...(plan.kept.length > 0
      ? [
        "",
        "You edited these. They stay as they are:",
        ...plan.kept.map(({ path, patch }) => {
          return `  ${path}${patch ? `\n    What is new in ours: ${patch}` : ""}`;
        }),
      ]
      : []),
    ...(plan.notices.length > 0 ? ["", ...plan.notices] : []),
  ];
}

const TITLES: Record<Plan["does"], (plan: Plan) => string> = {
  add: ({ to }) => `supabase-sms ${to} will be added`,
  update: ({ from, to }) =>
    from === to ? `supabase-sms ${to} will be changed` : `supabase-sms ${from} will be brought to ${to}`,
  finish: ({ to }) => `An earlier run was stopped half-way. This one finishes supabase-sms ${to}`,
  remove: ({ from }) => `supabase-sms ${from} will be taken out`,
};

function rows({ changes, migration, does, manifest }: Plan): string[] {
  const groups: [name: string, of: RegExp][] = [
    ["supabase/functions/sms-*/", /^supabase\/functions\/sms-/],
    ["supabase/functions/_shared/sms/", /^supabase\/functions\/_shared\/sms\//],
    [`${CLIENT_FOLDER}/`, new RegExp(`^${CLIENT_FOLDER}/`)],
  ];
  const lines: [string, string][] = [];
  for (const [name, of] of groups) {
    const inside = changes.filter(({ path }) => of.test(path));
    if (inside.length > 0) lines.push([name, counted(inside)]);
  }
  if (migration) lines.push([migration.path, migrationSaid(migration.contains, does)]);
  const config = changes.some(({ path }) => path === CONFIG);
  const functions = functionsOf(manifest.after?.files);
  if (config) {
    lines.push([
      CONFIG,
      does === "remove" ? "without our blocks" : `${functions.length} blocks [functions.sms-…]`,
    ]);
  }
  if (changes.some(({ path }) => path === ENV_FILE)) {
    lines.push([
      ENV_FILE,
      does === "remove" ? "without our lines and SMS_CREDENTIALS_KEY" : "a fresh SMS_CREDENTIALS_KEY",
    ]);
  }
  lines.push([MANIFEST, does === "remove" ? "goes" : "what was written; commit it"]);
  const width = Math.max(...lines.map(([path]) => path.length));
  return lines.map(([path, what]) => `  ${path.padEnd(width)}  ${what}`);
}

function counted(changes: Plan["changes"]): string {
  const gone = changes.filter(({ text }) => text === null).length;
  const files = (count: number) => count === 1 ? "1 file" : `${count} files`;
  const parts = [
    changes.length > gone ? files(changes.length - gone) : "",
    gone > 0 ? `${files(gone)} will go` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function migrationSaid(contains: string[], does: Plan["does"]): string {
  if (does === "remove") return "drops all that is ours, with all messages";
  return contains.length === 1 ? "one migration" : `one migration, of ${contains.length}`;
}

/** What the person does next. */
export function describeNext(
  project: string,
  plan: Plan,
  { gitIgnoresEnv, exported }: { gitIgnoresEnv: boolean; exported: boolean },
): string[] {
  if (plan.does === "remove") return nextAfterRemoval(project, plan, exported);
  const env = plan.changes.some(({ path }) => path === ENV_FILE);
  const functions = functionsOf(plan.manifest.after?.files);
  const gone = functionsOf(plan.manifest.meanwhile.files).filter((name) => !functions.includes(name));
  return [
    ...(env && !gitIgnoresEnv ? [`Add ${ENV_FILE} to .gitignore: it holds a key.`, ""] : []),
    ...(env
      ? [`Fill in ${ENV_FILE}: Twilio's account and the model's key. Then, with your project linked:`]
      : ["Next:"]),
    `  cd ${project}`,
    ...(plan.migration ? [`  ${CLI} db push --remote`] : []),
    ...(env ? [`  ${CLI} secrets set --env-file ${ENV_FILE}`] : []),
    // By their names: without any, the CLI deploys the adopter's own functions as well.
    `  ${CLI} functions deploy --use-api ${functions.join(" ")}`,
    ...gone.map((name) => `  ${CLI} functions delete ${name}`),
  ];
}

const functionsOf = (files: Record<string, string> = {}) => functionsIn(new Map(Object.entries(files)));

function nextAfterRemoval(
  project: string,
  { changes, kept, manifest }: Plan,
  exported: boolean,
): string[] {
  if (Object.keys(manifest.meanwhile.migrations).length === 0) {
    return ["No migration of ours was written yet: there is nothing else to do."];
  }
  const functions = functionsIn(new Map([...changes, ...kept].map(({ path }) => [path, null])));
  return [
    ...(exported ? ["Next, with your project linked. `db push` deletes all messages."] : [
      "Next, with your project linked. `db push` deletes all messages. To keep them, first (it asks for the database's address):",
      `  deno task add ${project} --export sms.jsonl`,
    ]),
    `  cd ${project}`,
    `  for name in ${functions.join(" ")}; do ${CLI} functions delete $name; done`,
    `  ${CLI} db push --remote`,
    `  ${CLI} secrets unset SMS_CREDENTIALS_KEY`,
    "At Twilio your numbers still call the functions: give them another webhook, or release them.",
  ];
}
