import { countSegments, encodingOf } from "../../../supabase/functions/_shared/sms/texts/segments.ts";

export interface SegmentCount {
  readonly segments: number;
  readonly encoding: string;
}

/** What a text costs and why; counted as the functions count. */
export function segmentsOf(text: string): SegmentCount {
  const encoding = encodingOf(text);
  return { segments: countSegments(text), encoding: encoding === "GSM-7" ? encoding : "Unicode (UCS-2)" };
}
