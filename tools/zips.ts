/**
 * `deno run -A tools/zips.ts`: makes the rows of `zip_prefixes` and `state_zones` anew, from published data. After it:
 * `deno task migration NAME`. Needs Node for its npm.
 */
import { join } from "node:path";
import { createRequire } from "node:module";
import { z } from "zod";
import { print } from "../local/print.ts";
import { schemasFolder } from "../local/schemas.ts";
import { npm } from "./numbers/data.ts";
import { packed } from "./numbers/sql.ts";

/** The place of each ZIP code (MIT), and the time zone of each place (CC0; its data is of OpenStreetMap, ODbL). */
const PLACES = "zipcodes@8.0.0";
const ZONES = "@photostructure/tz-lookup@11.7.0";

/** One zone for each clock of today. A place may have had another one in the past, which is of no use here. */
const CLOCKS = [
  "America/New_York",
  "America/Chicago",
  "America/Denver",
  "America/Phoenix",
  "America/Los_Angeles",
  "America/Anchorage",
  "America/Adak",
  "Pacific/Honolulu",
  "America/Puerto_Rico",
  "Pacific/Guam",
  "Pacific/Pago_Pago",
];
const TERRITORIES = ["AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"];
/** A place at a border, or one with a wrong position, is in no zone of its neighbor. */
const OF_THE_STATES =
  /^(America\/(New_York|Detroit|Kentucky\/.*|Indiana\/.*|Chicago|Menominee|North_Dakota\/.*|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Sitka|Metlakatla|Yakutat|Nome|Adak)|Pacific\/Honolulu)$/;
/** Of the forces, wherever they are. */
const NOWHERE = ["AA", "AE", "AP"];

const Codes = z.record(
  z.string(),
  z.looseObject({
    zip: z.string(),
    state: z.string(),
    country: z.string(),
    latitude: z.number().nullish(),
    longitude: z.number().nullish(),
  }),
);

function clockOf(timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  return ["2027-01-15T12:00Z", "2027-07-15T12:00Z"].map((time) => format.format(new Date(time))).join(" ");
}
const KNOWN = new Map(CLOCKS.toReversed().map((zone) => [clockOf(zone), zone]));

interface Prefix {
  country: string;
  states: Set<string>;
  zones: Set<string>;
}

function prefixesOf(codes: z.infer<typeof Codes>, zoneAt: (latitude: number, longitude: number) => string) {
  const prefixes = new Map<string, Prefix>();
  for (const { zip, state, country, latitude, longitude } of Object.values(codes)) {
    if (country !== "US" || NOWHERE.includes(state) || !latitude || !longitude) continue;
    const name = zip.slice(0, 3);
    const isTerritory = TERRITORIES.includes(state);
    const zone = zoneAt(latitude, longitude);
    if (!isTerritory && !OF_THE_STATES.test(zone)) continue;
    const prefix: Prefix = prefixes.get(name) ??
      { country: isTerritory ? state : "US", states: new Set(), zones: new Set() };
    prefix.zones.add(KNOWN.get(clockOf(zone)) ?? zone);
    if (!isTerritory) prefix.states.add(state);
    prefixes.set(name, prefix);
  }
  return prefixes;
}

function rows(prefixes: Map<string, Prefix>): string {
  const list = (names: Set<string>) => `{${[...names].toSorted().join(",")}}`;
  const groups = new Map<string, string[]>();
  for (
    const [name, { country, states, zones }] of [...prefixes].toSorted(([one], [other]) =>
      one < other ? -1 : 1
    )
  ) {
    const key = `'${country}', '${list(states)}', '${list(zones)}'`;
    groups.set(key, [...groups.get(key) ?? [], name]);
  }
  const lines = [...groups].toSorted(([one], [other]) => one < other ? -1 : 1)
    .map(([key, names]) => `  (${key},\n    '${packed(names, " ", "    ").trimStart()}')`);
  return `insert into sms_private.zip_prefixes (prefix, country, states, zones)
select prefix, place.country, place.states::text[], place.zones::text[]
from (values
${lines.join(",\n")}
) place (country, states, zones, prefixes)
cross join regexp_split_to_table(place.prefixes, '\\s+') prefix;

insert into sms_private.state_zones (state, zone)
select state, there.zone
from (values
${statesByZone(prefixes)}
) there (zone, states)
cross join regexp_split_to_table(there.states, '\\s+') state;
`;
}

function statesByZone(prefixes: Map<string, Prefix>): string {
  const byZone = new Map<string, Set<string>>();
  for (const { states, zones } of prefixes.values()) {
    for (const zone of zones) {
      if (!OF_THE_STATES.test(zone)) continue;
      // A prefix that two states share may have a clock that only one of them has. A state has its own of those anyway.
      if (states.size === 1) {
        states.forEach((state) => byZone.set(zone, (byZone.get(zone) ?? new Set()).add(state)));
      }
    }
  }
  return [...byZone].toSorted().map(([zone, states]) =>
    `  ('${zone}',\n    '${packed([...states].toSorted(), " ", "    ").trimStart()}')`
  ).join(",\n");
}

const folder = await Deno.makeTempDir({ prefix: "supabase-sms-zips-" });
try {
  await npm(folder, ["install", "--silent", "--no-audit", "--no-fund", PLACES, ZONES]);
  const load = createRequire(join(folder, "package.json"));
  const codes = Codes.parse(load("zipcodes").codes);
  const text = `-- States and time zones by the first three digits of a ZIP code.
-- Made by tools/zips.ts; do not edit.
-- From ${PLACES} and ${ZONES}: a prefix has all states and clocks that one of its places has.

${rows(prefixesOf(codes, load("@photostructure/tz-lookup")))}`;
  await Deno.writeTextFile(join(schemasFolder, "20_tables", "84_zip_rows.sql"), text);
  print("Wrote supabase/schemas/20_tables/84_zip_rows.sql.");
} finally {
  await Deno.remove(folder, { recursive: true });
}
