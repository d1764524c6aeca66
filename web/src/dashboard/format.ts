// Figures as people of the browser's language write them.

const counts = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

/** What stands where there is no figure. */
export const NONE = "–";

export const count = (value: number): string => counts.format(value);

/** For an axis: 1.2K. */
export const shortCount = (value: number): string => short.format(value);

export const percent = (rate: number | null): string => rate === null ? NONE : percents.format(rate);

const UNITS = [["hour", 3_600_000], ["minute", 60_000], ["second", 1_000]] as const;

/** As long as people would say it: 3.4 sec, 12 min, 2.5 hr. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return NONE;
  const [unit, size] = UNITS.find(([, size]) => milliseconds >= size) ?? ["second", 1_000];
  const value = milliseconds / size;
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

/** Texts cost less than a cent each: small amounts keep what would be rounded away. */
export function money(amount: number, currency: string): string {
  const digits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  try {
    return new Intl.NumberFormat(undefined, {
      style: "currency",
      currency,
      minimumFractionDigits: 2,
      maximumFractionDigits: digits,
    }).format(amount);
  } catch {
    // No currency that this browser knows the form of.
    return `${counts.format(amount)} ${currency}`;
  }
}

/** How moments are named in one time zone: shortly for an axis, and whole. */
export interface BucketNames {
  short(start: string): string;
  long(start: string): string;
}

/** What the database says of a moment that is shown. */
export interface Moment {
  readonly start: string;
  /** By how many minutes the clocks are before UTC then. A version that does not say it may still answer. */
  readonly minutes_east?: number;
}

/** An hour that comes twice is told apart by this: UTC-7, UTC+5:30. */
function utcOffset(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "-" : "+"}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** By the database's clock: a browser may know older rules of a time zone, and would name a day after the one before it. */
export function bucketNames(
  bucket: "hour" | "day",
  timeZone: string,
  moments: readonly Moment[],
): BucketNames {
  const [axis, whole]: readonly Intl.DateTimeFormatOptions[] = bucket === "day"
    ? [{ month: "short", day: "numeric" }, {
      weekday: "short",
      year: "numeric",
      month: "short",
      day: "numeric",
    }]
    : [{ hour: "numeric" }, {
      weekday: "short",
      month: "short",
      day: "numeric",
      hour: "numeric",
      minute: "2-digit",
    }];
  const east = new Map(moments.map(({ start, minutes_east }) => [start, minutes_east]));
  const name = (options: Intl.DateTimeFormatOptions | undefined) => {
    const known = new Intl.DateTimeFormat(undefined, { ...options, timeZone: "UTC" });
    const unknown = new Intl.DateTimeFormat(undefined, { ...options, timeZone });
    return (start: string): string => {
      const minutes = east.get(start);
      return minutes === undefined
        ? unknown.format(new Date(start))
        : known.format(Date.parse(start) + minutes * 60_000);
    };
  };
  const long = name(whole);
  return {
    short: name(axis),
    long: (start) => {
      const minutes = east.get(start);
      return bucket === "day" || minutes === undefined ? long(start) : `${long(start)} ${utcOffset(minutes)}`;
    },
  };
}
