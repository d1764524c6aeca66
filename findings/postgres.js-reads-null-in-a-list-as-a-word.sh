#!/bin/sh
# postgres 3.4.9 (Postgres.js), beside pg 8.23.1; Postgres by @electric-sql/pglite 0.5.14.
#
# A list such as `array_agg(name)` has a null where a contact has no name. Postgres writes it as NULL without quotes, and the word
# "NULL" with quotes (Postgres' manual, 8.15.6). Postgres.js gives each element to the type's own reader, and a null too: of names
# it is the word NULL, of numbers NaN, of yes and no it is no, of times an invalid one. A null that is a column of its own is null.
# Known as https://github.com/porsager/postgres/issues/1124.
#
# Seen on 2026-11-30 (Postgres.js, pg):
#   text: NULL (string), null
#   int: NaN, null
#   boolean: false, null
#   timestamptz: Invalid Date, null
#   text, not in a list: null, null
#
# For us: a text would begin "Hi NULL"; the functions use pg, and a verb's answer is one JSON value that Postgres wrote
# (supabase/functions/_shared/sms/database/direct). Only tests use Postgres.js.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund postgres@3.4.9 pg@8.23.1 @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17
cat > try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import pg from "pg";
import postgres from "postgres";

const server = new PGLiteSocketServer({ db: await PGlite.create(), host: "127.0.0.1", port: 0 });
await server.start();
const url = `postgres://postgres:postgres@127.0.0.1:${server.port}/postgres`;
const show = (value) => typeof value === "string" ? `${value} (string)` : String(value);

const queries = [
  ...["text", "int", "boolean", "timestamptz"].map((type) => [type, `select array_agg(null::${type}) as answer`]),
  ["text, not in a list", "select null::text as answer"],
];
// The server has one connection at a time.
const sql = postgres(url, { max: 1 });
const first = [];
for (const [, query] of queries) first.push((await sql.unsafe(query))[0].answer);
await sql.end();
const client = new pg.Client(url);
await client.connect();
for (const [at, [name, query]] of queries.entries()) {
  const { answer } = (await client.query(query)).rows[0];
  console.log(`${name}: ${[first[at], answer].flat().map(show).join(", ")}`);
}
await client.end();
process.exit(0);
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
text: NULL (string), null
int: NaN, null
boolean: false, null
timestamptz: Invalid Date, null
text, not in a list: null, null
LINES
echo "AS SEEN: null is a word, not a number, or no"
