/**
 * `deno task migration NAME`: the next migration, from what was changed in `supabase/schemas`.
 * `--baseline` joins the tree into the baseline, while that is not frozen. `--freeze` freezes the migrations that there are.
 */
import { relative } from "node:path";
import { MigrationError, readMigrations } from "../migrations.ts";
import { startPostgres } from "../postgres.ts";
import { complain, print } from "../print.ts";
import { projectRoot, UsageError } from "../project.ts";
import { baselineFile, readTree } from "../schemas.ts";
import { writeBaseline } from "./baseline.ts";
import { freeze } from "./frozen.ts";
import { writeMigration, type Written } from "./write.ts";

const USAGE =
  `Usage: deno task migration NAME          the next migration, from what was changed in supabase/schemas
       deno task migration --baseline    joins supabase/schemas into the baseline, until it is frozen
       deno task migration --freeze      freezes the migrations that there are: ok then fails if one is changed`;

async function main(args: string[]): Promise<number> {
  const [what, ...more] = args;
  if (what === undefined || more.length > 0 || what === "--help") {
    complain(USAGE);
    return what === "--help" ? 0 : 2;
  }
  if (what === "--baseline") {
    const changed = await writeBaseline(await readTree(), await readMigrations());
    print(`${changed ? "Wrote" : "Up to date:"} ${relative(projectRoot, baselineFile)}.`);
    return 0;
  }
  if (what === "--freeze") {
    const names = await freeze(await readMigrations());
    print(names.length === 0 ? "All migrations were frozen." : `Frozen: ${names.join(", ")}.`);
    return 0;
  }
  if (what.startsWith("-")) throw new UsageError(USAGE);
  await using server = await startPostgres({ ephemeral: true, data: "in memory" });
  return report(await writeMigration({ server, name: what }));
}

function report({ file, problems, byHand, risks }: Written): number {
  const name = file === null ? null : relative(projectRoot, file);
  if (name !== null) print(`Wrote ${name}.`);
  else if (problems.length + byHand.length === 0) {
    print("Nothing to write: the migrations give what the tree says.");
  } else print("Nothing was written: what changed has to be written by hand.");
  list("Look at these before you commit:", [...byHand, ...risks]);
  list("It is not finished. It gives something else than the tree:", problems);
  if (problems.length > 0) {
    complain(
      "Change the tree and run this again, or finish the file by hand and give it a name that ends in .sql.",
    );
    complain("`deno task ok` compares the result with the tree.");
    return 1;
  }
  if (name !== null) {
    print("Applied to a new project and to one with open default privileges, it gives what the tree gives.");
    print("Next: read it, then `deno task types`, and `deno task test database`.");
  }
  return 0;
}

function list(title: string, lines: string[]): void {
  if (lines.length === 0) return;
  complain(title);
  for (const line of lines) complain(`- ${line}`);
}

try {
  Deno.exitCode = await main(Deno.args);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof MigrationError)) throw error;
  complain(error.message);
  Deno.exitCode = 2;
}
