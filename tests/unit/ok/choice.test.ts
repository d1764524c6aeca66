import assert from "node:assert/strict";
import { UsageError } from "../../../local/project.ts";
import { parseChoice } from "../../ok/choice.ts";

const pathsOf = (...args: string[]) => parseChoice(args).suites.map(({ name, paths }) => [name, ...paths]);

Deno.test("parseChoice() takes everything where nothing is named", () => {
  const { ok, suites, flags } = parseChoice([]);
  assert.deepEqual([ok, flags], [true, []]);
  assert.deepEqual(suites.map(({ name }) => name), [
    "database",
    "stack",
    "functions",
    "edge",
    "volume",
    "reliability",
    "browser",
  ]);
});

Deno.test("parseChoice() takes suites in their order, and single files of them", () => {
  assert.deepEqual(pathsOf("functions", "database"), [
    ["database", "tests/database"],
    ["functions", "tests/functions"],
  ]);
  assert.equal(parseChoice(["functions"]).ok, false);
  assert.deepEqual([parseChoice(["ok"]).ok, pathsOf("ok")], [true, []]);
  const [move, log] = ["tests/database/move.test.ts", "tests/unit/sms/log.test.ts"];
  assert.deepEqual(pathsOf(move, `./${log}`), [["unit", log], ["database", move]]);
  assert.deepEqual(pathsOf("database", move), [["database", "tests/database"]], "the folder has it already");
});

Deno.test("parseChoice() runs with --all the suites that meet the database once more, through the API", () => {
  const ways = (args: string[]) => parseChoice(args).suites.map(({ name, variant }) => [name, variant?.env]);
  const api = { TEST_DATABASE_WAY: "api" };
  assert.deepEqual(ways(["--all"]).slice(-2), [["functions", api], ["reliability", api]]);
  assert.equal(ways(["--all"]).length, 9);
  assert.deepEqual([parseChoice(["--all"]).everything, parseChoice([]).everything], [true, false]);
  assert.deepEqual(ways(["functions", "--all"]), [["functions", undefined], ["functions", api]]);
});

Deno.test("parseChoice() gives --filter to the tests and leaves the checks of ok out", () => {
  const { ok, suites, flags } = parseChoice(["--filter", "sms_take_over"]);
  assert.deepEqual([ok, suites.length, flags], [false, 7, ["--filter=sms_take_over"]]);
  assert.deepEqual(parseChoice(["database", "--filter=/a|b/"]).flags, ["--filter=/a|b/"]);
});

Deno.test("parseChoice() names what is no suite, no test file and no flag, and says what there is", () => {
  for (
    const args of [["databases"], ["tests/nowhere/a.test.ts"], ["tests/database/support.ts"], [
      "--fliter",
      "x",
    ]]
  ) {
    assert.throws(() => parseChoice(args), (error) => {
      return error instanceof UsageError && error.message.includes(args[0] ?? "") &&
        error.message.includes("ok unit database stack");
    });
  }
});
