/**
 * What the law's tables mean, by other arithmetic than SQL's: with the runtime's zones, and quarter of an hour by quarter of an
 * hour. It reads the same rows, and none of the functions.
 */
import type { Sql } from "postgres";

export const QUARTER = 15 * 60_000;
const DAY = 24 * 3_600_000;

/**
 * Zones that stopped changing their clocks in 2026. The runtime does not know it, and not every server does
 * (findings/deno-and-postgres-differ-on-the-hour-in-vancouver.sh). Their clock is read from Postgres.
 */
const CHANGED = ["America/Vancouver", "America/Edmonton", "Africa/Casablanca", "Africa/El_Aaiun"];

export interface Window {
  place: string;
  days: number[];
  opens: string;
  closes: string;
  on_holidays: boolean;
}
interface QuietDay {
  place: string;
  month: number | null;
  day: number | null;
  weekday: number | null;
  nth: number | null;
  from_easter: number | null;
  observed: boolean;
}
export interface Place {
  prefix: string;
  country: string;
  territory_of: string | null;
  state: string | null;
  zones: string[];
}
export interface Zip {
  prefix: string;
  country: string;
  states: string[];
  zones: string[];
}
export interface Own {
  opens: string;
  closes: string;
  days: number[];
}
export interface Whereabouts {
  places: string[];
  zones: string[];
}
export interface Recipient {
  number: string;
  zip_code: string | null;
  time_zone: string | null;
}

const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

const formats = new Map<string, Intl.DateTimeFormat>();
function probe(zone: string, at: number): number {
  let format = formats.get(zone);
  if (!format) {
    const options = {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    } as const;
    formats.set(
      zone,
      format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...options }),
    );
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const local = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute);
  return Math.round((local - Math.floor(at / 60_000) * 60_000) / 60_000);
}

/** Looks once a day, and between two days that differ, to the minute. */
const offsets = new Map<string, [from: number, minutes: number][]>();
const [FIRST, LAST] = [Date.UTC(2026, 11, 1), Date.UTC(2028, 3, 1)];
function changesOf(zone: string): [number, number][] {
  const known = offsets.get(zone);
  if (known) return known;
  const changes: [number, number][] = [[FIRST, probe(zone, FIRST)]];
  for (let day = FIRST + DAY; day < LAST; day += DAY) {
    let [before, after] = [day - DAY, day];
    const last = changes.at(-1)?.[1];
    const next = probe(zone, day);
    if (next === last) continue;
    while (after - before > 60_000) {
      const middle = before + Math.floor((after - before) / 120_000) * 60_000;
      if (probe(zone, middle) === last) before = middle;
      else after = middle;
    }
    changes.push([after, next]);
  }
  offsets.set(zone, changes);
  return changes;
}

export function minutesEast(zone: string, at: number): number {
  let minutes = 0;
  for (const [from, next] of changesOf(zone)) if (from <= at) minutes = next;
  return minutes;
}

/** Gauss' Easter, by Meeus' other way than SQL's: https://en.wikipedia.org/wiki/Date_of_Easter#Gauss's_Easter_algorithm */
function easter(year: number): number {
  const [a, b, c] = [year % 19, year % 4, year % 7];
  const k = Math.floor(year / 100);
  const p = Math.floor((13 + 8 * k) / 25);
  const q = Math.floor(k / 4);
  const M = (15 - p + k - q) % 30;
  const N = (4 + k - q) % 7;
  const d = (19 * a + M) % 30;
  const e = (2 * b + 4 * c + 6 * d + N) % 7;
  let day = 22 + d + e;
  if (d === 29 && e === 6) day = 50;
  if (d === 28 && e === 6 && (11 * M + 11) % 30 < 19) day = 49;
  return Date.UTC(year, 2, day);
}

export class Law {
  #quietDays = new Map<string, Set<number>>();

  constructor(
    readonly windows: readonly Window[],
    readonly quietDays: readonly QuietDay[],
    readonly prefixes: ReadonlyMap<string, Place>,
    readonly zips: ReadonlyMap<string, Zip>,
  ) {}

  static async read(sql: Sql): Promise<Law> {
    const windows = await sql<Window[]>`select place, days::int[], opens::text, closes::text, on_holidays
      from sms_private.sending_hours`;
    const quiet = await sql<QuietDay[]>`select * from sms_private.quiet_days`;
    const prefixes = await sql<Place[]>`select * from sms_private.country_prefixes`;
    const zips = await sql<Zip[]>`select * from sms_private.zip_prefixes`;
    for (const zone of CHANGED) {
      const hours = await sql<{ at: string; minutes: number }[]>`
        select extract(epoch from hour) * 1000 as at, extract(epoch from (hour at time zone ${zone}) - (hour at time zone 'UTC'))::int / 60 as minutes
        from generate_series(to_timestamp(${FIRST / 1000}), to_timestamp(${
        LAST / 1000
      }), interval '1 hour') hour order by hour`;
      const changes: [number, number][] = [];
      for (const { at, minutes } of hours) {
        if (changes.at(-1)?.[1] !== minutes) changes.push([Number(at), minutes]);
      }
      offsets.set(zone, changes);
    }
    return new Law(
      windows,
      quiet,
      new Map(prefixes.map((row) => [row.prefix, row])),
      new Map(zips.map((row) => [row.prefix, row])),
    );
  }

  /** All holidays of the years that are asked about, as midnights. */
  #daysOff(place: string): Set<number> {
    const known = this.#quietDays.get(place);
    if (known) return known;
    const off = new Set<number>();
    const country = place.split("-")[0];
    for (const rule of this.quietDays) {
      if (rule.place !== place && rule.place !== country) continue;
      for (const year of [2026, 2027, 2028]) {
        if (rule.from_easter !== null) off.add(easter(year) + rule.from_easter * DAY);
        else if (rule.day !== null) {
          const date = Date.UTC(year, (rule.month ?? 1) - 1, rule.day);
          off.add(date);
          const weekday = new Date(date).getUTCDay();
          if (rule.observed && weekday === 6) off.add(date - DAY);
          if (rule.observed && weekday === 0) off.add(date + DAY);
        } else {
          const month = (rule.month ?? 1) - 1;
          const fitting: number[] = [];
          for (let day = 1; day <= 31; day++) {
            const date = new Date(Date.UTC(year, month, day));
            if (date.getUTCMonth() === month && (date.getUTCDay() || 7) === rule.weekday) {
              fitting.push(date.getTime());
            }
          }
          const date = fitting.at(rule.nth === -1 ? -1 : (rule.nth ?? 1) - 1);
          if (date !== undefined) off.add(date);
        }
      }
    }
    this.#quietDays.set(place, off);
    return off;
  }

  isOpen({ places, zones }: Whereabouts, at: number, own: Own | null = null): boolean {
    return zones.every((zone) => {
      const local = at + minutesEast(zone, at) * 60_000;
      const midnight = Math.floor(local / DAY) * DAY;
      const minute = (local - midnight) / 60_000;
      const weekday = new Date(midnight).getUTCDay() || 7;
      const within = ({ days, opens, closes }: Own) =>
        days.includes(weekday) && minutesOf(opens) <= minute && minute < minutesOf(closes);
      return (own === null || within(own)) &&
        places.every((place) =>
          this.windows.some((window) =>
            window.place === place && within(window) &&
            (window.on_holidays || !this.#daysOff(place).has(midnight))
          )
        );
    });
  }

  #statesOn(zone: string, at: number): string[] {
    const found = new Set<string>();
    for (const { zones, states } of this.zips.values()) {
      if (states.length === 1 && zones.some((name) => minutesEast(name, at) === minutesEast(zone, at))) {
        states.forEach((s) => found.add(s));
      }
    }
    return [...found];
  }

  whereabouts({ number, zip_code, time_zone }: Recipient, at: number): Whereabouts {
    let place: Place | undefined;
    for (let length = 7; length > 0 && !place; length--) {
      place = this.prefixes.get(number.slice(1, 1 + length));
    }
    let country = place?.country ?? null;
    let territory = place?.territory_of ?? null;
    let states = new Set(place?.state ? [place.state] : []);
    let zones = new Set(place?.zones ?? []);
    const zip = zip_code !== null && number.startsWith("+1")
      ? this.zips.get(zip_code.slice(0, 3))
      : undefined;
    if (zip) {
      country = zip.country;
      territory = country === "US" ? null : "US";
      states = new Set(zip.states);
      zones = new Set(
        time_zone === null
          ? zip.zones
          : zip.zones.includes(time_zone)
          ? [time_zone]
          : [...zip.zones, time_zone],
      );
    } else if (time_zone !== null) {
      zones = new Set([time_zone]);
      const here = this.#statesOn(time_zone, at);
      if (country === "US" && !here.some((state) => states.has(state))) {
        here.forEach((state) => states.add(state));
      }
    }
    if (country === "US" && (zones.size === 0 || states.size === 0)) {
      const ofTheUs = [...this.zips.values()].filter((row) => row.country === "US");
      if (zones.size === 0) {
        zones = new Set(ofTheUs.filter((row) => row.states.length === 1).flatMap((row) => row.zones));
      }
      states = new Set(ofTheUs.filter((row) => row.states.length === 1).flatMap((row) => row.states));
    }
    if (zones.size === 0) zones.add("UTC");
    const having = new Set(this.windows.map((window) => window.place));
    const general = [country, territory].filter((name) => name !== null && having.has(name)) as string[];
    const places = new Set([
      ...(general.length > 0 ? general : ["*"]),
      ...[...states].map((state) => `${country}-${state}`).filter((name) => having.has(name)),
    ]);
    return { places: [...places].toSorted(), zones: [...zones].toSorted() };
  }
}
