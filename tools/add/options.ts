import { parseArgs } from "node:util";
import { UsageError } from "../../local/project.ts";
import { parseDatabase } from "../doctor/options.ts";
import { type Part, PARTS } from "./release.ts";

/** What the command line asks for. */
export interface Asked {
  dir: string;
  does: "add" | "update" | "remove" | "export";
  without: Part[] | undefined;
  dryRun: boolean;
  yes: boolean;
  /** What the database holds is copied into this file first, as it was typed. */
  exportTo: { file: string; databaseUrl: string } | null;
}

const FLAGS = {
  update: {
    type: "boolean",
    help: "Bring what is there to this version. Files that you edited stay, with a patch beside them.",
  },
  remove: { type: "boolean", help: "Take everything out, by one more migration that you push." },
  export: {
    type: "string",
    value: "FILE",
    help:
      "Copy all tenants, texts and opt-outs from the database into FILE: with --remove before anything goes, else alone.",
  },
  db: {
    type: "string",
    value: "URL",
    help: "For --export: the database, postgresql://…, as its owner. Else SUPABASE_SMS_DATABASE_URL.",
  },
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
export function parseAddOptions(
  args: string[],
  env: (name: string) => string | undefined = () => undefined,
): Asked | null {
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
  if (values.db !== undefined && values.export === undefined) {
    throw new UsageError("--db is for --export: `add` itself asks no database.");
  }
  if (values.export !== undefined && (values.update || values.without !== undefined)) {
    throw new UsageError("--export goes with --remove, or stands alone.");
  }
  const does = values.remove
    ? "remove"
    : values.update
    ? "update"
    : values.export === undefined
    ? "add"
    : "export";
  return {
    dir,
    does,
    without: values.without === undefined ? undefined : parseParts(values.without),
    dryRun: values["dry-run"] ?? false,
    yes: values.yes ?? false,
    exportTo: values.export === undefined ? null : {
      file: values.export,
      databaseUrl: databaseFor(
        `${dir}${values.remove ? " --remove" : ""}`,
        values.export,
        values.db ?? env(DATABASE),
      ),
    },
  };
}

const DATABASE = "SUPABASE_SMS_DATABASE_URL";

/** @throws UsageError with the exact command where there is no address, or no right one */
function databaseFor(command: string, file: string, given: string | undefined): string {
  if (file === "") throw new UsageError("--export needs the name of a file. Nothing was changed.");
  if (given !== undefined && given !== "") return parseDatabase(given);
  throw new UsageError(
    [
      "--export needs the database's address, as its owner (Dashboard > Connect, session pooler). Nothing was changed.",
      "With yours in the first line:",
      `  export ${DATABASE}='postgresql://postgres.YOUR_PROJECT:PASSWORD@HOST:5432/postgres'`,
      `  deno task add ${command} --export ${file}`,
    ].join("\n"),
  );
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
