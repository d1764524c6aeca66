/**
 * The alphabet of a plain SMS, GSM-7, and its extension, whose characters take two septets each (3GPP TS 23.038, section 6.2.1).
 * One character outside of it makes the whole text UCS-2.
 */
const BASIC = "A-Za-z0-9 \\n\\r!\"#$%&'()*+,\\-./:;<=>?@_£¥èéùìòÇØøÅåÆæßÉ¡ÄÖÑÜ§¿äöñüàΔΦΓΛΩΠΨΣΘΞ¤";
const EXTENSION = "\\f\\^{}\\\\[~\\]|€";
const ONE_SEPTET_EACH = new RegExp(`^[${BASIC}]*$`);
const GSM_7 = new RegExp(`^[${BASIC}${EXTENSION}]*$`);
const TWO_SEPTETS = new RegExp(`[${EXTENSION}]`);

/**
 * Characters that may be part of a longer one: surrogates, marks, joiners, jamo, and letters that Unicode joins with their
 * neighbours. A text without them has one character a code unit.
 */
const MAY_COMBINE =
  /[\ud800-\udfff\p{M}\p{Cf}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u0d4e\u0e33\u0eb3\uff9e\uff9f]/u;
const LONE_SURROGATE_OR_PAIR = /[\ud800-\udfff]/;

/** What fits into one segment that is alone, and into one of several, which have a header. */
const SEPTETS = { alone: 160, ofSeveral: 153 };
const CODE_UNITS = { alone: 70, ofSeveral: 67 };

/** Twilio accepts no longer message; https://www.twilio.com/docs/api/errors/21617 */
const LONGEST_TEXT = 1_600;

/**
 * How many SMS segments a text takes: GSM-7 if all characters are in it, otherwise UCS-2. As Twilio's own calculator counts
 * (https://github.com/TwilioDevEd/message-segment-calculator), which takes 6 ms for 160 characters. For a text that is too long
 * to be sent, the count is a lower bound.
 */
export function countSegments(text: string): number {
  if (text === "") return 0;
  if (ONE_SEPTET_EACH.test(text) || text.length > LONGEST_TEXT) return ofEqualSize(text.length, SEPTETS);
  if (GSM_7.test(text)) {
    return ofSizes([...text].map((character) => TWO_SEPTETS.test(character) ? 2 : 1), SEPTETS);
  }
  if (!LONE_SURROGATE_OR_PAIR.test(text) && !MAY_COMBINE.test(text)) {
    return ofEqualSize(text.length, CODE_UNITS);
  }
  return ofSizes(pieces(text, "grapheme").flatMap(codeUnits), CODE_UNITS);
}

const ofEqualSize = (length: number, { alone, ofSeveral }: typeof SEPTETS): number =>
  length <= alone ? 1 : Math.ceil(length / ofSeveral);

/** A line break of two characters is two characters. */
const codeUnits = (character: string): number | number[] => character === "\r\n" ? [1, 1] : character.length;

/** No character is divided between two segments. */
function ofSizes(sizes: readonly number[], { alone, ofSeveral }: typeof SEPTETS): number {
  if (sizes.reduce((sum, size) => sum + size, 0) <= alone) return 1;
  let segments = 1;
  let free = ofSeveral;
  for (const size of sizes) {
    if (size > free) {
      segments += 1;
      free = ofSeveral;
    }
    free -= size;
  }
  return segments;
}

/** How a text is encoded. One character outside GSM-7 makes all of it UCS-2: less than half the characters a segment. */
export function encodingOf(text: string): "GSM-7" | "UCS-2" {
  return GSM_7.test(text) ? "GSM-7" : "UCS-2";
}

/** Typographic characters that models write, and the plain ones that are in GSM-7. */
const TYPOGRAPHY: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201A\u201B\u2032]/g, "'"],
  [/[\u201C-\u201F\u2033]/g, '"'],
  [/\s*\u2014\s*/g, " - "],
  [/[\u2010-\u2013\u2212]/g, "-"],
  [/\u2026/g, "..."],
  [/[\u00A0\u2000-\u200A\u202F\u205F]/g, " "],
];

/**
 * The same text with plain punctuation, if that takes fewer segments: one curly quotation mark makes a whole text
 * UCS-2, with 70 characters a segment instead of 160. Twilio's Smart Encoding does the same for Messaging Services.
 * Only for a model's replies: https://www.twilio.com/docs/messaging/services#smart-encoding
 */
export function plainPunctuation(text: string): string {
  const plain = TYPOGRAPHY.reduce((so, [fancy, simple]) => so.replace(fancy, simple), text);
  return plain !== text && countSegments(plain) < countSegments(text) ? plain : text;
}

/** How many characters always fit: 160 GSM-7 characters in one segment, 153 in each of several. UCS-2 has 70 and 67. */
export function charactersIn(segments: number): { latin: number; unicode: number } {
  return segments === 1 ? { latin: 160, unicode: 70 } : { latin: 153 * segments, unicode: 67 * segments };
}

/**
 * The longest beginning of a text that fits: whole sentences if at least one does, else whole words and an ellipsis
 * of three dots (the single character "…" is not in GSM-7 and would halve what fits).
 */
export function cutToSegments(text: string, maxSegments: number): string {
  if (countSegments(text) <= maxSegments) return text;
  const fits = (candidate: string) => countSegments(candidate) <= maxSegments;
  // Text after this point can never fit: each character takes at least one septet. 100 more characters are kept, because
  // spaces at the end are removed.
  const within = text.slice(0, charactersIn(maxSegments).latin + 100);
  const sentences = longest(sentencesOf(within), (beginning) => fits(beginning.trimEnd()));
  if (sentences.trim() !== "") return sentences.trimEnd();
  const words = longest(pieces(within, "word"), (beginning) => fits(`${beginning.trimEnd()}...`));
  if (words.trim() !== "") return `${words.trimEnd()}...`;
  return longest(pieces(within, "grapheme"), fits);
}

/** Ends that look like the end of a sentence and are not. */
const ABBREVIATION =
  /(?:^|[\s(])(?:\p{L}|Dr|Mr|Mrs|Ms|Prof|St|Ave|Rd|No|vs|approx|e\.g|i\.e|z\.B|bzw|ca|Nr|Sr|Sra)\.\s*$/iu;

function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  for (const piece of pieces(text, "sentence")) {
    const before = sentences.at(-1);
    if (before !== undefined && ABBREVIATION.test(before)) sentences.splice(-1, 1, before + piece);
    else sentences.push(piece);
  }
  return sentences;
}

/** Fitting is monotonic, so a binary search over the pieces will do. */
function longest(all: string[], fits: (beginning: string) => boolean): string {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(all.slice(0, middle).join(""))) low = middle;
    else high = middle - 1;
  }
  return all.slice(0, low).join("");
}

function pieces(text: string, granularity: "sentence" | "word" | "grapheme"): string[] {
  return Array.from(new Intl.Segmenter(undefined, { granularity }).segment(text), (piece) => piece.segment);
}
