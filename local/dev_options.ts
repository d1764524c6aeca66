import { parseArgs } from "node:util";
import { UsageError } from "./project.ts";
import type { StackOptions } from "./stack.ts";

/** Each flag with the value that it takes and one line of help. */
const FLAGS = {
  port: {
    type: "string",
    value: "N",
    help: "Port of the API. Default 54321. Each port has data of its own.",
  },
  database: {
    type: "string",
    value: "URL",
    help: "Keep everything in this Postgres database of yours: an empty one, as a superuser.",
  },
  ephemeral: { type: "boolean", help: "Keep nothing when it stops." },
  fresh: {
    type: "boolean",
    help: "Start with an empty database. The old data is moved aside, and it says where.",
  },
  unpaced: {
    type: "boolean",
    help: "No limits for the demo user, and 1,000 segments a second, for load tests.",
  },
  "no-worker": { type: "boolean", help: "Do not run the worker: messages are stored, and no reply is made." },
  number: { type: "string", value: "N", help: "The demo user's phone number, such as +15005550006." },
  "carrier-url": {
    type: "string",
    value: "URL",
    help: "A Twilio-compatible server in place of the look-alike.",
  },
  "model-url": {
    type: "string",
    value: "URL",
    help: "An OpenAI-compatible server in place of the look-alike, with its /v1.",
  },
  deno: {
    type: "string",
    value: "VERSION",
    help: "The Deno that the functions run on, from npm: 2.1.4 is what hosted projects have.",
  },
  help: { type: "boolean", short: "h", help: "Print this." },
} as const;

/** What `deno task dev --help` prints. */
export const USAGE: string = [
  "deno task dev [flags]: the whole project on this machine.",
  "",
  ...Object.entries(FLAGS).map(([name, flag]) => {
    const shown = "value" in flag ? `--${name} ${flag.value}` : `--${name}`;
    return `  ${shown.padEnd(18)} ${flag.help}`;
  }),
].join("\n");

/**
 * What the command line asks for; null if it asks for help.
 *
 * @throws UsageError that names the flag
 */
export function parseDevOptions(args: string[]): (StackOptions & { port: number }) | null {
  const values = parse(args);
  if (values.help) return null;
  const { ephemeral = false, fresh = false, unpaced = false } = values;
  if (ephemeral && values.database !== undefined) {
    throw new UsageError("--ephemeral keeps nothing, and --database names where to keep it: leave one out");
  }
  if (ephemeral && fresh) {
    throw new UsageError("--ephemeral starts with an empty database anyway: leave --fresh out");
  }
  if (fresh && values.database !== undefined) {
    throw new UsageError("--fresh is for the data that dev keeps itself: name an empty database instead");
  }
  return {
    port: parsePort(values.port ?? "54321"),
    databaseUrl: values.database === undefined ? undefined : parseDatabase(values.database),
    ephemeral,
    fresh,
    unpaced,
    worker: !values["no-worker"],
    number: values.number === undefined ? undefined : parseNumber(values.number),
    carrierUrl: parseUrl("--carrier-url", values["carrier-url"]),
    modelUrl: parseUrl("--model-url", values["model-url"]),
    deno: values.deno,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new UsageError(`--port must be a number from 1 to 65535, not "${text}"`);
  }
  return port;
}

/** The message leaves the value out: it may hold a password. */
function parseDatabase(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname || url.pathname.length < 2) {
    throw new UsageError("--database must have the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
  }
  return text;
}

function parseNumber(text: string): string {
  if (!/^\+[1-9]\d{6,14}$/.test(text)) {
    throw new UsageError(`--number must be in E.164 form, such as +15005550006, not "${text}"`);
  }
  return text;
}

function parseUrl(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${flag} must be an http(s) URL, not "${text}"`);
  }
  return text.replace(/\/+$/, "");
}
