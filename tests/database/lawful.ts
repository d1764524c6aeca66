/** The law's hours in a test's database, where it is always day otherwise (local/database.ts). */
import { join } from "node:path";
import type { Sql } from "postgres";
import { schemasFolder } from "../../local/schemas.ts";

const ROWS = await Deno.readTextFile(join(schemasFolder, "20_tables/83_sending_hours_rows.sql"));

/** Nobody is asked for a consent: the test is about something else. */
export async function withoutConsent(sql: Sql): Promise<void> {
  await sql`update sms_private.settings set value = 'null' where name = 'consent_required_from'`;
}

/** The law's hours, as an installed project has them. */
export async function asInstalled<Database extends { sql: Sql }>(database: Database): Promise<Database> {
  await database.sql.unsafe(
    `delete from sms_private.sending_hours; delete from sms_private.quiet_days; ${ROWS}`,
  );
  return database;
}

/** The law's hours, and no other reason why a promotional text might not go. */
export async function putLawBack(sql: Sql): Promise<void> {
  await withoutConsent(sql);
  await asInstalled({ sql });
}

/** A zone without rules whose clocks show about this hour now. */
export function zoneAt(hour: number, now = new Date()): string {
  // Between -11 and 12. In POSIX's names west is positive.
  const east = ((hour - now.getUTCHours() + 35) % 24) - 11;
  return east === 0 ? "Etc/GMT" : `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`;
}

/** Gives a contact, who is added where there is none, a zone of its own, a ZIP code, or neither. */
export async function contactIn(
  sql: Sql,
  { userId }: { userId: string },
  number: string,
  where: { time_zone?: string | null; zip_code?: string | null },
): Promise<string> {
  const row = { user_id: userId, number, time_zone: null, zip_code: null, ...where };
  const [contact] = await sql`insert into public.sms_contacts ${sql(row)}
    on conflict (user_id, number) do update set time_zone = excluded.time_zone, zip_code = excluded.zip_code returning id`;
  return contact?.id;
}
