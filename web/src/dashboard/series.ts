import type { Stats } from "../../../client/mod.ts";
import { type BucketNames, bucketNames, count, money, shortCount } from "./format.ts";

/** What one chart shows: a value per bucket and series. */
export interface ChartData {
  readonly series: readonly Series[];
  readonly rows: readonly Row[];
  /** What a bucket is: the head of the table's first column. */
  readonly bucket: "Day" | "Hour";
  readonly names: BucketNames;
  format(value: number): string;
  /** For the axis. */
  formatShort(value: number): string;
}

export interface Series {
  readonly key: string;
  readonly label: string;
  /** A colour token. */
  readonly color: string;
}

export interface Row {
  readonly start: string;
  readonly [series: string]: string | number;
}

type Bucket = Stats["series"][number];

interface CountedSeries extends Series {
  readonly key: Exclude<keyof Bucket, "start" | "cost">;
}

const RECEIVED: CountedSeries = { key: "inbound", label: "Received", color: "var(--chart-1)" };
const SENT: CountedSeries = { key: "outbound", label: "Sent", color: "var(--chart-2)" };
const DELIVERED: CountedSeries = { key: "delivered", label: "Delivered", color: "var(--chart-2)" };
const FAILED: CountedSeries = { key: "failed", label: "Not delivered", color: "var(--chart-bad)" };
const SEGMENTS: CountedSeries = { key: "segments", label: "Segments", color: "var(--chart-1)" };

function counted(stats: Stats, series: readonly CountedSeries[]): ChartData {
  return {
    ...frame(stats),
    series,
    rows: stats.series.map((bucket) => ({
      start: bucket.start,
      ...Object.fromEntries(series.map(({ key }) => [key, bucket[key]])),
    })),
    format: count,
    formatShort: shortCount,
  };
}

const frame = ({ bucket, time_zone, series }: Stats) => ({
  bucket: bucket === "day" ? "Day" as const : "Hour" as const,
  names: bucketNames(bucket, time_zone, series),
});

export const volume = (stats: Stats) => counted(stats, [RECEIVED, SENT]);
export const delivery = (stats: Stats) => counted(stats, [DELIVERED, FAILED]);
export const segments = (stats: Stats) => counted(stats, [SEGMENTS]);

/** One chart a currency: sums of several would be none of them. */
export function cost(stats: Stats, currency: string): ChartData {
  return {
    ...frame(stats),
    series: [{ key: "cost", label: currency, color: "var(--chart-3)" }],
    rows: stats.series.map((bucket) => ({
      start: bucket.start,
      cost: bucket.cost.find((one) => one.currency === currency)?.amount ?? 0,
    })),
    format: (value) => money(value, currency),
    formatShort: (value) => money(value, currency),
  };
}
