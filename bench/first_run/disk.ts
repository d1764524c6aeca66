import { join } from "node:path";

export interface Part {
  readonly name: string;
  readonly bytes: number;
}

/**
 * What folders take on the disk, in blocks as `du` counts them. A file with several names counts once, for the first part
 * that has it, so a later part may name a folder around earlier ones.
 */
export async function sizes(parts: Readonly<Record<string, readonly string[]>>): Promise<Part[]> {
  const counted = new Set<string>();
  const told: Part[] = [];
  for (const [name, paths] of Object.entries(parts)) {
    let bytes = 0;
    for (const path of paths) bytes += await sizeOf(path, counted);
    told.push({ name, bytes });
  }
  return told;
}

async function sizeOf(path: string, counted: Set<string>): Promise<number> {
  const { dev, ino, blocks, isDirectory } = await Deno.lstat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return { dev: 0, ino: null, blocks: 0, isDirectory: false };
    throw error;
  });
  let bytes = 0;
  const inode = `${dev}:${ino}`;
  if (!counted.has(inode)) bytes += (blocks ?? 0) * 512;
  counted.add(inode);
  if (!isDirectory) return bytes;
  for await (const entry of Deno.readDir(path)) bytes += await sizeOf(join(path, entry.name), counted);
  return bytes;
}
