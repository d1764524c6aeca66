/** A Supabase project that somebody else made, with names that ours could hurt, and what was there before ours came. */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { readManifest } from "../../tools/add/manifest.ts";
import { planToAdd } from "../../tools/add/plan.ts";
import { planToRemove } from "../../tools/add/plan_removal.ts";
import { type Part, readRelease, type Release, releaseOf } from "../../tools/add/release.ts";
import { carryOut } from "../../tools/add/write.ts";
import { unpack } from "../../tools/release/archive.ts";
import { projectRoot } from "../../local/project.ts";

/** Today's, from this clone. */
export const current: Release = await readRelease(projectRoot);
/** What 0.9.0 installed: `deno task release --commit v0.9.0 --out tests/fixtures/releases`. */
export const release09: Release = releaseOf(
  unpack(await Deno.readFile(join(projectRoot, "tests/fixtures/releases/supabase-sms-0.9.0.json.gz"))),
);

const FIRST_MIGRATION = `-- Theirs.
create extension pg_trgm schema public;
create schema private;
create table public.contacts (id bigint generated always as identity primary key, name text not null);
alter table public.contacts enable row level security;
create policy select_own on public.contacts for select to authenticated using (true);
create table public.conversations (id uuid primary key default gen_random_uuid(), contact_id bigint references public.contacts);
create index contacts_name_trgm on public.contacts using gin (name public.gin_trgm_ops);
create function public.create_message(x text) returns text language sql as $$ select x $$;
create function private.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger stamp before insert on public.contacts for each row execute function private.stamp();
insert into public.contacts (name) values ('Ada'), ('Grace');
`;

/** By their paths in the project. The last migration is newer than any of ours will be for a long time. */
const THEIRS: Record<string, string> = {
  "supabase/config.toml": `# Bistro: ask Ada before you change this.
project_id = "bistro" # not the ref

[api]
schemas = ["public", "graphql_public"]   # two

[functions.api]
verify_jwt = true
import_map = "./functions/import_map.json"

[functions."order-ready"]
verify_jwt = false
import_map = "./functions/import_map.json"`,
  "supabase/functions/_shared/errors.ts": `export class BistroError extends Error {}\n`,
  "supabase/functions/_shared/log.ts": `export const log = (line: string) => console.log("bistro", line);\n`,
  "supabase/functions/api/index.ts":
    `import { log } from "../_shared/log.ts";\nlog("api");\nexport default { fetch: () => new Response("the bistro's own") };\n`,
  "supabase/functions/order-ready/index.ts":
    `import { BistroError } from "../_shared/errors.ts";\nimport { z } from "zod";\nexport default { fetch: () => Response.json({ of: z.string().parse(BistroError.name) }) };\n`,
  "supabase/functions/import_map.json": `{ "imports": { "zod": "npm:zod@3.25.76" } }\n`,
  "supabase/functions/.env": `STRIPE_KEY=sk_test_1\n# the last line has no end\nMENU=lunch`,
  "supabase/migrations/20260101090000_first.sql": FIRST_MIGRATION,
  "supabase/migrations/20991201_reviews.sql":
    `create table public.reviews (id bigint primary key, stars int);\n`,
  "package.json": `{ "name": "bistro", "private": true }\n`,
};

export interface AdopterProject extends AsyncDisposable {
  /** The repository. */
  root: string;
  /** The folder that holds `supabase/`: the repository itself, or a package of it. */
  folder: string;
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** The hash of every file, by its path in the project. */
  hashes(): Promise<Record<string, string>>;
}

/** @param place of the project in its repository, for a monorepo */
export async function adopterProject(place = "."): Promise<AdopterProject> {
  const root = await Deno.makeTempDir({ prefix: "supabase-sms-adopter-" });
  const folder = join(root, place);
  const write = async (path: string, text: string) => {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(THEIRS)) await write(path, text);
  return {
    root,
    folder,
    write,
    read: (path) => Deno.readTextFile(join(folder, path)),
    hashes: async () => Object.fromEntries(await hashesBelow(folder, "")),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function hashesBelow(root: string, place: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const { name, isDirectory } of await Array.fromAsync(Deno.readDir(join(root, place)))) {
    const path = join(place, name);
    if (isDirectory) found.push([`${path}/`, "folder"], ...await hashesBelow(root, path));
    else found.push([path, createHash("sha256").update(await Deno.readFile(join(root, path))).digest("hex")]);
  }
  return found.sort(([one], [other]) => one < other ? -1 : 1);
}

export interface Run {
  release?: Release;
  update?: boolean;
  without?: Part[];
  now?: Date;
  /** Is told of each file that was written. */
  wrote?: (path: string) => void;
}

/** As `deno task add` does it, without asking. */
export async function add({ folder }: AdopterProject, run: Run = {}) {
  const { release = current, update = false, without, now = new Date(), wrote } = run;
  const plan = await planToAdd(folder, release, await readManifest(folder), { update, without, now });
  await carryOut(folder, plan, wrote);
  return plan;
}

/** As `deno task add --remove` does it. */
export async function remove(
  { folder }: AdopterProject,
  { release = current, now = new Date(), wrote }: Run = {},
) {
  const plan = await planToRemove(folder, release, await readManifest(folder), now);
  await carryOut(folder, plan, wrote);
  return plan;
}

/** A release with other contents, as a next version would have them. */
export function changedRelease(
  release: Release,
  version: string,
  changes: Record<string, string | null>,
): Release {
  const files = new Map(release.files);
  files.set("supabase/functions/_shared/sms/version.ts", `export const VERSION = "${version}";\n`);
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) files.delete(path);
    else files.set(path, text);
  }
  return releaseOf(files);
}
