/** State and time zones of the area codes of +1, from the towns that the published data knows by exchange. */
import type { PublishedData } from "./data.ts";

const CODES: Record<string, string> = Object.fromEntries(
  `Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,Florida FL,Georgia GA,
Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,Louisiana LA,Maine ME,Maryland MD,Massachusetts MA,
Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ,
New Mexico NM,New York NY,North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,Rhode Island RI,
South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,Virginia VA,West Virginia WV,Wisconsin WI,
Wyoming WY,Washington State WA,Washington D.C. DC,Alberta AB,British Columbia BC,British Colombia BC,Manitoba MB,
New Brunswick NB,Newfoundland and Labrador NL,Nova Scotia NS,Ontario ON,Prince Edward Island PE,Quebec QC,Saskatchewan SK`
    .split(/,\s*/).map((line) => [line.slice(0, -3), line.slice(-2)]),
);
const KNOWN = new Set(Object.values(CODES));

export interface States {
  /** Null where an area code has more than one (902: Nova Scotia and Prince Edward Island). */
  stateOf(area: string): string | null;
  zonesOf(area: string, country: string): string[];
}

export function states(data: PublishedData): States {
  const stateOf = (area: string) => codeIn(data.towns.get(area) ?? "");
  const ofTowns = new Map<string, Map<string, number>>();
  for (const [exchange, town] of data.towns) {
    if (exchange.length !== 6 || !town.includes(", ")) continue;
    const zones = longest(data.zones, `1${exchange}`);
    const area = exchange.slice(0, 3);
    if (zones.length !== 1 || zones[0] === undefined) continue;
    const counts = ofTowns.get(area) ?? new Map<string, number>();
    ofTowns.set(area, counts.set(zones[0], (counts.get(zones[0]) ?? 0) + 1));
  }
  // A new area code lies over an old one of the same state: it has any zone of that state.
  const ofStates = new Map<string, Map<string, number>>();
  for (const [area, counts] of ofTowns) {
    const state = stateOf(area);
    if (state === null) continue;
    const sums = ofStates.get(state) ?? new Map<string, number>();
    for (const [zone, count] of counts) sums.set(zone, (sums.get(zone) ?? 0) + count);
    ofStates.set(state, sums);
  }
  return {
    stateOf,
    zonesOf: (area, country) => {
      const towns = ofTowns.get(area) ?? (country === "US" ? ofStates.get(stateOf(area) ?? "") : undefined);
      return towns === undefined ? longest(data.zones, `1${area}`) : byCount(towns);
    },
  };
}

function codeIn(place: string): string | null {
  const [, town] = /, ([A-Z]{2})$/.exec(place) ?? [];
  if (town !== undefined) return KNOWN.has(town) ? town : null;
  return CODES[place] ?? null;
}

const byCount = (counts: Map<string, number>) =>
  [...counts].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1)).map(([zone]) => zone);

function longest(zones: Map<string, string[]>, number: string): string[] {
  for (let length = number.length; length > 1; length--) {
    const found = zones.get(number.slice(0, length));
    if (found !== undefined) return found;
  }
  return [];
}
