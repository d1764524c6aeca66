import assert from "node:assert/strict";
import {
  differences,
  firstRunProblems,
  importsIn,
  type Lock,
  neededByDemo,
  readJson,
  readLock,
} from "../../ok/first_run.ts";

/** Small, and for tasks that people run next. Together they take 3 MB beside what the demo brings. */
const ALSO = {
  "@supabase/pg-delta": "task migration; @supabase/lite brings it",
  "diff": "task add",
  "smol-toml": "task add, task doctor",
  "zod-openapi": "task reference",
};

/** With those of other platforms, of which none is fetched. Each that is added is a reason to look at its size. */
const MOST_PACKAGES = 130;

Deno.test("deno.lock has what the demo needs and no more, since each task first installs all of it", async () => {
  const lock = await readLock("deno.lock");
  assert.deepEqual(firstRunProblems(lock, await neededByDemo(), ALSO), []);
  const { length } = Object.keys(lock.npm);
  assert(length <= MOST_PACKAGES, `${length} packages: run \`deno task bench first-run\`, then raise this`);
});

Deno.test("deno.all.lock has the same versions of all that deno.lock has, with the same integrity", async () => {
  assert.deepEqual(differences(await readLock("deno.lock"), await readLock("deno.all.lock")), []);
});

Deno.test("deno.all.json says what deno.json says, and adds only a workspace and a lock", async () => {
  const { tasks: _, fmt: __, lint: ___, ...shared } = await readJson("deno.json");
  const { workspace, lock, ...all } = await readJson("deno.all.json");
  assert.deepEqual(all, shared);
  assert.deepEqual([workspace, lock], [["./web", "./client"], "deno.all.lock"]);
});

Deno.test("firstRunProblems() names what came back, what is missing, and what should be empty", () => {
  const lock: Lock = {
    specifiers: { "npm:zod@4.6.7": "4.6.7", "npm:@sparticuz/chromium@153.0.0": "153.0.0" },
    npm: {
      "zod@4.6.7": { integrity: "a", dependencies: [] },
      "@sparticuz/chromium@153.0.0": { integrity: "b", dependencies: [] },
      "@sentry/node@10.78.0": { dependencies: [] },
    },
    workspace: { links: { "npm:@sentry/node@10.78.0": {} } },
  };
  const [problem, ...others] = firstRunProblems(lock, ["zod"], {});
  assert.match(problem ?? "", /^deno\.lock has @sparticuz\/chromium, which the demo does not need/);
  assert.deepEqual(others, []);
  assert.deepEqual(firstRunProblems(lock, ["zod"], { "@sparticuz/chromium": "tests" }), []);
  assert.match(
    firstRunProblems(lock, ["zod", "jose", "@sparticuz/chromium"], {}).join(),
    /^the demo imports jose/,
  );
  const fetched = { ...lock, npm: { "@sentry/node@10.78.0": { integrity: "c", dependencies: [] } } };
  assert.match(firstRunProblems(fetched, ["zod"], { "@sparticuz/chromium": "" }).join(), /local\/unused/);
});

Deno.test("differences() ignores peers, and names another integrity and what is missing", () => {
  const lock = (npm: Lock["npm"]): Lock => ({ specifiers: {}, npm, workspace: { links: {} } });
  const lean = lock({ "a@1.0.0_b@2.0.0": { integrity: "x", dependencies: [] } });
  assert.deepEqual(differences(lean, lock({ "a@1.0.0_c@3.0.0": { integrity: "x", dependencies: [] } })), []);
  assert.equal(differences(lean, lock({ "a@1.0.0": { integrity: "y", dependencies: [] } })).length, 1);
  assert.equal(differences(lean, lock({})).length, 1);
});

Deno.test("importsIn() finds each way in which a file names another", () => {
  const text = `import a from "one";\nimport "two";\nexport { b } from "three";\nawait import("four");
    import.meta.resolve("five");\nimport type { C } from "six";\nconst from = "seven";`;
  assert.deepEqual(importsIn(text), ["one", "two", "three", "four", "five", "six"]);
});
