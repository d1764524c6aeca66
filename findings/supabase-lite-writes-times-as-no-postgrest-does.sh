#!/bin/sh
# @supabase/lite 0.10.0 on its own PGlite, beside Postgres' row_to_json in the same database: what PostgREST sends is JSON that
# Postgres itself writes.
#
# Three columns of a message come in another form: a time with a space and a short offset, which is not ISO 8601; a price as a
# string, so that adding prices joins texts, although supabase-js's generated types say number; a 64-bit number rounded. On its
# Postgres connection the answer is the same.
#
# Seen on 2026-11-30:
#   lite: {"sent_at":"2026-11-01 05:30:00+00","price":"-0.00750","big":9007199254740992}
#   Postgres: {"sent_at":"2026-11-01T05:30:00+00:00","price":-0.00750,"big":9007199254740993}
#
# For us: verbs answer with JSON that Postgres wrote. Tables read through the local gateway come in lite's form
# (docs/local-stack.md), so code that runs on both parses times as dates and prices with Number().
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @supabase/lite@0.10.0
cat > try.mjs <<'JS'
import { App, InMemoryEmailDriver } from "@supabase/lite";
import { createPgliteConnection } from "@supabase/lite/pglite";

const connection = await createPgliteConnection({});
await connection.exec("create table messages (sent_at timestamptz, price numeric(10, 5), big bigint)");
await connection.exec("insert into messages values ('2026-11-01T05:30:00Z', -0.0075, 9007199254740993)");
const app = new App({
  connection,
  auth: { enabled: false },
  options: { server: { admin: false, disableStudio: true }, drivers: { email: new InMemoryEmailDriver() } },
});
await app.init();
const response = await app.fetch(new Request("http://lite/rest/v1/messages?select=sent_at,price,big"));
console.log("lite:", (await response.text()).slice(1, -1));
const { rows } = await connection.driver.query("select row_to_json(messages)::text as json from messages");
console.log("Postgres:", rows[0].json);
process.exit(0);
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
lite: {"sent_at":"2026-11-01 05:30:00+00","price":"-0.00750","big":9007199254740992}
Postgres: {"sent_at":"2026-11-01T05:30:00+00:00","price":-0.00750,"big":9007199254740993}
LINES
echo "AS SEEN: another form"
