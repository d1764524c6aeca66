import { parsePhoneNumberFromString } from "libphonenumber-js/min";

const E164_SHAPE = /^\+[1-9][0-9]{6,14}$/;

/** Direction marks, isolates, zero-width characters, soft hyphens, variation selectors, the ring of a keycap, controls. */
const INVISIBLE = /[\p{Cf}\p{Mn}\p{Me}\u{115F}\u{1160}\u{3164}\u{FFA0}]|(?![\t\n\r])\p{Cc}/gu;
/** Every dash, and what people and keyboards use for one: minus, hyphen bullet, overline, box and kana lines. */
const DASHES =
  /[\p{Pd}\u{00AF}\u{02D7}\u{2043}\u{2212}\u{2500}\u{2501}\u{2796}\u{30FC}\u{FF70}\u{FF5E}\u{223C}\u{301C}]/gu;
const SIGNS: readonly [RegExp, string][] = [
  [/[\u{FF0B}\u{FE62}\u{207A}\u{208A}\u{2795}]/gu, "+"],
  [/[\u{FF08}\u{FE59}\u{207D}\u{2768}\u{276A}]/gu, "("],
  [/[\u{FF09}\u{FE5A}\u{207E}\u{2769}\u{276B}]/gu, ")"],
  [/[\u{FF0F}\u{2044}\u{2215}]/gu, "/"],
  [/[\u{FF0E}\u{2024}\u{FE52}\u{00B7}\u{2022}\u{30FB}\u{FF65}]/gu, "."],
  [/[\p{Z}\s]+/gu, " "],
];
/** Digits of every script stand in rows of ten. */
const DIGIT = /\p{Nd}/gu;

/** Replaces digits and signs of other scripts by ASCII, and removes invisible characters. It changes any text, not only numbers. */
export function plainNumber(pasted: string): string {
  const visible = pasted.replace(INVISIBLE, "").replace(DASHES, "-").replace(DIGIT, asciiDigit);
  return SIGNS.reduce((text, [sign, plain]) => text.replace(sign, plain), visible).trim();
}

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code < 0x80) return digit;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}

/** The 0 that is dialled at home, as people note it behind the country: "+48 (0)512 345 678". */
const HOME_ZERO = /^(\+[1-9]\d{0,2})[ .-]*[([] ?0 ?[)\]]/;
/** Their landlines keep it from abroad too. */
const KEEPS_ZERO = /^\+(39|378)$/;
/** A 0 in brackets elsewhere, a second number behind a slash ("…678/9"), or a parameter: nobody knows which number is meant. */
const UNCLEAR = /[([] ?0 ?[)\]]|\/ ?\d{1,2}$|;/;

/**
 * A phone number as people write or paste it, in E.164: `+1 (415) 555-0101` → `+14155550101`. Null for anything that is not a
 * whole number with its country: the country is never guessed.
 *
 * A number in E.164 stays as it is: a library that rewrote it, as some do with digits that a country no longer dials
 * (findings/phone-turns-a-mobile-number-into-another.sh), would text another number than was asked for. Which spellings are one
 * telephone is decided in SQL (`number_spellings`). Whether a number exists is Twilio's decision: it knows numbers that
 * libphonenumber does not, such as its test numbers.
 */
export function toE164(input: string): string | null {
  // Longer is no number, whatever else is in it.
  if (input.length > 1000) return null;
  const written = plainNumber(input).replace(/^(tel|sms):(?=\+)/i, "").replace(
    HOME_ZERO,
    (_, country: string) => `${country} ${KEEPS_ZERO.test(country) ? "0" : ""}`,
  );
  if (UNCLEAR.test(written)) return null;
  if (E164_SHAPE.test(written)) return written;
  const parsed = parsePhoneNumberFromString(written, { extract: false });
  if (!parsed || parsed.ext !== undefined) return null;
  return E164_SHAPE.test(parsed.number) ? parsed.number : null;
}
