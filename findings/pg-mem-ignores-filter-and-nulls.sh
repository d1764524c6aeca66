#!/bin/sh
# pg-mem 3.0.14, beside Postgres 18 (@electric-sql/pglite 0.5.17).
#
# pg-mem stands in for Postgres in tests. What it does not know is mostly an error. Here it answers, and otherwise than Postgres.
# FILTER is read and not applied, so a count of delivered texts counts all. NOT IN with a null among the opted out is never true
# (Postgres' manual, "Subquery Expressions"): the test texts the others, production nobody. A month after 31 January is 2 March.
# numeric(10,2) is not rounded, and prices add up as floating point.
#
# Seen on 2026-11-30 (pg-mem, Postgres):
#   delivered: 3, 1
#   not opted out: 2, 0
#   a month after 31 January: 2027-03-02, 2027-02-28
#   numeric(10,2) of 0.125: 0.125, 0.13
#   sum of prices: 0.30000000000000004, 0.30
#
# For us: the database suite has a real Postgres (tests/database).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund pg-mem@3.0.14 @electric-sql/pglite@0.5.17
cat > try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { newDb } from "pg-mem";
const postgres = await PGlite.create();
const mem = newDb().public;
const tables = `
  create table texts (number text, status text, price numeric(10, 2));
  insert into texts values
    ('+15550100101', 'delivered', 0.10), ('+15550100102', 'failed', 0.20), ('+15550100103', 'queued', null);
  create table opted_out (number text);
  insert into opted_out values ('+15550100101'), (null);`;
mem.none(tables);
await postgres.exec(tables);
const show = ([row]) => row.answer instanceof Date ? row.answer.toISOString().slice(0, 10) : row.answer;
for (const [name, sql] of [
  ["delivered", "select count(*) filter (where status = 'delivered') as answer from texts"],
  ["not opted out", "select count(*) as answer from texts where number not in (select number from opted_out)"],
  ["a month after 31 January", "select date '2027-01-31' + interval '1 month' as answer"],
  ["numeric(10,2) of 0.125", "select 0.125::numeric(10, 2) as answer"],
  ["sum of prices", "select sum(price) as answer from texts"],
]) {
  console.log(`${name}: ${show(mem.many(sql))}, ${show((await postgres.query(sql)).rows)}`);
}
JS
TZ=UTC node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
delivered: 3, 1
not opted out: 2, 0
a month after 31 January: 2027-03-02, 2027-02-28
numeric(10,2) of 0.125: 0.125, 0.13
sum of prices: 0.30000000000000004, 0.30
LINES
echo "AS SEEN: tests pass that Postgres would fail"
