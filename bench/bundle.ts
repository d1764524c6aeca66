/**
 * How much JavaScript the first load takes, compressed: the page itself, the inbox, and whatever both bring along. Run
 * with `deno task bench bundle`; it fails above the budget.
 */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { print } from "../local/print.ts";
import { buildWeb } from "../local/web_build.ts";
import { tell } from "./figures.ts";

const BUDGET_KB = 200;

/** What Vite writes about its chunks: https://vite.dev/guide/backend-integration */
const Chunk = z.object({ file: z.string(), imports: z.array(z.string()).default([]) });
const Manifest = z.record(z.string(), Chunk);

/** What is loaded before the inbox is shown; the dashboard's charts and the settings are not. */
const FIRST = ["index.html", "src/app/SignIn.tsx", "src/inbox/index.tsx"];

function withImports(manifest: z.infer<typeof Manifest>, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    const chunk = manifest[name];
    assert(chunk, `the build has ${name}`);
    if (found.has(chunk.file)) return;
    found.add(chunk.file);
    chunk.imports.forEach(add);
  };
  names.forEach(add);
  return found;
}

const folder = await Deno.makeTempDir({ prefix: "bundle-" });
try {
  await buildWeb({ folder, mode: "production", manifest: "manifest.json" });
  const manifest = Manifest.parse(JSON.parse(await Deno.readTextFile(join(folder, "manifest.json"))));
  let total = 0;
  for (const file of withImports(manifest, FIRST)) {
    const { length } = gzipSync(await Deno.readFile(join(folder, file)), { level: 9 });
    total += length;
    print(`${(length / 1000).toFixed(1).padStart(8)} KB  ${file}`);
  }
  print(`${(total / 1000).toFixed(1).padStart(8)} KB  of ${BUDGET_KB} KB`);
  tell({ "first load, KB": total / 1000 }, {
    ratios: { "first load to its budget": total / 1000 / BUDGET_KB },
  });
  assert(total < BUDGET_KB * 1000, "the first load is over its budget");
} finally {
  await Deno.remove(folder, { recursive: true });
}
