/** The lists in `supabase/remove.sql`: what any version of ours made in a database. */
import { join } from "node:path";
import { readMigrations } from "../../local/migrations.ts";
import { projectRoot } from "../../local/project.ts";
import { readTree } from "../../local/schemas.ts";

const PATH = "supabase/remove.sql";
const RELATIONS = /\bcreate (?:table|view|type) ((?:public|sms_private)\.\w+)/g;
const FUNCTIONS = /\bcreate (?:or replace )?function ((?:public|sms_private)\.\w+)/g;

/** `supabase/remove.sql` with its lists as they should be. */
export async function removalPage(): Promise<string> {
  const made = [...await readMigrations(), ...await readTree()].map(({ text }) => text).join("\n");
  const text = await Deno.readTextFile(join(projectRoot, PATH));
  const relations = namesIn(made, RELATIONS);
  const functions = namesIn(made, FUNCTIONS);
  return withList(withList(text, "relations", relations), "functions", functions);
}

function namesIn(sql: string, pattern: RegExp): string[] {
  return [...new Set([...sql.matchAll(pattern)].map(([, name = ""]) => name))].sort();
}

function withList(text: string, list: string, names: string[]): string {
  const lines = names.reduce<string[]>((made, name) => {
    const last = made.at(-1);
    const item = `'${name}'`;
    return last !== undefined && last.length + item.length < 105
      ? [...made.slice(0, -1), `${last}, ${item}`]
      : [...made, `    ${item}`];
  }, []);
  return text.replace(
    new RegExp(`(  ${list} constant text\\[\\] := array\\[\n)[^\\]]*\\]`),
    (_, head: string) => `${head}${lines.join(",\n")}]`,
  );
}
