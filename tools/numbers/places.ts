/** Number prefix → country, whose territory it is, state, time zones. */
import { digits, type PublishedData } from "./data.ts";
import { states } from "./states.ts";

export interface Place {
  prefix: string;
  country: string;
  /** The country that counts it as its own: Puerto Rico is a territory of the US. */
  territoryOf: string | null;
  state: string | null;
  /** The commonest first. More than one where the prefix does not decide; none where nothing is known. */
  zones: string[];
}

/** Texts between these and the United States are texts at home: they share its numbering plan and its carriers. */
const TERRITORIES: Record<string, string> = { PR: "US", VI: "US", GU: "US", AS: "US", MP: "US" };
/** Under +44, and not at Britain's price. */
const ISLANDS = ["GG", "JE", "IM"];
/** Ofcom: 070 are personal numbers, which forward to any telephone at any price. */
const PERSONAL = "4470";
const NO_COUNTRY = "XX";

export function places(data: PublishedData): Place[] {
  const found = [...callingCodes(data), ...areaCodes(data), ...islands(data), ...personal()];
  return found.toSorted((one, other) => one.prefix < other.prefix ? -1 : 1);
}

function place(prefix: string, country: string, more: Partial<Place> = {}): Place {
  return { prefix, country, territoryOf: TERRITORIES[country] ?? null, state: null, zones: [], ...more };
}

function callingCodes(data: PublishedData): Place[] {
  const found = [...data.countries].map(([code, [country]]) =>
    country === undefined
      ? place(code, NO_COUNTRY)
      // All of +1 that is nobody's: toll-free numbers, and area codes that are newer than the data.
      : place(code, country, { zones: code === "1" ? [] : zonesOf(data.zones.get(code) ?? [], country) })
  );
  return [...found, ...["76", "77"].map((code) => place(code, "KZ", { zones: zonesIn("KZ") }))];
}

/** Of a calling code's zones, those of its main country. */
function zonesOf(published: string[], country: string): string[] {
  const own = zonesIn(country);
  const both = published.filter((zone) => own.includes(zone));
  // Google's data has a neighbour's zone for some countries: Paris for Algeria.
  return both.length > 0 ? both : own.length > 0 ? own : published;
}

function areaCodes(data: PublishedData): Place[] {
  const { stateOf, zonesOf } = states(data);
  const found: Place[] = [];
  for (let area = 200; area < 1000; area++) {
    const country = mostly(samples(`1${area}`, 7).map((number) => data.countryOf(number)));
    if (country === null) continue;
    const [state, zones] = [stateOf(String(area)), zonesOf(String(area), country)];
    if (country === "US" && state === null) continue;
    found.push(place(`1${area}`, country, { state, zones }));
  }
  return found;
}

/** Six digits decide, or seven. */
function islands(data: PublishedData): Place[] {
  const walk = (prefix: string): Place[] => {
    const seen = new Set(samples(prefix, 12 - prefix.length).map((number) => data.countryOf(number)));
    seen.delete(null);
    const found = ISLANDS.find((country) => seen.has(country));
    if (found === undefined) return [];
    if (seen.size === 1) return [place(prefix, found, { zones: zonesIn(found) })];
    return prefix.length === 7 ? [] : children(prefix, 10).flatMap(walk);
  };
  return ["441", "447"].flatMap((start) => children(start, 1000)).flatMap(walk);
}

const children = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(String(count).length - 1, "0")}`);

const personal = (): Place[] => [place(PERSONAL, NO_COUNTRY)];

function samples(prefix: string, more: number): string[] {
  return Array.from({ length: 150 }, (_, seed) => `+${prefix}${digits(more, seed + 1)}`);
}

function mostly(countries: (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const country of countries) if (country !== null) counts.set(country, (counts.get(country) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? null;
}

function zonesIn(country: string): string[] {
  const locale = new Intl.Locale("und", { region: country });
  return ("getTimeZones" in locale && typeof locale.getTimeZones === "function")
    ? locale.getTimeZones() ?? []
    : [];
}
