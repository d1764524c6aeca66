import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { plainNumber, toE164 } from "../../../supabase/functions/_shared/sms/texts/phone.ts";

/** A number as somebody typed it, understood. */
export interface Understood {
  readonly number: string;
  /** As one dials it from anywhere, with blanks. */
  readonly display: string;
  /** Where it is from, in words; empty where nobody knows. */
  readonly country: string;
}

/**
 * What number was meant. With its country it is read as the server reads it; without, as somebody at home dials it, where home
 * is the country of the number that sends. Null while it is no whole number.
 *
 * @param own the number that sends, in E.164
 */
export function understood(
  typed: string,
  own: string | undefined,
): Understood | null {
  const whole = toE164(typed);
  if (whole !== null) return described(whole);
  const home = own === undefined ? undefined : parsePhoneNumberFromString(own);
  if (!home) return null;
  const country: CountryCode | undefined = home.country;
  const plain = plainNumber(typed);
  // With anything but what people put between digits it is a name, or two numbers.
  if (!/^[+\d().\-/ ]+$/.test(plain)) return null;
  const parsed = parsePhoneNumberFromString(plain, {
    ...country ? { defaultCountry: country } : { defaultCallingCode: home.countryCallingCode },
    extract: false,
  });
  // At home nobody writes the country, so a digit too few would be somebody else's number.
  if (!parsed || parsed.ext !== undefined || !parsed.isValid()) return null;
  return described(parsed.number);
}

function described(number: string): Understood {
  const parsed = parsePhoneNumberFromString(number);
  return {
    number,
    display: parsed?.formatInternational() ?? number,
    country: parsed?.country ? regionName(parsed.country) : "",
  };
}

function regionName(code: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: "region" }).of(code) ?? "";
  } catch {
    return "";
  }
}
