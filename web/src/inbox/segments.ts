import { SegmentedMessage } from "sms-segments-calculator";
import { countSegments } from "../../../supabase/functions/_shared/sms/texts/segments.ts";

export interface SegmentCount {
  readonly segments: number;
  readonly encoding: string;
}

/** What a text costs and why; counted as the functions count. Loaded with the composer. */
export function segmentsOf(text: string): SegmentCount {
  const encoding = new SegmentedMessage(text).getEncodingName();
  return { segments: countSegments(text), encoding: encoding === "GSM-7" ? encoding : "Unicode (UCS-2)" };
}
