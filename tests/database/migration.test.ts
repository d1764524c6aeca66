import { strict as assert } from "node:assert";
import { basename, join } from "node:path";
import { createTestDatabase } from "../../local/database.ts";
import { compareWithTree } from "../../local/migration/check.ts";
import { writeMigration, type WriteOptions, type Written } from "../../local/migration/write.ts";
import { migrate, migrationsFolder, readMigrations } from "../../local/migrations.ts";
import { readTree, schemasFolder } from "../../local/schemas.ts";
import { longTest } from "../support/long.ts";
import { testServer } from "../support/postgres.ts";
import { project } from "./adopter.ts";

interface Copy extends AsyncDisposable {
  tree: string;
  migrations: string;
  /** Replaces the only or first place of a text in a file of the tree. */
  edit(file: string, old: string, by: string): Promise<void>;
  /** A new file of the tree. */
  add(file: string, text: string): Promise<void>;
  write(options?: Partial<WriteOptions>): Promise<Written>;
}

/** A copy of tree and migrations, where they can be changed. */
async function copy(): Promise<Copy> {
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-migration-" });
  const [tree, migrations] = [join(folder, "schemas"), join(folder, "migrations")];
  await Deno.mkdir(migrations);
  for (const { path, text } of await readMigrations(migrationsFolder)) {
    await Deno.writeTextFile(join(migrations, basename(path)), text);
  }
  const add = async (file: string, text: string) => {
    await Deno.mkdir(join(tree, file, ".."), { recursive: true });
    await Deno.writeTextFile(join(tree, file), text);
  };
  for (const { path, text } of await readTree(schemasFolder)) await add(path, text);
  const edit = async (file: string, old: string, by: string) => {
    const text = await Deno.readTextFile(join(tree, file));
    assert(text.includes(old), `${file} has ${old}`);
    await Deno.writeTextFile(join(tree, file), text.replace(old, () => by));
  };
  const write = (options: Partial<WriteOptions> = {}) =>
    writeMigration({ server: testServer, name: "add_notes", tree, migrations, ...options });
  return {
    tree,
    migrations,
    edit,
    add,
    write,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const NOTES = `
create table public.sms_notes (
  id bigint generated always as identity primary key,
  user_id uuid not null default sms_private.tenant_id() references auth.users (id) on delete cascade,
  contact_id uuid not null,
  body text not null check (char_length(body) <= 1000),
  foreign key (contact_id, user_id) references public.sms_contacts (id, user_id) on delete cascade
);
comment on table public.sms_notes is 'What a tenant wrote down.';
comment on column public.sms_notes.body is 'The note''s text.';
create index sms_notes_contact_idx on public.sms_notes (contact_id, user_id);
alter table public.sms_notes enable row level security;
create policy select_own on public.sms_notes for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_notes is 'A tenant sees its notes.';
create table sms_private.note_counts (user_id uuid primary key, notes int not null default 0);

-- Notes are short.
create function sms_private.trim_note()
returns trigger
language plpgsql volatile set search_path = ''
as $$ begin new.body := btrim(new.body); return new; end $$;
comment on function sms_private.trim_note is 'Trigger: no spaces around a note.';
create trigger trim_note before insert on public.sms_notes for each row execute function sms_private.trim_note();
create function public.sms_count_notes(contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select jsonb_build_object('notes', count(*)) from public.sms_notes n where n.contact_id = sms_count_notes.contact_id $$;
`;
const NOTES_GRANTS = `
revoke all on public.sms_notes from public, anon, authenticated, service_role;
revoke all on sequence public.sms_notes_id_seq from public, anon, authenticated, service_role;
revoke all on function public.sms_count_notes from public, anon, authenticated, service_role;
grant select on public.sms_notes to authenticated;
grant insert (contact_id, body) on public.sms_notes to authenticated;
grant select, insert, delete on public.sms_notes to service_role;
grant execute on function public.sms_count_notes to authenticated;
`;

/** One edit of each kind that a catalogue shows. */
async function editEverything({ edit, add }: Copy): Promise<void> {
  await add("20_tables/95_notes.sql", NOTES);
  await edit("90_grants.sql", "reset search_path;", `${NOTES_GRANTS}reset search_path;`);
  // A function's text; a new argument; a function that goes.
  await edit(
    "10_foundation/30_schema.sql",
    "as $$ select auth.uid() $$",
    "as $$ select coalesce(auth.uid(), null) $$",
  );
  await edit("30_rules/limits.sql", "sms_take_turn(owner_id uuid,", "sms_take_turn(\n  owner_id uuid,");
  await edit("30_rules/limits.sql", "per_minute int)", "per_minute int, note text default null)");
  await edit(
    "70_platform/schedule.sql",
    "create function sms_private.keep_secret",
    "create function sms_private.keep_key",
  );
  await edit(
    "70_platform/schedule.sql",
    "comment on function sms_private.keep_secret",
    "comment on function sms_private.keep_key",
  );
  await edit("90_grants.sql", "sms_private.keep_secret", "sms_private.keep_key");
  // A column at the end, with check, default, comment and a grant of its own.
  await edit(
    "20_tables/40_contacts.sql",
    "  unique (user_id, number),\n",
    "  nickname text not null default '' check (char_length(nickname) <= 40),\n  unique (user_id, number),\n",
  );
  await edit(
    "20_tables/40_contacts.sql",
    "comment on column public.sms_contacts.updated_at",
    "comment on column public.sms_contacts.nickname is 'Among friends.';\ncomment on column public.sms_contacts.updated_at",
  );
  await edit(
    "90_grants.sql",
    "grant update (name, time_zone",
    "grant update (name, nickname, time_zone",
  );
  // A default, a check, a policy, indexes (one of an extension's classes), a trigger, a type, a setting.
  await edit("20_tables/40_contacts.sql", "name text check", "name text default 'Friend' check");
  await edit("20_tables/75_consent.sql", "char_length(evidence) <= 200", "char_length(evidence) <= 300");
  await edit("20_tables/75_consent.sql", "= user_id);", "= user_id and change <> 'help');");
  await edit("20_tables/75_consent.sql", "(user_id, at desc)", "(user_id, at desc, id)");
  await edit("20_tables/40_contacts.sql", "gin_pending_list_limit = 256", "gin_pending_list_limit = 512");
  await edit(
    "60_triggers.sql",
    "after insert on public.sms_numbers",
    "after insert or update on public.sms_numbers",
  );
  await edit("50_people/search_match.sql", "answered_by text);", "answered_by text, mood text);");
  await edit("10_foundation/40_settings.sql", "('lookup_count', '3')", "('lookup_count', '4')");
}

Deno.test("task migration writes what was changed, for new and older projects", async (t) => {
  await using copied = await copy();
  await editEverything(copied);
  const { file, problems, byHand, risks } = await copied.write();
  assert.deepEqual([problems, byHand, risks], [[], [], []]);
  assert.match(basename(file ?? ""), /^\d{14}_sms_add_notes\.sql$/);
  const migrations = await readMigrations(copied.migrations);
  const last = migrations.at(-1);
  assert.equal(last?.path, file);

  await t.step("migrations and tree then give the same", async () => {
    const tree = await readTree(copied.tree);
    assert.deepEqual(await compareWithTree(testServer, tree, migrations, "new"), []);
    assert.deepEqual(await compareWithTree(testServer, tree, migrations, "older"), []);
  });

  await t.step("a second run finds nothing to write", async () => {
    const again = await copied.write();
    assert.deepEqual([again.file, again.problems], [null, []]);
  });

  await t.step("it is read as its author wrote it", () => {
    assert.match(
      last?.text ?? "",
      /-- Notes are short\.\ncreate or replace function sms_private\.trim_note\(\)/,
    );
    assert.match(
      last?.text ?? "",
      /^revoke all on table public\.sms_notes from public, anon, authenticated, service_role;$/m,
    );
  });

  await t.step(
    "a project with the extensions elsewhere takes it, and keeps its operator's settings",
    async () => {
      await using adopter = await project(
        "create schema tools; create extension pg_trgm schema tools; create extension btree_gin schema tools",
      );
      const { sql } = adopter;
      await migrate(sql, migrations.slice(0, -1));
      await sql`update sms_private.settings set value = '7' where name = 'lookup_count'`;
      await migrate(sql, migrations);
      const [index] = await sql`select pg_get_indexdef('public.sms_contacts_search_idx'::regclass) as is`;
      assert.match(index?.is, /tools\.gin_trgm_ops.*512/);
      const [setting] = await sql`select value from sms_private.settings where name = 'lookup_count'`;
      assert.equal(setting?.value, 7);
      const [path] = await sql`show search_path`;
      assert.equal(path?.search_path, '"$user", public');
    },
  );

  await t.step("anon holds nothing of the new things on an older project", async () => {
    await using older = await createTestDatabase(testServer, migrations, "older");
    const [may] = await older.sql`select has_table_privilege('anon', 'public.sms_notes', 'select') as read,
      has_sequence_privilege('anon', 'public.sms_notes_id_seq', 'usage') as number,
      has_function_privilege('anon', 'public.sms_count_notes(uuid)', 'execute') as call,
      has_table_privilege('authenticated', 'sms_private.note_counts', 'select') as count`;
    assert.deepEqual({ ...may }, { read: false, number: false, call: false, count: false });
  });
});

longTest("task migration keeps what is not right under a name that nothing applies", async () => {
  await using copied = await copy();
  const { edit, add } = copied;
  await edit("20_tables/60_templates_and_broadcasts.sql", "  body text", "  title text,\n  body text");
  await add("20_tables/95_open.sql", "create table public.sms_open (id int);");
  await edit("70_platform/live_updates.sql", "'changed', 'sms:'", "'changed',  'sms:'");
  await edit(
    "70_platform/live_updates.sql",
    "select sms_private.set_up",
    "do $$ begin end $$;\nselect sms_private.set_up",
  );
  await edit("70_platform/live_updates.sql", "  return true;", "  return not false;");
  const { file, problems, byHand } = await copied.write({ name: "sms_more" });

  assert.match(basename(file ?? ""), /^\d{14}_sms_more\.sql\.unfinished$/);
  assert.equal((await readMigrations(copied.migrations)).some(({ name }) => name === "sms_more"), false);
  const said = problems.join("\n");
  assert.match(said, /column public\.sms_templates\.title\n.*position/, "a column that is not at the end");
  assert.match(said, /leaves this to the project's default.*anon: select on table public\.sms_open/);
  assert.match(byHand.join("\n"), /live_updates\.sql:\d+ runs code that stands in no migration/);
  assert.match(byHand.join("\n"), /live_updates\.sql:\d+ calls a function that changed/);
});

longTest("a view that is made anew keeps its comments and stays closed", async () => {
  await using copied = await copy();
  await copied.edit(
    "20_tables/40_contacts.sql",
    "  unique (user_id, number),",
    "  note text,\n  unique (user_id, number),",
  );
  await copied.edit("20_tables/50_conversations.sql", "'name', k.name,", "'name', k.name, 'note', k.note,");
  const { file, problems } = await copied.write({ name: "contact_note" });
  assert.deepEqual(problems, []);
  const text = await Deno.readTextFile(file ?? "");
  assert.match(
    text,
    /comment on column sms_private\.conversation_entries\.entry is 'The conversation''s row/,
  );
});

longTest("task migration says what loses data and what fails where rows are", async () => {
  await using copied = await copy();
  const { edit } = copied;
  await edit("20_tables/75_consent.sql", "  evidence text check (char_length(evidence) <= 200),\n", "");
  await edit(
    "20_tables/75_consent.sql",
    /comment on column public\.sms_consent_events\.evidence.*\n/.exec(
      await Deno.readTextFile(join(copied.tree, "20_tables/75_consent.sql")),
    )?.[0] ?? "",
    "",
  );
  await edit(
    "20_tables/75_consent.sql",
    "  at timestamptz not null default clock_timestamp(),",
    "  at timestamptz not null default clock_timestamp(),\n  weight int not null,",
  );
  const { problems, risks } = await copied.write();
  assert.deepEqual(problems, []);
  assert.match(risks.join("\n"), /loses data: alter table public\.sms_consent_events drop column evidence/);
  assert.match(risks.join("\n"), /fails where the table has rows.*add column weight/);
});

Deno.test("task migration refuses a wrong name, and names the line of a mistake in the tree", async () => {
  await using copied = await copy();
  await assert.rejects(copied.write({ name: "Add notes" }), /no name for a migration/);
  await copied.add("20_tables/95_wrong.sql", "-- Wrong.\n\ncreate table public.sms_wrong (id nothing);\n");
  await assert.rejects(
    copied.write(),
    /supabase\/schemas\/20_tables\/95_wrong\.sql:3: type "nothing" does not exist/,
  );
});
