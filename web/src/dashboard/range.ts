import type { StatsQuery } from "../../../client/mod.ts";
// Which days are shown, and how the functions are asked for them. A day is a string, 2026-11-23, in the time zone chosen.

export const PRESETS = ["1", "7", "30", "90"] as const;
export type Preset = (typeof PRESETS)[number];

/** The first and the last day, both of them shown. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** The last so many days, today included, or the days that somebody named. */
export type Range = Preset | Days;

export interface Filter {
  readonly range: Range;
  readonly timeZone: string;
  readonly numberId: string | null;
  readonly assistantId: string | null;
}

const DAY_MS = 86_400_000;
/** What `sms-stats` counts at once. */
export const MOST_DAYS = 1_000;
/** So few days are shown by the hour. */
const DAYS_BY_HOUR = 2;

/** The day that it is somewhere. */
export function dayIn(timeZone: string, at = new Date()): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

const count = ({ from, to }: Days): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;

export function daysOf({ range, timeZone }: Pick<Filter, "range" | "timeZone">, now = new Date()): Days {
  if (typeof range !== "string") return range;
  const today = dayIn(timeZone, now);
  return { from: addDays(today, 1 - Number(range)), to: today };
}

/** What is wrong with days that somebody named, in a sentence; null if nothing is. */
export function problemOf({ from, to }: Days): string | null {
  if (from === "" || to === "") return "Choose a first and a last day.";
  if (from < "2000-01-01" || to > "2100-12-30") return "Choose days between 2000 and 2100.";
  if (from > to) return "The first day comes after the last one.";
  return count({ from, to }) > MOST_DAYS ? `Choose ${MOST_DAYS} days at most.` : null;
}

/** What of the client's `stats()` is asked for. */
export type Asked =
  & Pick<StatsQuery, "bucket" | "timeZone" | "numberId" | "assistantId">
  & ({ readonly from: string; readonly to: string } | { readonly days: number });

/** How figures are asked for; null for days that nobody can ask for. */
export function queryOf(filter: Filter, now = new Date()): Asked | null {
  const days = daysOf(filter, now);
  if (problemOf(days) !== null) return null;
  return {
    // Which day it is today, the database says: a browser may know older rules of a time zone.
    ...(typeof filter.range === "string"
      ? { days: Number(filter.range) }
      : { from: days.from, to: addDays(days.to, 1) }),
    bucket: count(days) <= DAYS_BY_HOUR ? "hour" : "day",
    timeZone: filter.timeZone,
    ...(filter.numberId === null ? {} : { numberId: filter.numberId }),
    ...(filter.assistantId === null ? {} : { assistantId: filter.assistantId }),
  };
}
