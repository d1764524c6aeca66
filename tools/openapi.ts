/** `deno task openapi`: writes docs/openapi.json from the contract's schemas. */
import { join } from "node:path";
import { readIfThere } from "../local/files.ts";
import { print } from "../local/print.ts";
import { projectRoot } from "../local/project.ts";
import { openApiDocument } from "./openapi/document.ts";
import { operations } from "./openapi/operations.ts";

const file = join(projectRoot, "docs/openapi.json");

const render = () => `${JSON.stringify(openApiDocument(operations), null, 2)}\n`;

/** @returns what is wrong and what to do about it, or null */
export async function checkOpenApi(): Promise<string | null> {
  return await readIfThere(file) === render()
    ? null
    : "docs/openapi.json is not what the contract says: run `deno task openapi`.";
}

if (import.meta.main) {
  await Deno.writeTextFile(file, render());
  print("Wrote docs/openapi.json.");
}
