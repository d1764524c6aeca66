#!/bin/sh
# Postgres 18.7, here as @electric-sql/pglite 0.5.17. Postgres 17 does the same.
#
# A prepared statement, and so every statement in a PL/pgSQL function, is planned for its values five times, and then Postgres keeps
# one plan for all values, if that is not dearer than those were. With a null in `id = $1` nothing can be found, so the plan for
# that value costs nothing, and no plan for all values is as cheap. Such a statement is planned anew at each call, for ever.
#
# Seen on 2026-11-30, after twenty calls each (plans for all values, plans for one value):
#   with a number: 15, 5
#   with null: 0, 20
#
# For us: a function that is mostly asked with null asks "is null" first, without a statement (hold_if_paused() in
# supabase/schemas/50_people/broadcasts_change.sql).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @electric-sql/pglite@0.5.17
cat > try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
const database = await PGlite.create();
await database.exec(`
  create table broadcasts (id int primary key, paused_at timestamptz);
  insert into broadcasts select i from generate_series(1, 1000) i;
  analyze broadcasts;
  prepare with_number (int) as select 1 from broadcasts where id = $1 and paused_at is not null;
  prepare with_null (int) as select 1 from broadcasts where id = $1 and paused_at is not null;`);
for (let call = 1; call <= 20; call++) {
  await database.exec(`execute with_number (${call})`);
  await database.exec("execute with_null (null)");
}
const { rows } = await database.query(
  "select name, generic_plans::int, custom_plans::int from pg_prepared_statements where name like 'with%' order by name desc",
);
for (const { name, generic_plans, custom_plans } of rows) {
  console.log(`${name.replace("_", " a ").replace("a null", "null")}: ${generic_plans}, ${custom_plans}`);
}
JS
node try.mjs > seen.txt
cat seen.txt
for line in "with a number: 15, 5" "with null: 0, 20"; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: $line"; exit 1; }
done
echo "AS SEEN: with null a statement is planned at each call"
