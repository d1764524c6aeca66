#!/bin/sh
# @supabase/lite 0.10.0 on its PGlite 0.4 connection, with @supabase/supabase-js 2.119.1.
#
# The column is text. A filter's value that looks like a number is made one before it is compared, so "+15550100101" is compared as
# "15550100101": the contact with that number is not found, and another row, whose number was stored without the plus, is. PostgREST
# leaves the value alone and the column's type decides. `like` leaves it alone here too, and so do quotes around the value.
#
# Seen on 2026-11-30:
#   eq: 15550100101
#   in: 15550100101
#   like: +15550100101
#   eq in quotes: +15550100101
#
# For us: the local gateway quotes such values before lite reads them (local/gateway/filters.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @supabase/lite@0.10.0 @supabase/supabase-js@2.119.1
cat > try.mjs <<'JS'
import { App, InMemoryEmailDriver } from "@supabase/lite";
import { createPgliteConnection } from "@supabase/lite/pglite";
import { createClient } from "@supabase/supabase-js";

const connection = await createPgliteConnection({});
await connection.exec("create table contacts (number text primary key)");
await connection.exec("insert into contacts values ('+15550100101'), ('15550100101')");
const app = new App({
  connection,
  auth: { enabled: false },
  options: { server: { admin: false, disableStudio: true }, drivers: { email: new InMemoryEmailDriver() } },
});
await app.init();
const client = createClient("http://lite", "any", {
  global: { fetch: (input, init) => app.fetch(new Request(input, init)) },
  realtime: { transport: class {} },
});
const contacts = () => client.from("contacts").select("number");
const number = "+15550100101";
for (const [name, query] of [
  ["eq", contacts().eq("number", number)],
  ["in", contacts().in("number", [number])],
  ["like", contacts().like("number", number)],
  ["eq in quotes", contacts().eq("number", `"${number}"`)],
]) {
  const { data, error } = await query;
  console.log(`${name}: ${error?.message ?? data.map((contact) => contact.number).join(", ")}`);
}
process.exit(0);
JS
node try.mjs > seen.txt
cat seen.txt
for line in 'eq: 15550100101' 'in: 15550100101' 'like: +15550100101' 'eq in quotes: +15550100101'; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done
echo "AS SEEN: another contact is found"
