/** Rows that come with the schema: settings, country prefixes. A difference of structures does not see them. */
import { type Catalogue, type RowColumns, ROWS } from "../catalogue.ts";

type Values = (string | number | null | string[])[];

interface Change {
  key: string;
  old: Values | undefined;
  wanted: Values | undefined;
}

/**
 * Statements that bring the rows of a project up to date. What its operator has set stays: a value is replaced only where it
 * is still the one that came with the schema.
 */
export function rowStatements(before: Catalogue, after: Catalogue): string[] {
  return Object.entries(ROWS).flatMap(([table, columns]) => {
    const [old, wanted] = [rowsOf(before, table), rowsOf(after, table)];
    const changes = [...new Set([...old.keys(), ...wanted.keys()])]
      .map((key): Change => ({ key, old: old.get(key), wanted: wanted.get(key) }))
      .filter((row) => JSON.stringify(row.old) !== JSON.stringify(row.wanted));
    return [
      ...inserts(table, columns, changes),
      ...changes.flatMap((row) => rowStatement(table, columns, row)),
    ];
  });
}

function inserts(table: string, { keys, values, json }: RowColumns, changes: Change[]): string[] {
  const rows = changes.flatMap(({ key, old, wanted }) =>
    old === undefined && wanted !== undefined
      ? [`(${[...keysOf(key, keys).map(literal), ...wanted.map(json ? jsonLiteral : literal)].join(", ")})`]
      : []
  );
  if (rows.length === 0) return [];
  return [
    `insert into ${table} (${[...keys, ...values].join(", ")}) values\n  ${rows.join(",\n  ")}\n` +
    `on conflict (${keys.join(", ")}) do nothing`,
  ];
}

function rowStatement(
  table: string,
  { keys, values, json }: RowColumns,
  { key, old, wanted }: Change,
): string[] {
  if (old === undefined) return [];
  const row = keysOf(key, keys).map((value, i) => `${keys[i]} = ${literal(value)}`);
  if (wanted === undefined) return [`delete from ${table} where ${row.join(" and ")}`];
  const changed = values.flatMap((name, i) =>
    JSON.stringify(old[i] ?? null) === JSON.stringify(wanted[i] ?? null)
      ? []
      : [{ name, old: old[i] ?? null, wanted: wanted[i] ?? null }]
  );
  const written = json ? jsonLiteral : literal;
  const set = changed.map((column) => `${column.name} = ${written(column.wanted)}`);
  // Null is also what a column has that is new.
  const still = changed.filter((column) => column.old !== null)
    .map((column) => `${column.name} = ${written(column.old)}`);
  return [`update ${table} set ${set.join(", ")} where ${[...row, ...still].join(" and ")}`];
}

/** The last key takes what is left, so that a name may have blanks. */
function keysOf(key: string, keys: string[]): string[] {
  const parts = key.split(" ");
  return keys.map((_, i) => i < keys.length - 1 ? parts[i] ?? "" : parts.slice(i).join(" "));
}

function rowsOf(catalogue: Catalogue, table: string): Map<string, Values> {
  const start = `row of ${table} `;
  const rows = [...catalogue].filter(([name]) => name.startsWith(start));
  return new Map(rows.map(([name, value]) => [name.slice(start.length), JSON.parse(value)]));
}

const jsonLiteral = (value: unknown) => literal(JSON.stringify(value));

function literal(value: string | number | null | string[]): string {
  if (value === null) return "null";
  const text = Array.isArray(value) ? `{${value.join(",")}}` : String(value);
  return `'${text.replaceAll("'", "''")}'`;
}
