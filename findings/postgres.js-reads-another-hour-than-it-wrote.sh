#!/bin/sh
# postgres 3.4.9 (Postgres.js) and @electric-sql/pglite 0.5.14, which is the Postgres here, beside pg 8.23.1.
#
# A Date is stored in a column `timestamp` (without time zone), which is what many ORMs make, and read back. pg writes and reads the
# server's clock, so the same instant comes back. Postgres.js and PGlite write UTC and read the server's clock: what comes back is
# off by the server's distance from UTC. A server in UTC does not show it, a developer's machine does, or a server in a zone of its
# own. With `timestamptz` all three are right. Known as https://github.com/porsager/postgres/issues/563.
#
# Seen on 2026-11-30 (a text is due at 2026-07-01T09:00Z; what comes back from timestamp, from timestamptz):
#   Europe/Berlin pg: 09:00Z, 09:00Z
#   Europe/Berlin Postgres.js: 07:00Z, 09:00Z
#   Europe/Berlin PGlite: 07:00Z, 09:00Z
#   UTC Postgres.js: 09:00Z, 09:00Z
#
# For us: a reminder would be due two hours early; each time that is stored is a `timestamptz` (supabase/schemas/20_tables).
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

const due = new Date("2026-07-01T09:00:00Z");
const db = await PGlite.create();
await db.exec("create table reminders (by text, plain timestamp, zoned timestamptz)");
const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: 0 });
await server.start();
const url = `postgres://postgres:postgres@127.0.0.1:${server.port}/postgres`;

const store = "insert into reminders values ($1, $2, $3) returning plain, zoned";
const clock = (date) => date.toISOString().slice(11, 16) + "Z";
const show = (name, [{ plain, zoned }]) => console.log(`${process.env.TZ} ${name}: ${clock(plain)}, ${clock(zoned)}`);

// The server has one connection at a time.
const client = new pg.Client(url);
await client.connect();
show("pg", (await client.query(store, ["pg", due, due])).rows);
await client.end();
const sql = postgres(url, { max: 1 });
show("Postgres.js", await sql`insert into reminders values ('Postgres.js', ${due}, ${due}) returning plain, zoned`);
await sql.end();
show("PGlite", (await db.query(store, ["PGlite", due, due])).rows);
await server.stop();
process.exit();
JS
TZ=Europe/Berlin node try.mjs > seen.txt
TZ=UTC node try.mjs >> seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
Europe/Berlin pg: 09:00Z, 09:00Z
Europe/Berlin Postgres.js: 07:00Z, 09:00Z
Europe/Berlin PGlite: 07:00Z, 09:00Z
UTC Postgres.js: 09:00Z, 09:00Z
LINES
echo "AS SEEN: two hours early"
