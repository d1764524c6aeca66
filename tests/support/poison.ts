import type { Sql } from "postgres";

/** Makes the database refuse what is done to a table wherever the condition holds. The condition sees the new row. */
export async function refuseWrites(
  sql: Sql,
  what: `${"insert" | "update"} on public.${string}`,
  when: string,
  errcode = "P0001",
): Promise<void> {
  const name = `poison_${crypto.randomUUID().replaceAll("-", "")}`;
  await sql.unsafe(`create function public.${name}() returns trigger language plpgsql set search_path = '' as
    $$ begin raise exception 'poison' using errcode = '${errcode}'; end $$;
    create trigger ${name} before ${what} for each row when (${when}) execute function public.${name}()`);
}
