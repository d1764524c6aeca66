import { parseArgs } from "node:util";
import { UsageError } from "../../local/project.ts";
import { type Part, PARTS } from "./release.ts";

/** What the command line asks for. */
export interface Asked {
  dir: string;
  does: "add" | "update" | "remove";
  without: Part[] | undefined;
  dryRun: boolean;
  yes: boolean;
}

const FLAGS = {
  update: {
    type: "boolean",
    help: "Bring what is there to this version. Files that you edited stay, with a patch beside them.",
  },
  remove: { type: "boolean", help: "Take everything out, by one more migration that you push." },
  without: {
    type: "string",
    value: "PARTS",
    help: "Leave these parts out, with commas between them. An update remembers it.",
  },
  "dry-run": { type: "boolean", help: "Show what would be written, and write nothing." },
  yes: { type: "boolean", short: "y", help: "Do not ask. For scripts." },
  help: { type: "boolean", short: "h", help: "Print this." },
} as const;

export const USAGE: string = [
  "deno task add DIR [flags]: puts supabase-sms into the Supabase project in DIR.",
  "",
  ...Object.entries(FLAGS).map(([name, flag]) => {
    const shown = "value" in flag ? `--${name} ${flag.value}` : `--${name}`;
    return `  ${shown.padEnd(18)} ${flag.help}`;
  }),
  "",
  "The parts:",
  ...Object.entries(PARTS).map(([name, { is }]) => `  ${name.padEnd(18)} ${is}`),
].join("\n");

/**
 * @returns null if it asks for help
 * @throws UsageError that names what is wrong
 */
export function parseAddOptions(args: string[]): Asked | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  const [dir, ...more] = positionals;
  if (dir === undefined || more.length > 0) {
    throw new UsageError(`Name one folder: the one of your project.\n\n${USAGE}`);
  }
  if (values.update && values.remove) throw new UsageError("--update and --remove: choose one of them.");
  if (values.remove && values.without !== undefined) {
    throw new UsageError("--remove takes everything out. To leave a part out, use --update --without.");
  }
  return {
    dir,
    does: values.remove ? "remove" : values.update ? "update" : "add",
    without: values.without === undefined ? undefined : parseParts(values.without),
    dryRun: values["dry-run"] ?? false,
    yes: values.yes ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`, { cause: error });
  }
}

/** An empty text brings all parts back. */
function parseParts(text: string): Part[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0) {
    throw new UsageError(
      `There is no part ${unknown.join(", ")}. The parts are: ${Object.keys(PARTS).join(", ")}.`,
    );
  }
  return [...new Set(names)].filter((name): name is Part => name in PARTS).sort();
}
