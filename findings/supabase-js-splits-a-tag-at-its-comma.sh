#!/bin/sh
# @supabase/supabase-js 2.119.1; Postgres by @electric-sql/pglite 0.5.17 says what the filter finds.
#
# `overlaps("tags", ["Berlin, VIP"])` asks for contacts with that one tag. Filters on lists are written as a list of Postgres,
# `{Berlin, VIP}`, in which an element with a comma wants quotes (Postgres' manual, 8.15.6). supabase-js puts none, so it asks for
# either of two tags, and everybody in Berlin is found. `contains` asks for both tags, and finds those who have the two and not the
# one. An empty string becomes the empty list, which all contacts contain. `in` quotes a comma. No error says so. Known as
# https://github.com/supabase/supabase-js/issues/2669.
#
# Seen on 2026-11-30 (the filter, and whom it finds):
#   overlaps ["Berlin, VIP"]: ov.{Berlin, VIP}, in Berlin, in Berlin and VIP
#   contains ["Berlin, VIP"]: cs.{Berlin, VIP}, in Berlin and VIP
#   contains [""]: cs.{}, in Berlin, in Berlin and VIP, one tag with a comma, no tags
#   in ["Berlin, VIP"]: in.("Berlin, VIP")
#
# For us: a text for some would go to all of a town; nothing of ours is filtered by a list through the client.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @supabase/supabase-js@2.119.1 @electric-sql/pglite@0.5.17
cat > try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { createClient } from "@supabase/supabase-js";

const database = await PGlite.create();
await database.exec(`
  create table contacts (id int, name text, tags text[]);
  insert into contacts values
    (1, 'in Berlin', array['Berlin']), (2, 'in Berlin and VIP', array['Berlin', 'VIP']),
    (3, 'one tag with a comma', array['Berlin, VIP']), (4, 'no tags', array[]::text[]);`);
const OPERATORS = { ov: "&&", cs: "@>" };

let filter;
// Stands in for the server, and keeps what it is asked.
const fetch = (input) => {
  filter = new URL(input).searchParams.get("tags");
  return Promise.resolve(Response.json([]));
};
const client = createClient("http://project.example", "any", { global: { fetch }, realtime: { transport: class {} } });

for (const [verb, tag] of [["overlaps", "Berlin, VIP"], ["contains", "Berlin, VIP"], ["contains", ""], ["in", "Berlin, VIP"]]) {
  await client.from("contacts").select("name")[verb]("tags", [tag]);
  const [operator, list] = filter.split(/\.(.*)/);
  const found = [];
  if (operator in OPERATORS) {
    const query = `select name from contacts where tags ${OPERATORS[operator]} $1::text[] order by id`;
    found.push(...(await database.query(query, [list])).rows.map(({ name }) => name));
  }
  console.log([`${verb} ${JSON.stringify([tag])}: ${filter}`, ...found].join(", "));
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
overlaps ["Berlin, VIP"]: ov.{Berlin, VIP}, in Berlin, in Berlin and VIP
contains ["Berlin, VIP"]: cs.{Berlin, VIP}, in Berlin and VIP
contains [""]: cs.{}, in Berlin, in Berlin and VIP, one tag with a comma, no tags
in ["Berlin, VIP"]: in.("Berlin, VIP")
LINES
echo "AS SEEN: one tag is two"
