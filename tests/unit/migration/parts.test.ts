import { strict as assert } from "node:assert";
import { grantStatements, type Privileges } from "../../../local/migration/grants.ts";
import { plainNames } from "../../../local/migration/plain_names.ts";
import { risksOf } from "../../../local/migration/risks.ts";
import { rowStatements } from "../../../local/migration/rows.ts";
import { nextVersion } from "../../../local/migration/write.ts";

function privileges(
  ...rows: [object: string, column: string | null, grantee: string, privilege: string][]
): Privileges {
  return new Map(rows.map(([object, column, grantee, privilege]) => {
    const row = { object, column, grantee, privilege };
    return [JSON.stringify(row), row];
  }));
}

const WANTED = privileges(
  ["table public.a", null, "authenticated", "select"],
  ["table public.a", "name", "authenticated", "insert"],
  ["table public.a", "note", "authenticated", "insert"],
  ["table public.a", null, "service_role", "insert"],
  ["table public.a", null, "service_role", "select"],
);

Deno.test("grantStatements() closes by name what is open on one kind of project, and opens it again", () => {
  const older = privileges(
    ...[...WANTED.values()].map(({ object, column, grantee, privilege }) =>
      [object, column, grantee, privilege] as [string, string | null, string, string]
    ),
    ["table public.a", null, "anon", "select"],
  );
  assert.deepEqual(grantStatements([WANTED, older], WANTED), [
    "revoke all on table public.a from public, anon, authenticated, service_role",
    "grant select on table public.a to authenticated",
    "grant insert, select on table public.a to service_role",
    "grant insert (name, note) on table public.a to authenticated",
  ]);
});

Deno.test("grantStatements() gives what is missing alone where nothing is open", () => {
  const held = privileges(
    ["table public.a", null, "authenticated", "select"],
    ["table public.a", "name", "authenticated", "insert"],
    ["table public.a", null, "service_role", "insert"],
    ["table public.a", null, "service_role", "select"],
  );
  assert.deepEqual(grantStatements([held, held], WANTED), [
    "grant insert (note) on table public.a to authenticated",
  ]);
  assert.deepEqual(grantStatements([WANTED, WANTED], WANTED), []);
});

Deno.test("rowStatements() replaces only values that came with the schema", () => {
  const row = (name: string) => `row of sms_private.settings ${name}`;
  const before = new Map([[row("changed"), "[1]"], [row("gone"), "[2]"], [row("same"), "[3]"]]);
  const after = new Map([[row("changed"), '["it\'s"]'], [row("new"), "[5]"], [row("same"), "[3]"]]);
  assert.deepEqual(rowStatements(before, after), [
    "insert into sms_private.settings (name, value) values\n  ('new', '5')\non conflict (name) do nothing",
    `update sms_private.settings set value = '"it''s"' where name = 'changed' and value = '1'`,
    "delete from sms_private.settings where name = 'gone'",
  ]);
});

Deno.test("rowStatements() writes only the columns that changed, also where a row has two keys", () => {
  const before = new Map([
    ["row of sms_private.country_prefixes 1787", '["PR",null,null,null]'],
    ["row of sms_private.number_spellings 521 10", '["52","MX"]'],
  ]);
  const after = new Map([
    ["row of sms_private.country_prefixes 1787", '["PR","US",null,["America/Puerto_Rico"]]'],
    ["row of sms_private.number_spellings 521 10", '["520","MX"]'],
  ]);
  assert.deepEqual(rowStatements(before, after), [
    "update sms_private.country_prefixes set territory_of = 'US', zones = '{America/Puerto_Rico}' where prefix = '1787'",
    "update sms_private.number_spellings set new_prefix = '520' where old_prefix = '521' and digits = '10' and new_prefix = '52'",
  ]);
});

Deno.test("plainNames() takes quotes from names that need none, and from nothing else", () => {
  assert.equal(
    plainNames(`alter table "public"."sms_a" add "order" text default '"x"'; -- "y"`),
    `alter table public.sms_a add "order" text default '"x"'; -- "y"`,
  );
  assert.equal(
    plainNames(`as $body$ select "a" $body$ "Big" "a""b" "b"`),
    `as $body$ select "a" $body$ "Big" "a""b" b`,
  );
});

Deno.test("risksOf() names what fails or waits where rows are", () => {
  const statements = [
    "alter table public.a\n  add column b int not null",
    "alter table public.a add column c int not null default 0",
    "alter table public.a add column d bigint generated always as identity not null",
    "alter table public.a alter column e type bigint",
  ];
  const risks = risksOf({ statements, functions: [], losses: ["alter table public.a drop column f"] });
  assert.deepEqual(risks.map((risk) => risk.split(/:|,/, 1)[0]), [
    "This loses data",
    "This fails where the table has rows",
    "This may write the whole table anew while others wait",
  ]);
});

Deno.test("nextVersion() is the time, and later than the newest migration", () => {
  const now = new Date("2027-01-02T03:04:05.678Z");
  assert.equal(nextVersion(now), "20270102030405");
  assert.equal(nextVersion(now, "20261130000000"), "20270102030405");
  assert.equal(nextVersion(now, "20270102030405"), "20270102030406");
  assert.equal(nextVersion(now, "20991231235959"), "20991231235960");
});
