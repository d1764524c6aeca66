import { parseArgs } from "node:util";
import { UsageError } from "./project.ts";
import type { StackOptions } from "./stack.ts";

export const USAGE =
  "deno task dev [--port N] [--ephemeral] [--unpaced] [--no-worker] [--number N] [--carrier-url U] [--model-url U]";

const FLAGS = {
  port: { type: "string" },
  ephemeral: { type: "boolean" },
  unpaced: { type: "boolean" },
  "no-worker": { type: "boolean" },
  number: { type: "string" },
  "carrier-url": { type: "string" },
  "model-url": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/**
 * What the command line asks for; null if it asks for help.
 *
 * @throws UsageError that names the flag
 */
export function parseDevOptions(args: string[]): StackOptions | null {
  const values = parse(args);
  if (values.help) return null;
  return {
    port: parsePort(values.port ?? "54321"),
    ephemeral: values.ephemeral ?? false,
    unpaced: values.unpaced ?? false,
    worker: !values["no-worker"],
    number: values.number === undefined ? undefined : parseNumber(values.number),
    carrierUrl: parseUrl("--carrier-url", values["carrier-url"]),
    modelUrl: parseUrl("--model-url", values["model-url"]),
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
