import assert from "node:assert/strict";
import { join } from "node:path";
import { projectRoot } from "../../../local/project.ts";

interface Threat {
  who: string;
  tests: { name: string; path: string }[];
}

/** The rows of the threat table, with the tests that they name. */
function threatsIn(page: string): Threat[] {
  const [, table = ""] = page.split("## Threats");
  const rows = (table.split("###")[0] ?? "").split("\n").filter((line) => line.startsWith("| ")).slice(2);
  return rows.map((row) => {
    const cells = row.split("|").map((cell) => cell.trim());
    const links = [...(cells[4] ?? "").matchAll(/\[([^\]]+)\]\((tests\/[^)]+)\)/g)];
    return { who: cells[1] ?? "", tests: links.map(([, name = "", path = ""]) => ({ name, path })) };
  });
}

/** What is wrong with the rows, given the text of each test file. */
async function problemsOf(threats: Threat[], read: (path: string) => Promise<string>): Promise<string[]> {
  const problems: string[] = [];
  for (const { who, tests } of threats) {
    if (tests.length === 0) problems.push(`${who}: no test`);
    for (const { name, path } of tests) {
      if (!testNames(await read(path)).some((one) => one.includes(name))) {
        problems.push(`${who}: ${path} has no test "${name}"`);
      }
    }
  }
  return problems;
}

const testNames = (source: string): string[] =>
  [...source.matchAll(/\b(?:Deno\.test|[a-z]+DbTest|dbTest)\(\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g)]
    .map(([, plain, template]) => plain ?? template ?? "");

const page = await Deno.readTextFile(join(projectRoot, "SECURITY.md"));

Deno.test("each threat names a test that there is", async () => {
  const threats = threatsIn(page);
  assert(threats.length >= 15, `${threats.length} threats`);
  const read = (path: string) => Deno.readTextFile(join(projectRoot, path));
  assert.deepEqual(await problemsOf(threats, read), []);
});

Deno.test("a threat without a test, or with the name of none, is a problem", async () => {
  const table = "## Threats\n| who | cost | defence | test |\n| --- | --- | --- | --- |\n" +
    "| one | x | y | none |\n| two | x | y | [is refused](tests/a.test.ts), [is not](tests/a.test.ts) |\n### More\n| three | a | b | c |\n";
  const problems = await problemsOf(
    threatsIn(table),
    () => Promise.resolve('Deno.test("a stranger is refused", …'),
  );
  assert.deepEqual(problems, ["one: no test", 'two: tests/a.test.ts has no test "is not"']);
});
