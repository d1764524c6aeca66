/** Letters of scripts in which joiners (U+200C, U+200D) are part of the spelling, as in Persian or Hindi. */
const JOINING = String
  .raw`[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}` +
  String
    .raw`\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}]`;
const EMOJI_END = String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{FE0F}]`;

/** Invisible characters that are spelling or part of an emoji: tag flags (🏴󠁧󠁢󠁥󠁮󠁧󠁿), presentation selectors, joiners in their place. */
const KEPT = [
  String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{2,6}\u{E007F}`,
  String.raw`(?<=[\p{Emoji}\p{Extended_Pictographic}])[\u{FE0E}\u{FE0F}]`,
  String.raw`(?<=${EMOJI_END})\u{200D}(?=\p{Extended_Pictographic})`,
  // Looks back only where there is a joiner: else each mark of a long row of marks would be gone through again for the next one.
  String.raw`[\u{200C}\u{200D}](?<=${JOINING}\p{M}*[\u{200C}\u{200D}])(?=${JOINING}|$|\s)`,
].join("|");

/**
 * Controls except tab and newline; the category "format" (zero-width characters, marks and overrides of direction, tags);
 * variation selectors; and letters that are blank.
 */
const DROPPED =
  String.raw`[\p{Cc}\p{Cf}\p{Co}\u{034F}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}-\u{180F}\u{2028}\u{2029}` +
  String.raw`\u{3164}\u{FE00}-\u{FE0F}\u{FFA0}\u{FFFC}\u{E0100}-\u{E01EF}]`;

const INVISIBLE = new RegExp(`(${KEPT}|[\\t\\n])|${DROPPED}`, "gu");

/**
 * Removes invisible characters that a model would read, and characters that make a text look different from what it is:
 * controls, bidirectional overrides, zero-width and tag characters. Newlines, emoji with their joiners, right-to-left text
 * and the joiners of its spelling stay.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(INVISIBLE, (_match, kept?: string) => kept ?? "")
    .trim();
}
