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
export interface Capacity {
  readonly alone: number;
  readonly ofSeveral: number;
}
export const SEPTETS: Capacity = { alone: 160, ofSeveral: 153 };
export const CODE_UNITS: Capacity = { alone: 70, ofSeveral: 67 };

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
  if (GSM_7.test(text)) return segmentsOf(text, septetsOf, SEPTETS);
  if (!mayCombine(text)) return ofEqualSize(text.length, CODE_UNITS);
  return segmentsOf(graphemesOf(text), codeUnitsOf, CODE_UNITS);
}

const ofEqualSize = (length: number, { alone, ofSeveral }: Capacity): number =>
  length <= alone ? 1 : Math.ceil(length / ofSeveral);

function segmentsOf(
  characters: Iterable<string>,
  sizeOf: (character: string) => number,
  capacity: Capacity,
): number {
  const filling = new Filling(capacity);
  for (const character of characters) filling.add(character, sizeOf(character));
  return filling.segments();
}

/** Whether a text keeps to GSM-7. */
export const isPlain = (text: string): boolean => GSM_7.test(text);

/** @returns 1 or 2 for a character of GSM-7, which takes so many septets; Infinity for any other */
export function septetsOf(character: string): number {
  if (character.length > 1 && character !== "\r\n") return Infinity;
  return ONE_SEPTET_EACH.test(character) ? character.length : TWO_SEPTETS.test(character) ? 2 : Infinity;
}

export const codeUnitsOf = (character: string): number => character.length;

/** Segments that are filled with one character after another. No character is divided between two segments. */
export class Filling {
  readonly #capacity: Capacity;
  #total = 0;
  #segments = 1;
  #free: number;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
    this.#free = capacity.ofSeveral;
  }

  add(character: string, size: number): void {
    // A line break of two characters is two characters.
    if (character === "\r\n") {
      this.add("\r", size / 2);
      this.add("\n", size / 2);
      return;
    }
    this.#total += size;
    if (size > this.#free) {
      this.#segments += 1;
      this.#free = this.#capacity.ofSeveral;
    }
    this.#free -= size;
  }

  /** @param more plain characters that follow */
  segments(more = 0): number {
    const { alone, ofSeveral } = this.#capacity;
    if (this.#total + more <= alone) return 1;
    return this.#segments + Math.ceil(Math.max(0, more - Math.max(0, this.#free)) / ofSeveral);
  }
}

/** Whether a character of the text may be longer than a code unit. */
export function mayCombine(text: string): boolean {
  return LONE_SURROGATE_OR_PAIR.test(text) || MAY_COMBINE.test(text);
}

/** The characters that people see, one by one: who needs only the first ones does not pay for the others. */
export function* graphemesOf(text: string): Iterable<string> {
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of graphemes.segment(text)) yield segment;
}

/** Made when it is needed first: making one costs more than using it. */
let graphemes: Intl.Segmenter | undefined;

/** How a text is encoded. One character outside GSM-7 makes all of it UCS-2: less than half the characters a segment. */
export function encodingOf(text: string): "GSM-7" | "UCS-2" {
  return GSM_7.test(text) ? "GSM-7" : "UCS-2";
}

/** Typographic characters that models write, and the plain ones that are in GSM-7. */
const TYPOGRAPHY: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201A\u201B\u2032]/g, "'"],
  [/[\u201C-\u201F\u2033]/g, '"'],
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
  const plain = TYPOGRAPHY.reduce((so, [fancy, simple]) => so.replace(fancy, simple), withPlainDashes(text));
  return plain !== text && countSegments(plain) < countSegments(text) ? plain : text;
}

/** Em dashes, with one space around each. Not by a pattern: `\s*—` would try each space of a long row anew. */
function withPlainDashes(text: string): string {
  const [first = "", ...others] = text.split("\u2014");
  const before = others.map((part, at) => at < others.length - 1 ? part.trim() : part.trimStart());
  return others.length === 0 ? text : [first.trimEnd(), ...before].join(" - ");
}

/** How many characters always fit: 160 GSM-7 characters in one segment, 153 in each of several. UCS-2 has 70 and 67. */
export function charactersIn(segments: number): { latin: number; unicode: number } {
  return segments === 1 ? { latin: 160, unicode: 70 } : { latin: 153 * segments, unicode: 67 * segments };
}
