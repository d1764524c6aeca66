/** Segments as Twilio counts them. https://www.twilio.com/docs/glossary/what-sms-character-limit */
import { SegmentedMessage } from "sms-segments-calculator";

/** At least one. A message with media is one MMS, however long its text. */
export function countSegments(body: string, mediaCount: number): number {
  if (mediaCount > 0 || body === "") return 1;
  return Math.max(1, new SegmentedMessage(body).segmentsCount);
}
