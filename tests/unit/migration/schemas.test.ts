import { strict as assert } from "node:assert";
import { join } from "node:path";
import { MigrationError } from "../../../local/migrations.ts";
import { atTreeFile, joinTree, readTree, treeProblems, treeStatements } from "../../../local/schemas.ts";

const FILES = [
  { path: "10_first.sql", text: "-- First.\n\ncreate schema sms_private;\n" },
  { path: "20_second.sql", text: "create table public.sms_one (id int);\n\n\n" },
];

Deno.test("readTree() gives the SQL files by the bytes of their paths", async () => {
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-tree-" });
  try {
    for (const path of ["60_a/b.sql", "60_a.sql", "60_B.sql", "10_z/README.md", "10_z/c.sql", "60-a.sql"]) {
      await Deno.mkdir(join(folder, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, path), path);
    }
    const paths = (await readTree(folder)).map(({ path }) => path);
    assert.deepEqual(paths, ["10_z/c.sql", "60-a.sql", "60_B.sql", "60_a.sql", "60_a/b.sql"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("joinTree() names each file, and checks no body before all is there", () => {
  assert.equal(
    joinTree(FILES),
    `-- Made by joining supabase/schemas, one file after the other. Read the rules there.

set check_function_bodies = off;

-- ── 10_first.sql

-- First.

create schema sms_private;

-- ── 20_second.sql

create table public.sms_one (id int);

reset check_function_bodies;
`,
  );
});

Deno.test("atTreeFile() says in which file of the tree a mistake stands", () => {
  const lines = joinTree(FILES).split("\n");
  const line = lines.indexOf("create table public.sms_one (id int);") + 1;
  const said = atTreeFile(FILES, new MigrationError(`schemas.sql:${line}: no`));
  assert.equal((said as Error).message, "supabase/schemas/20_second.sql:1: no");
  const other = new MigrationError("2026_x.sql:1: no");
  assert.equal(atTreeFile(FILES, other), other);
});

Deno.test("treeStatements() tells what each statement creates", () => {
  const text = `-- Why.
create or replace function sms_private.one(a int) returns int language sql as $$ select 1; $$;
create unique index one_idx on public.sms_one (id);
create policy select_own on public.sms_one for select using (true);
create trigger touch before update on public.sms_two for each row execute function sms_private.one();
create view sms_private.v with (security_invoker = true) as select 1;
select 1;`;
  const statements = treeStatements([{ path: "a.sql", text }]);
  assert.deepEqual(statements.map(({ creates, place }) => [creates, place]), [
    ["function sms_private.one", "a.sql:2"],
    ["index one_idx", "a.sql:3"],
    ["policy select_own on public.sms_one", "a.sql:4"],
    ["trigger touch on public.sms_two", "a.sql:5"],
    ["view sms_private.v", "a.sql:6"],
    [null, "a.sql:7"],
  ]);
});

Deno.test("treeProblems() finds what is defined twice, and files that are too long", () => {
  const twice = { path: "30_third.sql", text: "create table if not exists public.sms_one (id int);\n" };
  const again = {
    path: "40.sql",
    text: "create function public.f() returns int language sql as '';\n".repeat(2),
  };
  const long = { path: "50.sql", text: "\n".repeat(251) };
  const full = { path: "60.sql", text: "\n".repeat(250) };
  assert.deepEqual(treeProblems(FILES), []);
  assert.deepEqual(treeProblems([...FILES, twice, again, long, full]), [
    "supabase/schemas/50.sql has 251 lines. Split it: 250 at most.",
    "The table public.sms_one is defined 2 times: 20_second.sql:1, 30_third.sql:1.",
    "The function public.f is defined 2 times: 40.sql:1, 40.sql:2.",
  ]);
});
