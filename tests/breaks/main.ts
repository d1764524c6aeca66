/**
 * `deno task breaks`: does something fail when a rule is broken? Each break of the lists is made in a copy of the project,
 * and the test files that it names are run. `deno task breaks opt` takes only the breaks with that word in their names.
 */
import { startPostgres } from "../../local/postgres.ts";
import { complain, print } from "../../local/print.ts";
import { projectRoot } from "../../local/project.ts";
import { type Break, breakFile } from "./break.ts";
import { ProjectCopy } from "./copy.ts";
import { allBreaks } from "./list/all.ts";

/** One row of the table that is printed. */
interface Row {
  readonly of: Break;
  readonly caught: boolean;
  readonly said: string;
}

const COPIES = Math.max(1, Math.floor(navigator.hardwareConcurrency / 2));

async function main(words: string[]): Promise<boolean> {
  const chosen = allBreaks.filter(({ name }) => words.every((word) => name.includes(word)));
  if (!await allFit(chosen)) return false;
  await using postgres = await startPostgres({ ephemeral: true, data: "in memory" });
  const rows: Row[] = [];
  const waiting = chosen.values();
  await Promise.all(Array.from({ length: COPIES }, async () => {
    await using copy = await ProjectCopy.make(postgres.adminUrl);
    for (const next of waiting) {
      const row = await judge(copy, next);
      rows.push(row);
      print(`${row.caught ? "caught    " : "NOT CAUGHT"} ${next.name}: ${row.said}`);
    }
  }));
  sayTable(chosen.flatMap((of) => rows.filter((row) => row.of === of)));
  return rows.every(({ caught }) => caught);
}

/** A break that fits nowhere is said before the first test runs. */
async function allFit(breaks: Break[]): Promise<boolean> {
  const problems: string[] = [];
  for (const each of breaks) {
    await breakFile(projectRoot, each).catch((error) => problems.push(`${each.name}: ${error.message}`));
  }
  problems.forEach((problem) => complain(problem));
  return problems.length === 0;
}

/** Caught: some test failed and some passed, and without the break all pass. */
async function judge(copy: ProjectCopy, of: Break): Promise<Row> {
  const { failed, passed, failures } = await copy.testBroken(of);
  const [first] = failures;
  if (failed === 0) return { of, caught: false, said: `${passed} tests pass` };
  if (first === undefined || passed === 0) return { of, caught: false, said: "the tests did not run" };
  const sound = await copy.testSound(of);
  if (sound.failed > 0) {
    return { of, caught: false, said: `"${sound.failures[0]}" fails without the break too` };
  }
  return { of, caught: true, said: `${failed} of ${failed + passed}, "${first}"` };
}

function sayTable(rows: Row[]): void {
  print("\n| break | in | caught by |\n| --- | --- | --- |");
  for (const { of, caught, said } of rows) {
    print(`| ${of.name} | \`${of.in}\` | ${caught ? said : `**not caught**: ${said}`} |`);
  }
  const caught = rows.filter((row) => row.caught).length;
  print(`\n${caught} of ${rows.length} breaks are caught.`);
}

Deno.exit(await main(Deno.args) ? 0 : 1);
