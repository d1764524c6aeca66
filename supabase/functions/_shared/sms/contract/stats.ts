import { z } from "zod";
import { Owner, Timestamp, Uuid } from "./common.ts";

/** A time, or a day in the given time zone. Years without messages are refused before they reach Postgres. */
const MomentOrDay = z.union([z.iso.date(), Timestamp], {
  error: "neither a day such as 2026-11-23 nor a time such as 2026-11-23T09:00:00Z",
}).refine((value) => value >= "2000" && value < "2101", "not between 2000 and 2100");

const Bucket = z.enum(["hour", "day"]);

/** Query of `GET sms-stats`. */
export const StatsQuery = z.strictObject({
  from: MomentOrDay.optional().describe(
    "Start of the range: a time, or a day that begins at midnight in time_zone. Default: 30 days, the last of them included.",
  ),
  to: MomentOrDay.optional().describe("End of the range, not included; as from. Default: now."),
  days: z.coerce.number().int().min(1).max(1_000).optional().describe(
    "In place of from and to: so many days, today in time_zone included to its end.",
  ),
  bucket: Bucket.default("day").describe("What the series is counted by; a range has at most 1,000 of them."),
  time_zone: z.string().min(1).max(64).default("UTC").describe(
    "IANA name, for instance Europe/Berlin: where days and hours begin.",
  ),
  phone_number_id: Uuid.optional().describe("Only texts of this number."),
  assistant_id: Uuid.optional().describe("Only texts of the numbers this assistant answered on at the time."),
  user_id: Owner,
}).refine(({ days, from, to }) => days === undefined || from === undefined && to === undefined, {
  path: ["days"],
  error: "given beside from or to",
});
export type StatsQuery = z.infer<typeof StatsQuery>;

const Count = z.number().int().nonnegative();

const Cost = z.array(z.object({
  currency: z.string().describe("ISO 4217."),
  amount: z.number().describe("What Twilio charged; a positive number is a cost."),
})).describe("Of the texts whose price Twilio has told so far, by currency.");

const Totals = z.object({
  inbound: Count,
  outbound: Count.describe("Texts that went out, or were to."),
  delivered: Count.describe("Outbound texts with the status delivered or read."),
  failed: Count.describe("Outbound texts with the status failed or undelivered."),
  delivery_rate: z.number().nullable().describe(
    "delivered / (delivered + failed): of the texts that reached an end. Null when none has.",
  ),
  segments: Count.describe("SMS segments, in and out."),
  conversations: Count.describe("Conversations that began in the range."),
  opt_outs: Count.describe("Times that contacts opted out. With a filter: said to that number or assistant."),
  opt_ins: Count.describe(
    "Times that contacts opted in again. With a filter: said to that number or assistant.",
  ),
  statuses: z.array(z.object({
    direction: z.enum(["inbound", "outbound"]),
    status: z.string(),
    messages: Count,
  })).describe("Texts by direction and the status they have now; only those that occur."),
  intents: z.array(z.object({ intent: z.string(), messages: Count })).describe(
    "What contacts wanted, by inbound texts that an assistant has understood; most frequent first.",
  ),
  cost: Cost,
  answer_time: z.object({
    count: Count.describe("Answers of assistants and people."),
    median_ms: z.number().nullable().describe("Milliseconds, within 5 %; null without answers."),
    p95_ms: z.number().nullable().describe("Milliseconds, within 5 %; null without answers."),
  }).describe("From a contact's first unanswered text until Twilio took the answer."),
});

/** Answer of `GET sms-stats`. */
export const StatsResponse = z.object({
  from: Timestamp.describe("Start of what was counted: as asked for, rounded down to a quarter of an hour."),
  to: Timestamp.describe("End of what was counted: as asked for, rounded up to a quarter of an hour."),
  bucket: Bucket,
  time_zone: z.string(),
  totals: Totals,
  series: z.array(z.object({
    start: Timestamp.describe("When the hour or day begins; the first may begin before the range does."),
    minutes_east: z.number().int().describe(
      "By how many minutes the clocks of time_zone are before UTC then. A runtime may know older rules.",
    ),
    inbound: Count,
    outbound: Count,
    delivered: Count,
    failed: Count,
    segments: Count,
    cost: Cost,
  })).describe("Every hour or day that the range touches, also those without a text."),
});
export type StatsResponse = z.infer<typeof StatsResponse>;
