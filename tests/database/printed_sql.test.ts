/** The SQL that the pages print, run as it is printed. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { emptyDbTest } from "./db_test.ts";
import { addTenant } from "./support.ts";

/** How each block is run, by page; in the order of the page. */
const BLOCKS: Readonly<Record<string, readonly ("here" | `elsewhere: ${string}`)[]>> = {
  "docs/limits.md": ["here"],
  "docs/archiving.md": [
    "here",
    "elsewhere: tests/database/archive.test.ts, \\copy as copy … to stdout",
    "elsewhere: tests/database/archive.test.ts",
  ],
  "docs/moving.md": ["elsewhere: tests/database/move.test.ts"],
};

async function blocksOf(page: string): Promise<string[]> {
  const text = await Deno.readTextFile(join(projectRoot, page));
  return [...text.matchAll(/^ *```sql\n([\s\S]*?)^ *```/gm)].map(([, sql = ""]) => sql);
}

emptyDbTest("the SQL of the pages does what they say", async ({ sql }) => {
  for (const [page, blocks] of Object.entries(BLOCKS)) {
    const printed = await blocksOf(page);
    assert(printed.length >= blocks.length, `${page} prints ${printed.length} blocks of SQL`);
  }
  const { userId } = await addTenant(sql);
  const [limits = ""] = await blocksOf("docs/limits.md");
  // Replaced: the user's id.
  for (const _ of ["first", "again"]) await sql.unsafe(limits.replace("'…'", `'${userId}'`));
  const [row] = await sql`select allowed_countries from public.sms_limits where user_id = ${userId}`;
  assert.deepEqual(row?.allowed_countries, ["CA", "MX"]);

  const [archive = ""] = await blocksOf("docs/archiving.md");
  // Left out: the schedule, for which this Postgres has no pg_cron.
  const [statement = ""] = archive.split("\n");
  const [answer] = await sql.unsafe(statement);
  const { outcome, archived, looked_at, done } = answer?.archive_messages ?? {};
  assert.deepEqual({ outcome, archived, looked_at, done }, {
    outcome: "archived",
    archived: 0,
    looked_at: 0,
    done: true,
  });
});
