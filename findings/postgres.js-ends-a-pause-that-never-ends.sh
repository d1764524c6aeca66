#!/bin/sh
# postgres 3.4.9 (Postgres.js) and @electric-sql/pglite 0.5.14, which is the Postgres here, beside pg 8.23.1.
#
# A conversation is a person's until it is handed back: `ai_paused_until = 'infinity'`, which is later than every time (Postgres'
# manual, 8.5.1.4). pg reads it as Infinity, and `pausedUntil > new Date()` is true. Postgres.js and PGlite read it as an invalid
# date, which is neither later nor earlier than anything, so the same line calls the pause over. As JSON all of them are null, which
# means no pause. Known as https://github.com/porsager/postgres/issues/728.
#
# Seen on 2026-11-30 (what is read, is it paused, as JSON):
#   pg: Infinity, true, null
#   Postgres.js: Invalid Date, false, null
#   PGlite: Invalid Date, false, null
#   row_to_json of Postgres: {"ai_paused_until":"infinity"}
#
# For us: an assistant would answer a contact whom a person has taken over. The column is ours: verbs and the inbox have the word
# "infinity" (supabase/functions/_shared/sms/contract/conversation.ts), and code of your own on the tables should compare in SQL.
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
await db.exec("create table conversations (ai_paused_until timestamptz); insert into conversations values ('infinity')");
const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: 0 });
await server.start();
const url = `postgres://postgres:postgres@127.0.0.1:${server.port}/postgres`;
const query = "select ai_paused_until from conversations";
const show = (name, [{ ai_paused_until: until }]) =>
  console.log(`${name}: ${until}, ${until > new Date()}, ${JSON.stringify(until)}`);

// The server has one connection at a time.
const client = new pg.Client(url);
await client.connect();
show("pg", (await client.query(query)).rows);
await client.end();
const sql = postgres(url, { max: 1 });
show("Postgres.js", await sql.unsafe(query));
await sql.end();
show("PGlite", (await db.query(query)).rows);
const { rows } = await db.query("select row_to_json(conversations)::text as json from conversations");
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
row_to_json of Postgres: {"ai_paused_until":"infinity"}
LINES
echo "AS SEEN: for ever is over"
