/** Rows that come with the schema: settings, country prefixes. A difference of structures does not see them. */
import { type Catalogue, ROWS } from "../catalogue.ts";

/**
 * Statements that bring the rows of a project up to date. What its operator has set stays: a value is replaced only where it
 * is still the one that came with the schema.
 */
export function rowStatements(before: Catalogue, after: Catalogue): string[] {
  return Object.entries(ROWS).flatMap(([table, columns]) => {
    const [old, wanted] = [rowsOf(before, table), rowsOf(after, table)];
    return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((key) =>
      rowStatement(table, columns, { key, old: old.get(key), wanted: wanted.get(key) })
    );
  });
}

function rowStatement(
  table: string,
  columns: { key: string; value: string },
  row: { key: string; old: string | undefined; wanted: string | undefined },
): string[] {
  if (row.old === row.wanted) return [];
  const key = literal(row.key);
  if (row.wanted === undefined) return [`delete from ${table} where ${columns.key} = ${key}`];
  if (row.old === undefined) {
    return [
      `insert into ${table} (${columns.key}, ${columns.value}) values (${key}, ${literal(row.wanted)}) ` +
      `on conflict (${columns.key}) do nothing`,
    ];
  }
  return [
    `update ${table} set ${columns.value} = ${literal(row.wanted)} ` +
    `where ${columns.key} = ${key} and ${columns.value} = ${literal(row.old)}`,
  ];
}

function rowsOf(catalogue: Catalogue, table: string): Map<string, string> {
  const start = `row of ${table} `;
  const rows = [...catalogue].filter(([name]) => name.startsWith(start));
  return new Map(rows.map(([name, value]) => [name.slice(start.length), value]));
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
