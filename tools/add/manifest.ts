import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { readIfThere } from "../../local/files.ts";
import { UsageError } from "../../local/project.ts";

/** Beside the adopter's `supabase/`; to be committed with it. */
export const MANIFEST = "supabase-sms.json";

/** What is named here may be written over and deleted: nothing outside of the folders that `add` fills. */
const OwnPath = z.string()
  .regex(/^(supabase\/functions\/(sms-[a-z-]+|_shared\/sms)|supabase-sms-client)\/[^\\]+$/)
  .refine((path) => !path.split("/").includes(".."));
const Hashes = z.record(OwnPath, z.string().regex(/^[0-9a-f]{64}$/));
const Written = z.object({
  version: z.string(),
  without: z.array(z.string()),
  /** The SHA-256 of each file as it was written, by its path. */
  files: Hashes,
  /** What was put into config.toml. */
  config: z.string().nullable(),
  /** Whether the env file was made for us, and whether its last line was given an end. */
  env: z.object({ created: z.boolean(), ended: z.boolean() }).nullable(),
});
const Manifest = Written.extend({
  about: z.string(),
  /** Which of our migrations each file of the project holds. */
  migrations: z.record(z.string(), z.array(z.string())),
  /** There while files are being written: a run that was stopped is known by it, and repeated. */
  pending: z.union([Written, z.literal("removal")]).optional(),
});
/** What one run of `add` wrote, or will write. */
export type Written = z.infer<typeof Written>;
export type Manifest = z.infer<typeof Manifest>;

export const ABOUT = "What supabase-sms wrote here. Commit this file: an update and a removal need it.";

/**
 * @returns null where there is none
 * @throws UsageError if it is not ours
 */
export async function readManifest(project: string): Promise<Manifest | null> {
  const text = await readIfThere(join(project, MANIFEST));
  if (text === null) return null;
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    throw new UsageError(
      `${MANIFEST} cannot be read: it was edited, or another program wrote it. Bring it back from your version control. Nothing was changed.`,
      { cause: error },
    );
  }
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Of a text, whatever ends of line a checkout gave it. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
}

/** Negative if `one` is older. Semantic versioning 2.0.0, clause 11. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  const core = comparedParts(a.core, b.core);
  if (core !== 0) return core;
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  return comparedParts(a.pre, b.pre);
}

function partsOf(version: string): { core: string[]; pre: string[] } {
  const [core = "", pre] = version.split("+")[0]?.split(/-(.*)/) ?? [];
  return { core: core.split("."), pre: pre ? pre.split(".") : [] };
}

function comparedParts(one: string[], other: string[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [a, b] = [one[at], other[at]];
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    if (a === b) continue;
    const numeric = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (numeric[0] && numeric[1]) return Number(a) - Number(b);
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return 0;
}
