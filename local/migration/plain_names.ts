// What is not an identifier in quotes, and what is: strings, dollar quotes and comments stay as they are.
const TOKEN =
  /--[^\n]*|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|(?<![A-Za-z0-9_$])(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1|"((?:[^"]|"")*)"/g;

// Words that Postgres takes as names only in quotes (`pg_get_keywords()`, reserved or for types and functions), and
// what we use as a name of a column and would like to see in quotes.
const NEEDS_QUOTES = new Set(
  ("all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char " +
    "character check coalesce collate collation column concurrently constraint create cross current_catalog current_date " +
    "current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do " +
    "else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike " +
    "in initially inner inout int integer intersect interval into is isnull join lateral leading least left like limit " +
    "localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric offset on only or order " +
    "out outer overlaps overlay placing position precision primary real references returning right row select session_user " +
    "setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim " +
    "true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement " +
    "xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable").split(" "),
);

/** The statement with names as people write them: without quotes where Postgres needs none. */
export function plainNames(sql: string): string {
  return sql.replaceAll(TOKEN, (token, _dollar, name: string | undefined) => {
    return name !== undefined && /^[a-z_][a-z0-9_]*$/.test(name) && !NEEDS_QUOTES.has(name) ? name : token;
  });
}
