// Times as people write them, in the language and the time zone of the browser.

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric" });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

const DAY_MS = 86_400_000;

/** Days between two moments as a calendar counts them. */
function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(later) - midnight(earlier)) / DAY_MS);
}

/** 9:41 AM */
export const clockTime = (time: string): string => clock.format(new Date(time));

/** All of it, for a tooltip. */
export const fullTime = (time: string): string => full.format(new Date(time));

/** As short as it can be understood: 9:41 AM, Mon, Nov 3, Nov 3, 2024; of what is to come, Nov 3, 9:41 AM. */
export function shortTime(time: string, now = new Date()): string {
  const date = new Date(time);
  const days = daysBetween(date, now);
  if (days === 0) return clock.format(date);
  const calendar = date.getFullYear() === now.getFullYear() ? day : dayOfYear;
  if (days < 0) return `${calendar.format(date)}, ${clock.format(date)}`;
  return days < 7 ? weekday.format(date) : calendar.format(date);
}

/** What stands above the texts of a day. */
export function dayName(time: string, now = new Date()): string {
  const date = new Date(time);
  const days = daysBetween(date, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return (date.getFullYear() === now.getFullYear() ? longDay : dayOfYear).format(date);
}

/** A key that is the same for all moments of one day here. */
export const dayKey = (time: string): string => new Date(time).toDateString();
