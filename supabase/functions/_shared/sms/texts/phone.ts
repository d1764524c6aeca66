import { parsePhoneNumberFromString } from "libphonenumber-js/min";

const E164_SHAPE = /^\+[1-9][0-9]{6,14}$/;

/**
 * A phone number as people write it, in E.164: `+1 (415) 555-0101` → `+14155550101`. Null for anything that is not a whole
 * number with its country: the country is never guessed.
 *
 * A number in E.164 stays as it is: a library that rewrote it, as some do with digits that a country no longer dials
 * (findings/phone-turns-a-mobile-number-into-another.sh), would make another contact of a contact stored under Twilio's number. Whether a number exists is Twilio's decision: it knows
 * numbers that libphonenumber does not, such as its test numbers.
 */
export function toE164(input: string): string | null {
  const written = input.trim();
  if (E164_SHAPE.test(written)) return written;
  const parsed = parsePhoneNumberFromString(written, { extract: false });
  if (!parsed || parsed.ext !== undefined) return null;
  return E164_SHAPE.test(parsed.number) ? parsed.number : null;
}
