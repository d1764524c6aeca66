/** What Twilio's identifiers and dates look like. https://www.twilio.com/docs/glossary/what-is-a-sid */
import { randomBytes } from "node:crypto";

/** `AC` account, `SM`/`MM` message without/with media, `ME` media, `MG` messaging service, `PN` number, `TK` trunk. */
export type SidPrefix = "AC" | "SK" | "SM" | "MM" | "ME" | "MG" | "PN" | "TK" | "AP";

/** Two letters and 32 hexadecimal digits. */
export function newSid(prefix: SidPrefix): string {
  return prefix + randomHex();
}

/** An auth token: 32 hexadecimal digits. */
export function newToken(): string {
  return randomHex();
}

function randomHex(): string {
  return randomBytes(16).toString("hex");
}

/** RFC 2822 in GMT, whole seconds, as api.twilio.com writes dates: `Thu, 24 Aug 2023 05:01:45 +0000`. */
export function rfc2822(date: Date | null): string | null {
  return date === null ? null : date.toUTCString().replace("GMT", "+0000");
}

/** ISO 8601 in GMT, whole seconds, as the newer hosts (trunking) write dates. */
export function iso8601(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/**
 * `YYMMDDhhmm`, the carrier's done date.
 * https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export function rawDlrDoneDate(date: Date): string {
  return date.toISOString().replace(/\D/g, "").slice(2, 12);
}

/** A repeatable source of numbers in [0, 1), so that a random order can be run again (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
