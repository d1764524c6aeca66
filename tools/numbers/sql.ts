/** The rows as SQL of the tree, packed so that people can read them. */
import type { Place } from "./places.ts";
import type { Renumbering, Spelling } from "./spellings.ts";

const WIDTH = 110;

/** One row a calling code, several on a line. */
export function countryRows(places: Place[]): string {
  const rows = places.map(({ prefix, country, zones }) => {
    const one = `('${prefix}', '${country}', '{${zones.join(",")}}')`;
    if (one.length + 4 <= WIDTH) return one;
    return `('${prefix}', '${country}',
    '{${packed(zones, ",", "    ").trimStart()}}')`;
  });
  return `insert into sms_private.country_prefixes (prefix, country, zones) values\n${
    packed(rows, ", ", "  ")
  };\n`;
}

/** Area codes of one state and the same zones together. */
export function areaCodeRows(places: Place[]): string {
  const groups = new Map<string, string[]>();
  for (const { prefix, country, territoryOf, state, zones } of places) {
    const key = `'${country}', ${text(territoryOf)}, ${text(state)}, '{${zones.join(",")}}'`;
    groups.set(key, [...groups.get(key) ?? [], prefix]);
  }
  const rows = [...groups].toSorted(([one], [other]) => one < other ? -1 : 1)
    .map(([key, prefixes]) => row(key, prefixes)).join(",\n");
  return `insert into sms_private.country_prefixes (prefix, country, territory_of, state, zones)
select prefix, place.country, place.territory_of, place.state, place.zones::text[]
from (values
${rows}
) place (country, territory_of, state, zones, prefixes)
cross join regexp_split_to_table(place.prefixes, '\\s+') prefix;
`;
}

function row(key: string, words: string[]): string {
  const one = `  (${key}, '${words.join(" ")}')`;
  return one.length <= WIDTH ? one : `  (${key},\n    '${packed(words, " ", "    ").trimStart()}')`;
}

/** Prefixes of one country together; old and new stand with an arrow between them. */
export function spellingRows(renumberings: readonly Renumbering[], trunkZeros: Spelling[]): string {
  const groups = renumberings.map(({ country, since, what, source, spellings }) => {
    const byDigits = Map.groupBy(spellings, (spelling) => spelling.digits);
    const rows = [...byDigits].map(([digits, list]) => row(`'${country}', ${digits}`, list.map(pair)));
    return `  -- ${since}: ${what}.\n  -- ${source}\n${rows.join(",\n")}`;
  });
  const zeros = row("null, 0", trunkZeros.map(pair));
  return `insert into sms_private.number_spellings (old_prefix, digits, new_prefix, country)
select split_part(pair, '>', 1), spelling.digits, split_part(pair, '>', 2), spelling.country
from (values
${groups.join(",\n")},
  -- The 0 of numbers at home, left in (+44 (0)7700 …), where no number begins with 0.
${zeros}
) spelling (country, digits, pairs)
cross join regexp_split_to_table(spelling.pairs, '\\s+') pair;
`;
}

const pair = ({ oldPrefix, newPrefix }: Spelling) => `${oldPrefix}>${newPrefix}`;

const text = (value: string | null) => value === null ? "null" : `'${value}'`;

/** Words in lines that are as long as a line may be. */
export function packed(words: string[], between: string, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line}${between}${word}`;
    if (line !== "" && indent.length + longer.length + between.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((one) => indent + one).join(`${between.trimEnd()}\n`);
}
