import type postgres from "postgres";
import type { Sql, TransactionSql } from "postgres";
import { UsageError } from "../../local/project.ts";

/** What one export wrote: rows by their part, and how many tenants they are of. */
export interface Exported {
  tenants: number;
  rows: Record<string, number>;
}

const PAGE_SIZE = 500;
const LINE_END = "\n";

/**
 * Copies everything that a removal deletes out of the database, into one file: a JSON object a line, each tenant by the export
 * that the operator has (docs/privacy.md), texts without a tenant, and every opt-out with the keys of those that are hashed. It
 * is one moment of the database, and the last line says that it is whole.
 *
 * @throws UsageError if the file is there, or the database lacks what it needs; then no file is left
 */
export async function exportTo(file: string, databaseUrl: string, version: string): Promise<Exported> {
  const out = await create(file);
  try {
    const exported = await withDatabase(databaseUrl, async (sql) => {
      await refuseOther(sql);
      const writer = new Lines(out);
      await writer.write({ supabase_sms: version, exported_at: new Date().toISOString() });
      const tenants = await exportAll(sql, writer);
      await writer.write({ complete: true, rows: writer.rows });
      return { tenants, rows: writer.rows };
    });
    await out.sync();
    out.close();
    return exported;
  } catch (error) {
    out.close();
    await Deno.remove(file);
    throw asUsage(error);
  }
}

/** For the person: what is in the file now. */
export function describeExport(file: string, { tenants, rows }: Exported): string[] {
  const parts = Object.entries(rows).filter(([, count]) => count > 0).map(([part, count]) =>
    `${part} ${count}`
  );
  const of = tenants === 1 ? "1 tenant" : `${tenants} tenants`;
  return [
    `${file}: ${of}${parts.length > 0 ? `; ${parts.join(", ")}` : ", and nothing of them"}.`,
    ...(rows.opt_out_keys
      ? ["It holds people's data and the key of their opt-outs: keep it as you keep a password."]
      : ["It holds people's data: keep it as you keep a backup."]),
  ];
}

/** Only for its owner: it is all that was ever written. @throws UsageError if it is there */
async function create(file: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(file, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new UsageError(
        `${file} is there already, and is not written over. Name another. Nothing was changed.`,
        {
          cause: error,
        },
      );
    }
    const said = error instanceof Error ? error.message.replace(/ \(os error.*$/, "") : String(error);
    throw new UsageError(`${file} cannot be written: ${said}. Nothing was changed.`, { cause: error });
  }
}

/** One moment, for reading only: a mistake of ours cannot change anything. */
async function withDatabase<T>(url: string, work: (sql: TransactionSql) => Promise<T>): Promise<T> {
  // Loaded when it is needed: `add` itself asks no database.
  const { default: connect }: { default: typeof postgres } = await import("postgres");
  const sql: Sql = connect(url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: "sms-export", statement_timeout: 0 },
  });
  try {
    return await sql.begin("isolation level repeatable read read only", work) as T;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function refuseOther(sql: TransactionSql): Promise<void> {
  const [found] = await sql<{ ours: boolean; exports: boolean }[]>`
    select to_regnamespace('sms_private') is not null as ours,
      to_regprocedure('public.sms_export_tenant_for(uuid, text, integer)') is not null
        and to_regclass('sms_private.suppressions') is not null as exports`;
  if (!found?.ours) {
    throw new UsageError("Nothing of ours is in this database. Look at --db. Nothing was changed.");
  }
  if (!found.exports) {
    throw new UsageError(
      "This database has a version that cannot export. Bring it to this one first: `--update`, then `db push`. " +
        "Nothing was changed.",
    );
  }
}

/** @returns of how many tenants */
async function exportAll(sql: TransactionSql, writer: Lines): Promise<number> {
  const tenants = await sql<{ id: string; email: string | null }[]>`
    select id, email from auth.users where id in (
      select user_id from public.sms_accounts union select user_id from public.sms_assistants
      union select user_id from public.sms_numbers union select user_id from public.sms_templates
      union select user_id from public.sms_profiles union select user_id from public.sms_limits union select user_id from public.sms_contacts
      union select user_id from public.sms_conversations union select user_id from public.sms_broadcasts
      union select user_id from sms_private.archived_messages)
    order by id`;
  for (const { id, email } of tenants) {
    await writer.write({ tenant: id, email });
    await exportTenant(sql, writer, id);
  }
  const texts = sql<{ row: string }[]>`
    select sms_private.message_with_events(m)::text as row from public.sms_messages m where m.user_id is null
    order by m.created_at, m.id`;
  for await (const rows of texts.cursor(PAGE_SIZE)) {
    await writer.rowsOf(null, "messages", rows.map(({ row }) => row));
  }
  await exportOptOuts(sql, writer);
  return tenants.length;
}

interface Page {
  readonly outcome: string;
  readonly part: string;
  /** As Postgres writes them: no number is read and written again. */
  readonly rows: readonly string[];
  readonly next: string | null;
}

async function exportTenant(sql: TransactionSql, writer: Lines, tenant: string): Promise<void> {
  let after: string | null = null;
  do {
    const found: Page[] = await sql<Page[]>`
      select page ->> 'outcome' as outcome, page ->> 'part' as part, page ->> 'next' as next,
        array(select entry::text from jsonb_array_elements(page -> 'rows') with ordinality e (entry, n) order by n) as rows
      from public.sms_export_tenant_for(${tenant}, ${after}, ${PAGE_SIZE}) page`;
    const page: Page | undefined = found[0];
    if (page?.outcome !== "exported") throw new Error(`sms_export_tenant_for answered ${page?.outcome}`);
    await writer.rowsOf(tenant, page.part, page.rows);
    after = page.next;
  } while (after !== null);
}

/** As the removal keeps them in sms_kept, and besides the keys without which the hashes say nothing. */
async function exportOptOuts(sql: TransactionSql, writer: Lines): Promise<void> {
  const optOuts = sql<{ row: string }[]>`
    select entry::text as row from (
      select to_jsonb(known) as entry from (
        select number.number as sending_number, contact.number as contact_number, null as contact_hash, null::int as key_id,
          contact.user_id, 'opted_out' as reason, contact.opt_out_source as source, contact.opted_out_at
        from public.sms_contacts contact join public.sms_numbers number on number.user_id = contact.user_id
        where contact.opted_out_at is not null
        union all
        select number.number, contact.number, null, null, contact.user_id, 'sender_blocked', 'carrier', block.at
        from sms_private.sender_blocks block
        join public.sms_contacts contact on contact.id = block.contact_id
        join public.sms_numbers number on number.id = block.phone_number_id
        where block.at < 'infinity') known
      union all
      select to_jsonb(s) || jsonb_build_object('contact_number', null, 'contact_hash', encode(s.contact_hash, 'hex'))
      from sms_private.suppressions s) kept
    order by entry ->> 'sending_number', entry ->> 'opted_out_at'`;
  for await (const rows of optOuts.cursor(PAGE_SIZE)) {
    await writer.rowsOf(null, "opt_outs", rows.map(({ row }) => row));
  }
  const keys = await sql<{ id: number }[]>`
    select key.id from sms_private.suppression_keys key
    where exists (select from sms_private.suppressions s where s.key_id = key.id) order by key.id`;
  for (const { id } of keys) {
    await writer.rowsOf(null, "opt_out_keys", [JSON.stringify({ id, secret: await secretOf(sql, id) })]);
  }
}

/** Null where the key is lost: what is hashed with it is exported all the same. */
async function secretOf(sql: TransactionSql, id: number): Promise<string | null> {
  try {
    const [key] = await sql.savepoint((inside) =>
      inside<{ secret: string }[]>`select encode(sms_private.suppression_secret(${id}), 'hex') as secret`
    );
    return key?.secret ?? null;
  } catch (error) {
    // It says that the key cannot be read (P0002), or Vault does not open (22000).
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

class Lines {
  readonly rows: Record<string, number> = {};
  readonly #encoder = new TextEncoder();

  constructor(private readonly file: Deno.FsFile) {}

  async write(line: unknown): Promise<void> {
    await this.#put(JSON.stringify(line) + LINE_END);
  }

  async rowsOf(tenant: string | null, part: string, rows: readonly string[]): Promise<void> {
    const start = `{"tenant":${JSON.stringify(tenant)},"part":${JSON.stringify(part)},"row":`;
    await this.#put(rows.map((row) => `${start}${row}}${LINE_END}`).join(""));
    this.rows[part] = (this.rows[part] ?? 0) + rows.length;
  }

  async #put(text: string): Promise<void> {
    let rest = this.#encoder.encode(text);
    while (rest.length > 0) rest = rest.subarray(await this.file.write(rest));
  }
}

/** What the driver or Postgres says names host and role, and never the password. */
function asUsage(error: unknown): Error {
  if (error instanceof UsageError || !(error instanceof Error)) return error as Error;
  return new UsageError(`The export failed, so nothing was changed and no file is left: ${error.message}.`, {
    cause: error,
  });
}
