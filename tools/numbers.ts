/**
 * `deno run -A tools/numbers.ts`: makes the rows of `country_prefixes` and `number_spellings` anew, from published data
 * (tools/numbers/data.ts names packages and versions). After it: `deno task migration NAME`. Needs Node for its npm.
 */
import { join } from "node:path";
import { print } from "../local/print.ts";
import { schemasFolder } from "../local/schemas.ts";
import { PHONE_LIBRARY, PLACE_DATA, readPublishedData } from "./numbers/data.ts";
import { type Place, places } from "./numbers/places.ts";
import { RENUMBERINGS, spellingProblems, trunkZeros } from "./numbers/spellings.ts";
import { areaCodeRows, countryRows, spellingRows } from "./numbers/sql.ts";

const MADE = "-- Made by tools/numbers.ts; do not edit.\n";
const SOURCE =
  `-- From ${PHONE_LIBRARY} and ${PLACE_DATA},\n-- which carry Google's libphonenumber (Apache-2.0).\n`;

const folder = await Deno.makeTempDir({ prefix: "supabase-sms-numbers-" });
try {
  const data = await readPublishedData(folder);
  const problems = spellingProblems(data);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const all = places(data);
  const isAreaCode = ({ prefix }: Place) => prefix.startsWith("1") && prefix.length === 4;
  await write(
    "86_country_rows",
    `-- Countries by calling code, and what is told apart from Britain.\n${MADE}${SOURCE}\n` +
      countryRows(all.filter((place) => !isAreaCode(place))),
  );
  await write(
    "87_area_code_rows",
    `-- Countries, states and time zones by area code of +1.\n${MADE}${SOURCE}\n` +
      areaCodeRows(all.filter(isAreaCode)),
  );
  await write(
    "88_spelling_rows",
    `-- Old spellings of numbers. The list is in tools/numbers/spellings.ts.\n${MADE}\n` +
      spellingRows(RENUMBERINGS, trunkZeros(data)),
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function write(name: string, text: string): Promise<void> {
  await Deno.writeTextFile(join(schemasFolder, "20_tables", `${name}.sql`), text);
  print(`Wrote supabase/schemas/20_tables/${name}.sql.`);
}
