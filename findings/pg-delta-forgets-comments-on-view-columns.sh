#!/bin/sh
# @supabase/pg-delta 1.0.0-alpha.34, Postgres by @electric-sql/pglite 0.5.14.
#
# A view gets one more column at its front, so the plan drops the view and makes it anew. The plan repeats the comment on the view.
# It does not repeat the comments on the view's columns, although they are the same before and after: applying the plan loses them.
#
# Seen on 2026-11-30:
#   DROP VIEW "public"."v"
#   CREATE VIEW "public"."v" AS ...
#   ALTER VIEW "public"."v" OWNER TO "postgres"
#   COMMENT ON VIEW "public"."v" IS 'All ids.'
# There is no COMMENT ON COLUMN.
#
# For us: `deno task migration` compares the comments itself (local/migration/comments.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund @supabase/pg-delta@1.0.0-alpha.34 pg@8.23.1 \
  @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17
cat > try.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { extract, plan } from "@supabase/pg-delta";
import pg from "pg";

async function facts(sql, port) {
  const db = await PGlite.create();
  await db.exec(sql);
  const server = new PGLiteSocketServer({ db, port, host: "127.0.0.1" });
  await server.start();
  const pool = new pg.Pool({ connectionString: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, max: 1 });
  const { factBase } = await extract(pool);
  await pool.end();
  await server.stop();
  await db.close();
  return factBase;
}

const schema = (columns) => `create table t (id int, name text);
  create view v as select ${columns} from t;
  comment on view v is 'All ids.';
  comment on column v.id is 'The id.';`;
const { actions } = plan(await facts(schema("id"), 55431), await facts(schema("name, id"), 55432));
for (const { sql } of actions) console.log(sql);
process.exit(0);
JS
node try.mjs > plan.txt
cat plan.txt
grep -q 'DROP VIEW "public"."v"' plan.txt || { echo "CHANGED: the view is not dropped any more"; exit 1; }
grep -q 'COMMENT ON VIEW "public"."v"' plan.txt || { echo "CHANGED: the view's own comment is not repeated"; exit 1; }
if grep -q 'COMMENT ON COLUMN' plan.txt; then echo "CHANGED: the column's comment is repeated"; exit 1; fi
echo "AS SEEN: the comment on the column is lost"
