import { parsePhoneNumberFromString } from "libphonenumber-js/min";

const E164_SHAPE = /^\+[1-9][0-9]{6,14}$/;

/**
 * A telephone number as people write it, in E.164: `+1 (415) 555-0101` → `+14155550101`. Null for what is not a whole
 * number with its country: a national number is never guessed to be of some country.
 *
 * What is E.164 already stays as it is. libphonenumber would drop what some countries no longer dial (`+52 1 …`), and
 * a contact who was stored under the number that Twilio gave would become another one. Whether a number exists is for
 * the carrier to say, which knows numbers that libphonenumber does not (Twilio's test numbers among them).
 */
export function toE164(input: string): string | null {
  const written = input.trim();
  if (E164_SHAPE.test(written)) return written;
  const parsed = parsePhoneNumberFromString(written, { extract: false });
  if (!parsed || parsed.ext !== undefined) return null;
  return E164_SHAPE.test(parsed.number) ? parsed.number : null;
}
