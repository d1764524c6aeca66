#!/bin/sh
# Postgres 18.7, here as @electric-sql/pglite 0.5.17. Postgres 17 does the same.
#
# An update that changes none of the columns of a check constraint still pays for the constraint, and not for the checking: Postgres
# reads the stored text of the constraint's expression and compiles it again for each statement that writes the table. Eight
# constraints of the kind "one of twelve words" make such an update several times as slow. One constraint that calls a PL/pgSQL
# function with the same rule costs little, because a function is compiled once a session.
#
# Seen on 2026-11-30 (500 updates of an integer in one call, medians of 15 rounds in turn, to a table without constraints):
#   eight constraints 6 to 8 times, one function 1.5 times
#
# For us: docs/decisions/0030-one-check-a-table.md. A sixth of the CPU time of an answered message was this.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @electric-sql/pglite@0.5.17
cat > try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
const database = await PGlite.create();
const words = Array.from({ length: 12 }, (_, i) => `'word_${i}'`).join(", ");
const constraints = Array.from({ length: 8 }, (_, i) => `constraint c${i} check (kind in (${words}))`).join(", ");
await database.exec(`
  create function is_known(kind text) returns boolean language plpgsql immutable
    as $$ begin return kind in (${words}); end $$;
  create table bare (id int primary key, kind text, n int) with (fillfactor = 50);
  create table constrained (id int primary key, kind text, n int, ${constraints}) with (fillfactor = 50);
  create table by_function (id int primary key, kind text, n int, check (is_known(kind))) with (fillfactor = 50);
  insert into bare values (1, 'word_1', 0);
  insert into constrained values (1, 'word_1', 0);
  insert into by_function values (1, 'word_1', 0);
  create procedure update_often(name text) language plpgsql as $$ begin
    for i in 1..500 loop
      if name = 'bare' then update bare set n = i where id = 1;
      elsif name = 'constrained' then update constrained set n = i where id = 1;
      else update by_function set n = i where id = 1; end if;
    end loop;
  end $$;`);
const times = { bare: [], constrained: [], by_function: [] };
for (let round = 0; round < 15; round++) {
  for (const [name, taken] of Object.entries(times)) {
    const started = performance.now();
    await database.exec(`call update_often('${name}')`);
    taken.push(performance.now() - started);
    await database.exec(`vacuum ${name}`);
  }
}
const median = (values) => values.sort((a, b) => a - b)[7];
const [bare, constrained, byFunction] = Object.values(times).map(median);
const { rows: [{ server_version }] } = await database.query("show server_version");
console.log(`Postgres ${server_version}: eight constraints ${(constrained / bare).toFixed(1)} times, one function ${
  (byFunction / bare).toFixed(1)
} times`);
process.exit(constrained / bare > 2.5 && byFunction / bare < constrained / bare / 2 ? 0 : 1);
JS
node try.mjs || { echo "CHANGED: constraints cost what a function costs"; exit 1; }
echo "AS SEEN: each check constraint is read anew for each update"
