import { parse } from "smol-toml";
import { z } from "zod";
import { UsageError } from "../../local/project.ts";

export const CONFIG = "supabase/config.toml";
const BEGIN = "# supabase-sms: begin. `add` wrote this, `add --remove` takes it out.";
const WHY = "# Each function checks its callers itself: Twilio's signature, a user's token or a secret key.";
const END = "# supabase-sms: end.";

const Config = z.looseObject({
  functions: z.record(z.string(), z.unknown()).optional(),
});
/** Only what is looked at; of any other shape it is the CLI's to refuse. */
const Looked = z.looseObject({
  api: z.looseObject({ schemas: z.array(z.string()) }).optional().catch(undefined),
  edge_runtime: z.looseObject({ deno_version: z.number() }).optional().catch(undefined),
});
type Config = z.infer<typeof Config>;

/** The text of config.toml with our blocks, and what was put in; `edited` if they were kept as somebody changed them. */
export interface Configured {
  text: string;
  added: string;
  edited: boolean;
}

/**
 * Puts one block a function at the end, or in the place of those that are there. All other text stays as it is.
 *
 * @param before what an earlier run put in, by its manifests
 * @throws UsageError if it does not parse, or would say something else afterwards
 */
export function withBlocks(text: string, functions: string[], before: string[]): Configured {
  const config = parseConfig(text);
  const old = before.find((added) => added !== "" && occursOnce(text, added));
  const region = old === undefined ? editedRegion(text) : null;
  if (region !== null) return completed(text, config, functions, region);
  const rest = old === undefined ? text : replaceOnce(text, old, "");
  const theirs = parseConfig(rest).functions ?? {};
  const taken = functions.filter((name) => name in theirs);
  if (taken.length > 0) {
    throw new UsageError(
      `${CONFIG} has a block for ${
        taken.join(", ")
      } that \`add\` did not write. Take it out: \`add\` writes it again. Nothing was changed.`,
    );
  }
  // The end of a last line is a part of what is added, so that a removal gives the same bytes back.
  const start = old !== undefined ? /^\s*/.exec(old)?.[0] ?? "" : leadIn(text);
  const added = start + blocks(functions, endOfLine(text));
  const result = old === undefined ? text + added : replaceOnce(text, old, added);
  return { text: checked(result, rest, functions), added, edited: false };
}

/**
 * @param before what an earlier run put in, by its manifests
 * @throws UsageError if more than our blocks would go
 */
export function withoutBlocks(text: string, functions: string[], before: string[]): string {
  const config = parseConfig(text);
  const old = before.find((added) => added !== "" && occursOnce(text, added)) ?? editedRegion(text);
  const rest = old === null ? text : replaceOnce(text, old, "");
  const theirs = withoutOurs(config, functions);
  if (sameConfig(parseConfig(rest), theirs)) return rest;
  throw new UsageError(
    `${CONFIG} was edited between the lines that \`add\` wrote. Take the blocks of ${
      functions.join(", ")
    } out by hand, ` +
      "then run this again. Nothing was changed.",
  );
}

/** What in config.toml would keep ours from working, on the adopter's machine. It is theirs to change. */
export function warningsOf(config: Config): string[] {
  const { api, edge_runtime } = Looked.parse(config);
  return [
    ...(edge_runtime?.deno_version === 1
      ? [
        `${CONFIG}: [edge_runtime] deno_version is 1. Hosted projects run 2, and ours is tested on that: set it to 2.`,
      ]
      : []),
    ...(api?.schemas.includes("public") === false
      ? [
        `${CONFIG}: [api] schemas does not list "public", where our tables and verbs are: add it, also on the platform.`,
      ]
      : []),
  ];
}

/** @throws UsageError with the line and what is wrong there */
export function parseConfig(text: string): Config {
  try {
    return Config.parse(parse(text));
  } catch (error) {
    const said = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const line = error instanceof Error && "line" in error ? `, line ${error.line}` : "";
    throw new UsageError(`${CONFIG} does not parse${line}: ${said}. Nothing was changed.`, { cause: error });
  }
}

function completed(text: string, config: Config, functions: string[], region: string): Configured {
  const missing = functions.filter((name) => !(name in (config.functions ?? {})));
  if (missing.length === 0) return { text, added: region, edited: true };
  const eol = endOfLine(text);
  const added = region.replace(END, () => `${missing.map((name) => block(name, eol)).join(eol)}${eol}${END}`);
  return { text: checked(replaceOnce(text, region, added), text, missing), added, edited: true };
}

/** The result, if it parses to what `before` says with these functions and nothing else. */
function checked(result: string, before: string, functions: string[]): string {
  const [config, theirs] = [parseConfig(result), parseConfig(before)];
  const ours = Object.fromEntries(functions.map((name) => [name, { verify_jwt: false }]));
  const wanted = { ...theirs, functions: { ...theirs.functions, ...ours } };
  if (sameConfig(config, wanted)) return result;
  throw new UsageError(
    `${CONFIG} cannot take our blocks at its end. Write [functions.NAME] blocks there instead of \`functions = { … }\`. ` +
      "Nothing was changed.",
  );
}

/** Whether both say the same, in any order. No table of functions is the same as an empty one. */
function sameConfig(one: Config, other: Config): boolean {
  return canonical({ functions: {}, ...one }) === canonical({ functions: {}, ...other });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => one < other ? -1 : 1));
  });
}

function withoutOurs(config: Config, functions: string[]): Config {
  const theirs = Object.entries(config.functions ?? {}).filter(([name]) => !functions.includes(name));
  return { ...config, functions: Object.fromEntries(theirs) };
}

function blocks(functions: string[], eol: string): string {
  return [BEGIN, WHY, ...functions.map((name) => block(name, eol)), END, ""].join(eol);
}

function block(name: string, eol: string): string {
  return `[functions.${name}]${eol}verify_jwt = false${eol}`;
}

/** From our first line to our last, as somebody edited it; null if one of them is not there. */
function editedRegion(text: string): string | null {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) return null;
  const end = to + END.length;
  const start = /(\r?\n)?$/.exec(text.slice(0, from))?.[0].length ?? 0;
  return text.slice(from - start, end) + (/^\r?\n/.exec(text.slice(end))?.[0] ?? "");
}

function leadIn(text: string): string {
  const eol = endOfLine(text);
  return text === "" ? "" : /\n$/.test(text) ? eol : eol + eol;
}

function endOfLine(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function occursOnce(text: string, part: string): boolean {
  return text.split(part).length === 2;
}

function replaceOnce(text: string, part: string, by: string): string {
  return text.replace(part, () => by);
}
