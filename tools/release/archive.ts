import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";

const Archive = z.record(z.string(), z.string());

/** Texts by their paths, as one compressed JSON object: any Deno opens it without a library. The same files, the same bytes. */
export function pack(files: Map<string, string>): Uint8Array<ArrayBuffer> {
  const sorted = Object.fromEntries([...files].sort(([one], [other]) => one < other ? -1 : 1));
  return new Uint8Array(gzipSync(JSON.stringify(sorted), { level: 9 }));
}

export function unpack(archive: Uint8Array): Map<string, string> {
  return new Map(Object.entries(Archive.parse(JSON.parse(new TextDecoder().decode(gunzipSync(archive))))));
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
