#!/bin/sh
# postgres 3.4.9 (Postgres.js) and @electric-sql/pglite 0.5.14, which is the Postgres here, beside pg 8.23.1.
#
# A contact is muted for ever: `muted_until = 'infinity'`, which is later than every time (Postgres' manual, 8.5.1.4). pg reads it as
# Infinity, and `mutedUntil > new Date()` is true. Postgres.js and PGlite read it as an invalid date, which is neither later nor
# earlier than anything, so the same line calls the mute over. As JSON it is null, which mostly means that there is no mute. Known as
# https://github.com/porsager/postgres/issues/728.
#
# Seen on 2026-11-30 (what is read, is it muted, as JSON):
#   pg: Infinity, true, null
#   Postgres.js: Invalid Date, false, null
#   PGlite: Invalid Date, false, null
#   row_to_json of Postgres: {"muted_until":"infinity"}
#
# For us: a contact who must not be texted would be; what is due is asked in SQL, and no column means "for ever" by infinity.
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

const db = await PGlite.create();
await db.exec("create table contacts (muted_until timestamptz); insert into contacts values ('infinity')");
const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: 0 });
await server.start();
const url = `postgres://postgres:postgres@127.0.0.1:${server.port}/postgres`;
const query = "select muted_until from contacts";
const show = (name, [{ muted_until }]) =>
  console.log(`${name}: ${muted_until}, ${muted_until > new Date()}, ${JSON.stringify(muted_until)}`);

// The server has one connection at a time.
const client = new pg.Client(url);
await client.connect();
show("pg", (await client.query(query)).rows);
await client.end();
const sql = postgres(url, { max: 1 });
show("Postgres.js", await sql.unsafe(query));
await sql.end();
show("PGlite", (await db.query(query)).rows);
const { rows } = await db.query("select row_to_json(contacts)::text as json from contacts");
console.log("row_to_json of Postgres:", rows[0].json);
process.exit(0);
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
pg: Infinity, true, null
Postgres.js: Invalid Date, false, null
PGlite: Invalid Date, false, null
row_to_json of Postgres: {"muted_until":"infinity"}
LINES
echo "AS SEEN: for ever is over"
