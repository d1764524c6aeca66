/**
 * `deno task add DIR`: puts this version into a Supabase project, brings it up to date, or takes it out. docs/start.md and
 * docs/upgrading.md show it.
 */
import { relative, resolve } from "node:path";
import { complain, print } from "../../local/print.ts";
import { projectRoot, UsageError } from "../../local/project.ts";
import { ENV_FILE } from "./env_file.ts";
import { describeExport, exportTo } from "./export.ts";
import { readManifest } from "./manifest.ts";
import { type Asked, parseAddOptions, USAGE } from "./options.ts";
import { type Plan, planToAdd } from "./plan.ts";
import { planToRemove } from "./plan_removal.ts";
import { findProject } from "./project.ts";
import { readRelease } from "./release.ts";
import { describeNext, describePlan } from "./report.ts";
import { carryOut } from "./write.ts";

async function main(asked: Asked, from: string): Promise<void> {
  const project = await findProject(asked.dir, from);
  const shown = project === from ? "." : shownFrom(from, project);
  if (asked.does === "export") return await copyOut(project, from, asked);
  const plan = await planFor(project, asked);
  if (nothingToDo(plan)) {
    print(`supabase-sms ${plan.to} is in ${shown}, and nothing is to be changed.`);
    for (const { path } of plan.kept) print(`You edited ${path}. It stays.`);
    return;
  }
  for (const line of describePlan(shown, plan)) print(line);
  print();
  if (asked.exportTo) {
    print(`Before that, all tenants and opt-outs will be copied into ${asked.exportTo.file}.`);
  }
  if (asked.dryRun) return print("Nothing was written, because of --dry-run.");
  if (!asked.yes) ask(plan);
  // Before anything goes: if it fails, nothing has changed.
  await copyOut(project, from, asked);
  await carryOut(project, plan);
  print("Done.");
  print();
  const ignored = await gitIgnores(project, ENV_FILE);
  for (
    const line of describeNext(shown, plan, { gitIgnoresEnv: ignored, exported: asked.exportTo !== null })
  ) {
    print(line);
  }
}

/** What the database holds, into the file that was named. */
async function copyOut(project: string, from: string, { exportTo: wanted, dryRun }: Asked): Promise<void> {
  if (wanted === null) return;
  if (dryRun) {
    return print(
      `All tenants and opt-outs would be copied into ${wanted.file}. Nothing was written, because of --dry-run.`,
    );
  }
  const file = resolve(from, wanted.file);
  const { version } = await readRelease(projectRoot);
  for (const line of describeExport(wanted.file, await exportTo(file, wanted.databaseUrl, version))) {
    print(line);
  }
  if (!relative(project, file).startsWith("..") && !await gitIgnores(project, file)) {
    print("Git does not ignore it: do not commit it.");
  }
  print();
}

/** Short where the project is below, in full elsewhere. */
function shownFrom(from: string, project: string): string {
  const path = relative(from, project);
  return path.startsWith("..") ? project : path;
}

async function planFor(project: string, { does, without }: Asked): Promise<Plan> {
  const release = await readRelease(projectRoot);
  const manifest = await readManifest(project);
  const now = new Date();
  if (does === "remove") return await planToRemove(project, release, manifest, now);
  return await planToAdd(project, release, manifest, { update: does === "update", without, now });
}

function nothingToDo({ does, changes, from, to, manifest }: Plan): boolean {
  return does === "update" && changes.length === 0 && from === to &&
    manifest.meanwhile.without.join() === manifest.after?.without.join();
}

/** @throws UsageError unless somebody says yes */
function ask({ does }: Plan): void {
  if (!Deno.stdin.isTerminal()) {
    throw new UsageError("There is nobody to ask: give --yes, or run it in a terminal. Nothing was changed.");
  }
  if (!confirm(does === "remove" ? "Take it out?" : "Write this?")) {
    throw new UsageError("Nothing was changed.");
  }
}

/** Whether git is sure not to take this file. Without git nothing is taken. */
async function gitIgnores(project: string, path: string): Promise<boolean> {
  try {
    const { code } = await new Deno.Command("git", {
      args: ["check-ignore", "-q", path],
      cwd: project,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return code !== 1;
  } catch {
    return true; // no git on this machine
  }
}

try {
  const asked = parseAddOptions(Deno.args, (name) => Deno.env.get(name));
  // `deno task` runs in our folder and says in INIT_CWD where the person is.
  if (asked === null) print(USAGE);
  else await main(asked, resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd()));
} catch (error) {
  const denied = error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable;
  if (!(error instanceof UsageError) && !denied) throw error;
  complain(denied ? `${error.message}. Nothing was changed.` : error.message);
  Deno.exitCode = 2;
}
