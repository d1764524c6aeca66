/** What can be seen in the adopter's folder. */
import { join } from "node:path";
import { exists } from "../../../local/files.ts";
import { isPrivateHost } from "../../../local/public_address.ts";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import { SETTINGS } from "../../../supabase/functions/_shared/sms/setting_table.ts";
import { readSettings } from "../../../supabase/functions/_shared/sms/settings.ts";
import { listed, type Look, type Problem, Skip } from "../check.ts";
import type { Subject } from "../subject.ts";

/** Without these no text is answered. */
const NEEDED = ["sms-webhook", "sms-status", "sms-worker", "sms-send", "sms-numbers", "sms-accounts"];
const ADD = "deno task add DIR";
const UPDATE = "deno task add DIR --update";

export const project: Look = ({ project: { config, unreadable, directory } }) => {
  if (config === null) {
    return [{
      what: `There is no supabase/config.toml in ${directory}.`,
      mend: "npx supabase init, or name another folder",
    }];
  }
  return unreadable.map((what) => ({
    what: `${what}.`,
    mend: what.startsWith("supabase-sms") ? "git checkout supabase-sms.json" : "Mend that line by hand.",
  }));
};

export const functionFiles: Look = (subject) => {
  const there = installed(subject).functions;
  const missing = NEEDED.filter((name) => !there.includes(name));
  return missing.length === 0 ? [] : [{
    what: `supabase/functions lacks ${missing.join(", ")}.`,
    mend: subject.project.manifest ? UPDATE : ADD,
  }];
};

export const foreignFiles: Look = (subject) => {
  const { files, manifest } = installed(subject);
  const ours = (path: string) =>
    subject.release.files.has(path) || (manifest !== null && path in manifest.files);
  const foreign = [...files.keys()].filter((path) => !ours(path));
  return foreign.length === 0 ? [] : [{
    what: `${listed(foreign)} ${foreign.length === 1 ? "is" : "are"} not ours, in folders that are.`,
    mend: "Move them to a folder of yours: an update may need these names.",
  }];
};

export const functionBlocks: Look = async (subject) => {
  const { functions, config, directory } = installed(subject);
  const problems: Problem[] = [];
  for (const name of functions) {
    const block = config?.[name];
    const folder = join(directory, "supabase");
    // `add` puts a deno.json beside each function, and the CLI takes it; without one the block has to name a map.
    const hasOwnMap = await exists(join(folder, "functions", name, "deno.json"));
    const mend = `Put into supabase/config.toml:\n[functions.${name}]\nverify_jwt = false${
      hasOwnMap ? "" : '\nimport_map = "../import_map.json"'
    }`;
    if (block === undefined) {
      problems.push({
        what: `${name} has no block in supabase/config.toml: the platform would ask Twilio for a JWT.`,
        mend,
      });
    } else if (block.verify_jwt !== false) {
      problems.push({
        what: `[functions.${name}] lacks verify_jwt = false: the platform would ask for a JWT.`,
        mend,
      });
    }
    const map = block?.import_map;
    if (map !== undefined && !await exists(join(folder, map))) {
      problems.push({
        what: `[functions.${name}] names the import map ${map}, which is not there.`,
        mend: `cp import_map.json ${join(folder, map)}`,
      });
    } else if (block !== undefined && map === undefined && !hasOwnMap) {
      problems.push({ what: `${name} has no import map: its packages would not be found.`, mend });
    }
  }
  return problems;
};

export const settings: Look = (subject) => {
  const { env } = installed(subject);
  if (env === null) throw new Skip("there is no supabase/functions/.env");
  const problems: Problem[] = Object.entries(env)
    .filter(([name, value]) => name in SETTINGS && value?.trim() === "")
    .map(([name]) => ({
      what: `${name} is empty in supabase/functions/.env: \`secrets set\` would set an empty secret.`,
      mend: "Give it a value, or take the line out.",
    }));
  try {
    readSettings((name) => SETTINGS[name].group === "platform" ? STAND_INS[name] : env[name]);
  } catch (error) {
    if (!(error instanceof AppError && error.cause instanceof Error)) throw error;
    const [name = ""] = error.cause.message.split(" ");
    const setting = Object.entries(SETTINGS).find(([known]) => known === name)?.[1];
    problems.push({
      what: `${error.cause.message} (supabase/functions/.env).`,
      mend: setting?.what ?? "docs/reference/settings.md",
    });
  }
  return problems;
};

export const publicAddress: Look = (subject) => {
  const { env } = installed(subject);
  if (env === null) throw new Skip("there is no supabase/functions/.env");
  const old = env.SMS_OLD_SETTINGS === "true" ? env.NGROK_URL || env.BACKEND_URL : undefined;
  const [name, text] = env.SMS_PUBLIC_URL
    ? ["SMS_PUBLIC_URL", env.SMS_PUBLIC_URL]
    : ["BACKEND_URL or NGROK_URL", old ?? ""];
  const url = URL.parse(text.split(",")[0]?.trim() ?? "");
  if (!url || env.SMS_TWILIO_API_BASE_URL || !isPrivateHost(url.hostname)) return [];
  return [{
    what: `${name} in supabase/functions/.env is ${url.host}, which Twilio cannot reach.`,
    mend: "Set SMS_PUBLIC_URL to the address at which the world reaches your functions, or take it out.",
  }];
};

export const versions: Look = (subject) => {
  const { manifest, files, version } = installed(subject);
  const { release } = subject;
  const problems: Problem[] = [];
  const is = manifest?.version ?? version;
  if (is !== null && is !== release.version) {
    problems.push({
      what: `The files are of version ${is}; this doctor is of ${release.version}.`,
      mend: UPDATE,
    });
  }
  if (manifest === null) {
    if (problems.length > 0) return problems;
    throw new Skip(
      "there is no supabase-sms.json: these files were copied by hand, so nobody knows which are edited",
    );
  }
  const wrong = Object.entries(manifest.files).filter(([path]) =>
    /^supabase\/functions\/(sms-|_shared\/sms\/)/.test(path)
  );
  const gone = wrong.filter(([path]) => !files.has(path)).map(([path]) => path);
  const edited = wrong.filter(([path, hash]) => files.has(path) && files.get(path) !== hash).map(([path]) =>
    path
  );
  if (gone.length > 0) {
    problems.push({ what: `${listed(gone)} ${gone.length === 1 ? "is" : "are"} gone.`, mend: UPDATE });
  }
  if (edited.length > 0) {
    problems.push({
      what: `${listed(edited)} ${
        edited.length === 1 ? "was" : "were"
      } edited: an update keeps your version, and it may not fit.`,
      mend: `git diff, then ${UPDATE}`,
    });
  }
  return problems;
};

/** What the platform sets: whether it does is seen on the platform. */
const STAND_INS: Readonly<Record<string, string>> = {
  SUPABASE_URL: "http://127.0.0.1",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"unused"}',
  SUPABASE_SECRET_KEYS: '{"default":"unused"}',
};

/** @throws Skip where the folder holds nothing of ours */
function installed({ project }: Subject): Subject["project"] {
  if (project.config === null) throw new Skip("there is no project in that folder");
  if (project.files.size === 0) throw new Skip("that folder has none of our functions");
  return project;
}
