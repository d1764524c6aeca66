import { strict as assert } from "node:assert";
import { projectRoot } from "../../../local/project.ts";
import { breakFile } from "../../breaks/break.ts";
import { allBreaks } from "../../breaks/list/all.ts";

Deno.test("each deliberate break still fits the code that it breaks", async () => {
  const problems: string[] = [];
  for (const each of allBreaks) {
    await breakFile(projectRoot, each).catch((error: Error) =>
      problems.push(`${each.name}: ${error.message}`)
    );
  }
  assert.deepEqual(problems, []);
});

Deno.test("each deliberate break has a name of its own and tests that exist", async () => {
  const names = allBreaks.map(({ name }) => name);
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
  for (const path of new Set(allBreaks.flatMap(({ caughtBy }) => caughtBy))) {
    assert((await Deno.stat(`${projectRoot}/${path}`)).isFile, path);
  }
});
