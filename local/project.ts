import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository, wherever it was cloned. */
export const projectRoot = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** What `local/` keeps between runs when it does not run as root. */
export const localFolder = join(projectRoot, ".local");

export const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

/** A folder name that two clones on one machine never share. */
export function cloneName(root = projectRoot): string {
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 8);
  return `${basename(root).replaceAll(/[^A-Za-z0-9._-]/g, "-")}-${hash}`;
}

/** A mistake of the person who started us: its message is shown without a stack. */
export class UsageError extends Error {
  override name = "UsageError";
}
