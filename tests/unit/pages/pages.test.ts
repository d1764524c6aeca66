/** Every block of every page is run by a test, or is marked as none that one could run. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { run } from "../../../local/files.ts";
import { projectRoot } from "../../../local/project.ts";
import { type Block, blocksOf, readBlocks } from "../../support/pages/blocks.ts";
import { RUNS, TOO_MUCH } from "../../support/pages/runs.ts";
import { problemsOf, saidOf, type Walk } from "../../support/pages/walk.ts";

/** Records of what was decided and measured, and what is no page of ours. */
const RECORDS = /^(CHANGELOG\.md|docs\/(decisions|results)\/|tests\/|tools\/)/;

const files = (await run("git", ["ls-files", "-co", "--exclude-standard"], { cwd: projectRoot })).split("\n");
const pages = files.filter((path) => path.endsWith(".md") && !RECORDS.test(path));
const blocks = (await Promise.all(pages.map(readBlocks))).flat();
const tests = files.filter((path) => /^tests\/.*\.test\.ts$/.test(path));
const sources = new Map(
  await Promise.all(
    tests.map(async (path) => [path, await Deno.readTextFile(join(projectRoot, path))] as const),
  ),
);
const walk: Walk = { blocks, runs: RUNS, tooMuch: TOO_MUCH, sources };

Deno.test("every block of every page is run by a test, or says that it is no command", async (test) => {
  assert.deepEqual(problemsOf(walk), []);
  for (const block of blocks) {
    const said = saidOf(block, walk);
    if (said !== null) await test.step(said, () => {});
  }
});

Deno.test("what is not run is a short table, and not most of a kind", () => {
  assert(TOO_MUCH.length <= 2, "mend the block or its test instead");
});

const PAGE = "docs/a.md";
const SH = "# How?\n\n```sh\nls\n```\n\n```text\nfile\n```\n";
const problems = (text: string, more: Partial<Walk> = {}) =>
  problemsOf({
    blocks: blocksOf(PAGE, text),
    runs: { [PAGE]: [{ begins: "ls", in: "tests/a.test.ts" }] },
    tooMuch: [],
    sources: new Map([["tests/a.test.ts", 'await printed("docs/a.md", "ls")']]),
    ...more,
  });

Deno.test("the walk accepts a block that a test runs, one that is too much, and marked output", () => {
  assert.deepEqual(problems(SH), []);
  const tooMuch = [{ page: PAGE, begins: "ls", why: "it is long", tested: ["tests/a.test.ts"] }];
  assert.deepEqual(problems(SH, { runs: {}, tooMuch }), []);
});

Deno.test("the walk names a block that is new, one without a language, and a run of what is gone", () => {
  assert.deepEqual(problems(`${SH}\n  \`\`\`sql\n  select 1;\n  \`\`\`\n`), [
    "docs/a.md:12 is run by no test: say in tests/support/pages/runs.ts which one does",
  ]);
  assert.deepEqual(problems(`${SH}\n\`\`\`\nls\n\`\`\`\n`), [
    'docs/a.md:12 does not say its language; what is no command is "text"',
    "docs/a.md has 2 blocks that begin with: ls",
  ]);
  assert.deepEqual(problems("# How?\n"), ["docs/a.md has 0 blocks that begin with: ls"]);
});

Deno.test("the walk names a test that is said to run a block and does not", () => {
  const [problem] = problems(SH, { sources: new Map([["tests/a.test.ts", 'printed("docs/b.md", "ls")']]) });
  assert.equal(problem, "tests/a.test.ts does not run the block of docs/a.md that begins with: ls");
  assert.equal(problems(SH, { sources: new Map() }).length, 1);
});

Deno.test("blocksOf() takes the indent away, and reads what a block prints", () => {
  const [block]: (Block | undefined)[] = blocksOf(PAGE, SH);
  assert.deepEqual([block?.line, block?.language, block?.code, block?.prints], [4, "sh", "ls\n", ["file"]]);
  const [indented, output] = blocksOf(
    PAGE,
    "1. So:\n\n   ```sh\n   if a; then\n     b\n   ```\n\nAnd:\n\n```text\nc\n```\n",
  );
  assert.deepEqual([indented?.code, indented?.prints, output?.prints], ["if a; then\n  b\n", [], []]);
});
