import {
  CODE_UNITS,
  codeUnitsOf,
  countSegments,
  Filling,
  graphemesOf,
  mayCombine,
  SEPTETS,
  septetsOf,
} from "./segments.ts";

/**
 * The longest beginning of a text that fits: whole sentences if at least one does, else whole words and an ellipsis
 * of three dots (the single character "…" is not in GSM-7 and would halve what fits).
 *
 * The time it takes grows with the length of what fits, and no faster: how much fits is found in one pass, and then the last
 * end of a sentence or word before that point.
 */
export function cutToSegments(text: string, maxSegments: number): string {
  if (countSegments(text) <= maxSegments) return text;
  const { alone, withEllipsis } = fittingLength(text, maxSegments);
  const sentences = text.slice(0, endOfSentences(text, alone));
  if (sentences.trim() !== "") return sentences;
  const words = text.slice(0, endOfWords(text, withEllipsis));
  if (words.trim() !== "") return `${words.trimEnd()}${ELLIPSIS}`;
  return text.slice(0, alone);
}

const ELLIPSIS = "...";

/**
 * How many code units of a text fit. Up to the first character outside GSM-7 the text is GSM-7; with it, everything before
 * counts as UCS-2 too.
 */
function fittingLength(text: string, maxSegments: number): { alone: number; withEllipsis: number } {
  const septets = new Filling(SEPTETS);
  const units = new Filling(CODE_UNITS);
  let isPlain = true;
  const length = { alone: 0, withEllipsis: 0 };
  for (const character of mayCombine(text) ? graphemesOf(text) : text) {
    units.add(character, codeUnitsOf(character));
    isPlain = isPlain && septetsOf(character) !== Infinity;
    if (isPlain) septets.add(character, septetsOf(character));
    const filling = isPlain ? septets : units;
    if (filling.segments() > maxSegments) break;
    length.alone += character.length;
    if (filling.segments(ELLIPSIS.length) <= maxSegments) length.withEllipsis = length.alone;
  }
  return length;
}

/** What ends beyond the point still counts if it ends in spaces, which are removed. */
const SPACES_AT_END = 100;

/** Ends that look like the end of a sentence and are not. The longest has seven letters and a space before it. */
const ABBREVIATION =
  /(?:^|[\s(])(?:\p{L}|Dr|Mr|Mrs|Ms|Prof|St|Ave|Rd|No|vs|approx|e\.g|i\.e|z\.B|bzw|ca|Nr|Sr|Sra)\.$/iu;
const LONGEST_ABBREVIATION = 8;

/** @returns where the last whole sentence ends at or before a point, spaces behind it left out; 0 if none does */
function endOfSentences(text: string, point: number): number {
  let end = 0;
  sentences ??= new Intl.Segmenter(undefined, { granularity: "sentence" });
  for (const { index, segment } of sentences.segment(text.slice(0, point + SPACES_AT_END))) {
    const sentence = segment.trimEnd();
    if (index + sentence.length > point) break;
    const isWhole = sentence !== "" && !ABBREVIATION.test(sentence.slice(-LONGEST_ABBREVIATION));
    if (isWhole) end = index + sentence.length;
  }
  return end;
}

/** @returns where the last whole word ends at or before a point; 0 if none does */
function endOfWords(text: string, point: number): number {
  words ??= new Intl.Segmenter(undefined, { granularity: "word" });
  // Only the word at that point is looked for: in Chinese, words are looked up in a dictionary.
  return words.segment(text.slice(0, point + SPACES_AT_END)).containing(point)?.index ?? point;
}

/** Made when they are needed first: making one costs more than using it. */
let sentences: Intl.Segmenter | undefined;
let words: Intl.Segmenter | undefined;
