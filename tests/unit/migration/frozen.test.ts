import { strict as assert } from "node:assert";
import { join } from "node:path";
import { writeBaseline } from "../../../local/migration/baseline.ts";
import { freeze, frozenProblems } from "../../../local/migration/frozen.ts";
import type { Migration } from "../../../local/migrations.ts";
import { baselineFile } from "../../../local/schemas.ts";

const [ONE, TWO] = ["20270101000000_sms_one.sql", "20270102000000_sms_two.sql"].map(migration) as [
  Migration,
  Migration,
];

function migration(path: string): Migration {
  return { version: path.slice(0, 14), name: path.slice(15, -4), path, text: `-- ${path}\n` };
}

async function withFile(body: (file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-frozen-" });
  try {
    await body(join(folder, "migrations.sha256"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a frozen migration may not be changed and not be missing; others may", () =>
  withFile(async (file) => {
    assert.deepEqual(await frozenProblems([ONE], file), []);
    assert.deepEqual(await freeze([ONE], file), [ONE.path]);
    assert.match(
      await Deno.readTextFile(file),
      /^[0-9a-f]{64} {2}migrations\/20270101000000_sms_one\.sql\n$/,
    );
    assert.deepEqual(await frozenProblems([ONE, { ...TWO, text: "-- still changing\n" }], file), []);
    assert.deepEqual(await frozenProblems([{ ...ONE, text: "-- changed\n" }], file), [
      `${ONE.path} is frozen and was changed. Bring it back, and write a new migration.`,
    ]);
    assert.deepEqual(await frozenProblems([TWO], file), [
      `${ONE.path} is frozen and missing. Bring it back.`,
    ]);
    assert.deepEqual(await freeze([ONE, TWO], file), [TWO.path]);
    assert.deepEqual(await freeze([ONE, TWO], file), []);
  }));

Deno.test("the baseline is not joined anew when it is frozen, nor when migrations follow it", () =>
  withFile(async (file) => {
    const baseline = { ...ONE, path: baselineFile };
    const before = await Deno.readTextFile(baselineFile);
    await assert.rejects(writeBaseline([], [baseline, ONE], file), /comes after the baseline/);
    await freeze([baseline], file);
    await assert.rejects(writeBaseline([], [baseline], file), /baseline is frozen/);
    assert.equal(await Deno.readTextFile(baselineFile), before);
  }));
