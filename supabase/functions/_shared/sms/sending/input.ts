import { toE164 } from "../texts/phone.ts";
import { cleanText } from "../texts/clean_text.ts";
import type { Purpose } from "../contract/common.ts";
import type { ContentArguments } from "../database/verbs/send.ts";

/** What a message and a broadcast have in common, as callers write it. */
export interface ContentInput {
  /** The user whose message it is, for the secret key; null for the signed-in caller. */
  readonly onBehalfOf: string | null;
  readonly body: string | null;
  readonly from: string | null;
  readonly mediaUrls: readonly string[];
  /** ISO 8601 with a zone. */
  readonly sendAt: string | null;
  /** ISO 8601 with a zone; null for as long as its kind may wait. */
  readonly notAfter: string | null;
  readonly templateId: string | null;
  readonly variables: Readonly<Record<string, string | number>>;
  readonly idempotencyKey: string | null;
  /** Null: the template's, else what is usual for its kind. */
  readonly purpose: Purpose | null;
}

/**
 * The same as the verbs take it: text without invisible characters, numbers in E.164, times in UTC. Nothing is cut. A
 * request without an idempotency key gets a random one: runtimes re-send a POST by themselves, and that must not store a
 * message twice (docs/decisions/0009).
 */
export function contentArguments(input: ContentInput): ContentArguments {
  const variables = Object.entries(input.variables).map(([name, value]) =>
    [name, typeof value === "string" ? cleanText(value) : value] as const
  );
  return {
    body: input.body === null ? null : cleanText(input.body),
    from_number: input.from === null ? null : numberAsWritten(input.from),
    media_urls: [...input.mediaUrls],
    send_at: input.sendAt === null ? null : postgresTime(input.sendAt),
    // Only where it is given: a database whose migration comes a minute later does not know it.
    ...(input.notAfter === null ? {} : { not_after: postgresTime(input.notAfter) }),
    ...(input.purpose === null ? {} : { purpose: input.purpose }),
    template_id: input.templateId,
    variables: Object.fromEntries(variables),
    idempotency_key: input.idempotencyKey ?? crypto.randomUUID(),
  };
}

/** A string that is not a number stays as it is; the database refuses it. */
export function numberAsWritten(number: string): string {
  return toE164(number) ?? number;
}

const EPOCH = 0;
const END_OF_9999 = Date.UTC(9999, 11, 31);

/**
 * In UTC, because Postgres knows no zones beyond ±15:59 and no year 0. A time before 1970 becomes 1970: it is due at once
 * anyway. A time after 9999 becomes 9999: the database refuses it anyway.
 */
export function postgresTime(time: string): string {
  return new Date(Math.min(Math.max(Date.parse(time), EPOCH), END_OF_9999)).toISOString();
}
