/**
 * `deno task reference`: writes docs/reference/, .env.example, the types of client/ and the lists of `supabase/remove.sql` from the
 * contract's schemas, the table of outcomes, the table of settings, the tables of the database and the migrations.
 */
import { join } from "node:path";
import { readIfThere } from "../local/files.ts";
import { print } from "../local/print.ts";
import { projectRoot } from "../local/project.ts";
import { writeClient } from "./client.ts";
import { packagesPage } from "./dependencies/page.ts";
import { openApiDocument } from "./openapi/document.ts";
import { operations } from "./openapi/operations.ts";
import { errorsPage, verbsPage } from "./reference/pages.ts";
import { environmentExample, settingsPage } from "./reference/settings.ts";
import { removalPage } from "./removal/names.ts";

/** Each page by its path, as it should be. */
export async function referencePages(): Promise<Record<string, string>> {
  const reasons = await Deno.readTextFile(
    join(projectRoot, "tools/reference/reasons.md"),
  );
  return {
    "docs/reference/openapi.json": `${JSON.stringify(openApiDocument(operations), null, 2)}\n`,
    "docs/reference/verbs.md": verbsPage(),
    "docs/reference/errors.md": errorsPage(reasons.trimEnd().split("\n")),
    "docs/reference/settings.md": settingsPage(),
    "docs/reference/packages.md": await packagesPage(),
    ".env.example": environmentExample(),
    "supabase/remove.sql": await removalPage(),
  };
}

/** @returns what is wrong and what to do about it */
export async function checkReference(): Promise<string[]> {
  const problems: string[] = [];
  for (const [path, text] of Object.entries(await referencePages())) {
    if (await readIfThere(join(projectRoot, path)) !== text) {
      problems.push(
        `${path} is not what the code says: run \`deno task reference\`.`,
      );
    }
  }
  return problems;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await referencePages())) {
    await Deno.writeTextFile(join(projectRoot, path), text);
    print(`Wrote ${path}.`);
  }
  for (const path of await writeClient()) print(`Wrote ${path}.`);
}
