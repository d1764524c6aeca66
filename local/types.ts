/** `deno task types`: the database's types for the functions, from the migrations. */
import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { createTestDatabase, type ServerAddress } from "./database.ts";
import { readIfThere } from "./files.ts";
import { readMigrations } from "./migrations.ts";
import { startPostgres } from "./postgres.ts";
import { complain, print } from "./print.ts";
import { projectRoot } from "./project.ts";
import { supabase } from "./supabase_cli.ts";

export const typesFile = join(projectRoot, "supabase/functions/_shared/sms/database/types.ts");

const FIRST_LINE = "// Made from the migrations by `deno task types`; do not edit. ";

export interface TypesOptions {
  /** Default: an ephemeral one of our own. */
  server?: ServerAddress;
  file?: string;
}

/** Makes the types anew and writes them. */
export async function writeTypes({ server, file = typesFile }: TypesOptions = {}): Promise<void> {
  const types = await generate(server);
  await Deno.writeTextFile(file, `${FIRST_LINE}${await fingerprint(types)}\n${types}`);
}

/**
 * Whether the types are what the migrations say. Postgres is needed only when migrations or types have changed
 * since they were made: a fingerprint of both stands in the first line.
 *
 * @returns what is wrong and what to do about it, or null
 */
export async function checkTypes({ server, file = typesFile }: TypesOptions = {}): Promise<string | null> {
  const text = await readIfThere(file);
  const advice = `${relative(projectRoot, file)} is not what the migrations say: run \`deno task types\`.`;
  if (text === null) return advice;
  const [firstLine = "", ...rest] = text.split("\n");
  const types = rest.join("\n");
  if (firstLine === FIRST_LINE + await fingerprint(types)) return null;
  return types === await generate(server) ? null : advice;
}

async function fingerprint(types: string): Promise<string> {
  const hash = createHash("sha256");
  for (const { version, name, text } of await readMigrations()) hash.update(`${version}_${name}\0${text}\0`);
  return hash.update(types).digest("hex").slice(0, 32);
}

async function generate(server?: ServerAddress): Promise<string> {
  if (server) return await generateOn(server);
  await using own = await startPostgres({ ephemeral: true, data: "in memory" });
  return await generateOn(own);
}

async function generateOn(server: ServerAddress): Promise<string> {
  await using database = await createTestDatabase(server);
  // Without this the CLI first says, on standard output, that there is no TLS on loopback.
  const url = `${database.postgresUrl}?sslmode=disable`;
  const { success, stdout, stderr } = await supabase([
    "gen",
    "types",
    "typescript",
    "--schema",
    "public",
    `--remote=${url}`,
  ]);
  if (!success || !stdout.includes("export type Database")) {
    throw new Error(`supabase gen types failed:\n${stderr}`);
  }
  return await format(stdout);
}

/** The CLI's output is not laid out; formatted, a change of the schema is a readable diff. */
async function format(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "ts", "-"],
    cwd: projectRoot,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`deno fmt: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  try {
    await writeTypes();
    print(`Wrote ${relative(projectRoot, typesFile)}.`);
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    Deno.exitCode = 1;
  }
}
