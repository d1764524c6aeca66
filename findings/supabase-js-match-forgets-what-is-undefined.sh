#!/bin/sh
# @supabase/supabase-js 2.119.1, beside 2.89.0.
#
# `match({ ... })` is short for one `eq` each. A value that is undefined, from a misspelt or missing field, gave `eq.undefined`,
# which found nothing or was an error, and `eq` still does. Since a change of March 2026 `match` leaves it out
# (https://github.com/supabase/supabase-js/pull/2169), so the filter is wider instead of empty: with one field, all rows are read.
# No error and no type says so.
#
# Seen on 2026-11-30 (what the server is asked):
#   2.89.0 match: select=number&group_id=eq.undefined
#   2.119.1 match: select=number
#   2.119.1 match, two fields: select=number&city=eq.Berlin
#   2.119.1 eq: select=number&group_id=eq.undefined
#
# For us: a text for one group would go to every contact that row level security shows. Our functions call verbs, and filter nothing
# by `match`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @supabase/supabase-js@2.119.1 before@npm:@supabase/supabase-js@2.89.0
cat > try.mjs <<'JS'
import { createClient } from "@supabase/supabase-js";
import { createClient as createBefore } from "before";

async function ask(name, create, filter) {
  let query;
  // Stands in for the server, and keeps what it is asked.
  const fetch = (input) => {
    query = decodeURIComponent(new URL(input).search.slice(1));
    return Promise.resolve(Response.json([]));
  };
  const client = create("http://project.example", "any", { global: { fetch }, realtime: { transport: class {} } });
  await filter(client.from("contacts").select("number"));
  console.log(`${name}: ${query}`);
}

const group = { name: "VIP" };
await ask("2.89.0 match", createBefore, (query) => query.match({ group_id: group.id }));
await ask("2.119.1 match", createClient, (query) => query.match({ group_id: group.id }));
await ask("2.119.1 match, two fields", createClient, (query) => query.match({ group_id: group.id, city: "Berlin" }));
await ask("2.119.1 eq", createClient, (query) => query.eq("group_id", group.id));
JS
node --no-warnings try.mjs > seen.txt 2> notes.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
2.89.0 match: select=number&group_id=eq.undefined
2.119.1 match: select=number
2.119.1 match, two fields: select=number&city=eq.Berlin
2.119.1 eq: select=number&group_id=eq.undefined
LINES
echo "AS SEEN: all rows are asked for"
