import { parseArgs, parseEnv } from "node:util";
import { join, resolve } from "node:path";
import { z } from "zod";
import { readIfThere } from "../../local/files.ts";
import { UsageError } from "../../local/project.ts";

export interface DoctorOptions {
  readonly directory: string;
  /** The API's address, without a slash at its end. */
  readonly url: string | null;
  readonly secretKey: string | null;
  /** The secret key named `worker`; where there is none, the default one wakes the worker. */
  readonly workerKey: string | null;
  readonly databaseUrl: string | null;
  readonly json: boolean;
}

const FLAGS = {
  url: {
    type: "string",
    value: "URL",
    help: "The project's address, https://YOUR_PROJECT.supabase.co. Else SUPABASE_URL.",
  },
  "secret-key": {
    type: "string",
    value: "KEY",
    help:
      "A secret key (sb_secret_…). Else SUPABASE_SECRET_KEYS or SUPABASE_SECRET_KEY, which no list of processes shows.",
  },
  "worker-key": {
    type: "string",
    value: "KEY",
    help: "The secret key named worker. Else the one in SUPABASE_SECRET_KEYS.",
  },
  db: {
    type: "string",
    value: "URL",
    help: "The database, postgresql://…, as its owner. Else SUPABASE_SMS_DATABASE_URL.",
  },
  json: { type: "boolean", help: "Print one JSON object (docs/doctor.md)." },
  help: { type: "boolean", short: "h", help: "Print this." },
} as const;

export const USAGE: string = [
  "deno task doctor [DIR] [flags]: looks whether supabase-sms is well, says what is not and what mends it. It reads only.",
  "",
  ...Object.entries(FLAGS).map(([name, flag]) => {
    const shown = "value" in flag ? `--${name} ${flag.value}` : `--${name}`;
    return `  ${shown.padEnd(18)} ${flag.help}`;
  }),
  "",
  "DIR is the folder that has supabase/; by default this one. Exit code: 0 if nothing is wrong, 1 if something is, 2 for a wrong flag.",
].join("\n");

export interface Terminal {
  readonly args: string[];
  readonly env: (name: string) => string | undefined;
  /** Where relative paths begin. */
  readonly cwd: string;
}

/** @returns null if help is asked for @throws UsageError that names the flag, and never its value */
export function parseDoctorOptions({ args, env, cwd }: Terminal): DoctorOptions | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  if (positionals.length > 1) throw new UsageError("Name one folder, or none.");
  const url = values.url ?? env("SUPABASE_URL") ?? null;
  const databaseUrl = values.db ?? env("SUPABASE_SMS_DATABASE_URL") ?? null;
  const keys = keysIn(env);
  return {
    directory: resolve(cwd, positionals[0] ?? "."),
    url: url === null ? null : parseUrl(url),
    secretKey: values["secret-key"] ?? keys.default ?? null,
    workerKey: values["worker-key"] ?? keys.worker ?? null,
    databaseUrl: databaseUrl === null ? null : parseDatabase(databaseUrl),
    json: values.json ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

const Keys = z.record(z.string(), z.string());

function keysIn(env: Terminal["env"]): Readonly<Record<string, string>> {
  const json = env("SUPABASE_SECRET_KEYS");
  if (json === undefined || json === "") {
    const key = env("SUPABASE_SECRET_KEY");
    return key === undefined || key === "" ? {} : { default: key };
  }
  try {
    return Keys.parse(JSON.parse(json));
  } catch (error) {
    throw new UsageError("SUPABASE_SECRET_KEYS must be a JSON object of keys by their names", {
      cause: error,
    });
  }
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new UsageError(
      "--url must be the project's address without a name or password, such as https://YOUR_PROJECT.supabase.co",
    );
  }
  return text.replace(/\/+$/, "").replace(/\/functions\/v1$/, "");
}

/** @throws UsageError that leaves the value out: it holds a password */
export function parseDatabase(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname) {
    throw new UsageError("--db must have the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
  }
  try {
    decodeURIComponent(url.username + url.password);
  } catch (error) {
    throw new UsageError("--db has a % in its password that stands for itself: write it as %25", {
      cause: error,
    });
  }
  return text;
}

/** The settings that the project gives its functions by a file, if there is one. */
export async function readEnvFile(directory: string): Promise<Record<string, string | undefined> | null> {
  const text = await readIfThere(join(directory, "supabase/functions/.env"));
  return text === null ? null : parseEnv(text);
}
