/**
 * Old spellings of numbers that reach the same telephone as the spelling of today. Two numbers are one here only where the
 * old one can be nobody else's: it is no valid number any more, or the page says whose it was.
 */
import { digits, type PublishedData } from "./data.ts";

export interface Spelling {
  /** Without the plus. */
  oldPrefix: string;
  /** How many digits follow the prefix; 0 for any number of them. */
  digits: number;
  newPrefix: string;
  country: string;
}

export interface Renumbering {
  country: string;
  since: string;
  /** Why, in a few words. */
  what: string;
  source: string;
  spellings: Spelling[];
  /** The old spelling is still valid in libphonenumber, and the page says why it is nobody else's. */
  oldIsValid?: true;
}

const BRAZIL =
  "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 " +
  "64 65 66 67 68 69 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99";
const IVORY_COAST =
  "01 02 03 04 05 06 07 08 09 41 42 43 44 45 46 47 48 49 51 54 55 56 57 58 59 65 66 67 69 74 75 76 77 78 79 84 " +
  "85 86 87 88 89";
const VIETNAM =
  "120 70,121 79,122 77,126 76,128 78,123 83,124 84,125 85,127 81,129 82,162 32,163 33,164 34,165 35,166 36," +
  "167 37,168 38,169 39,186 56,188 58,199 59";

export const RENUMBERINGS: readonly Renumbering[] = [
  {
    country: "MX",
    since: "2019-08-03",
    what: "the 1 before mobile numbers is gone",
    source: "https://www.twilio.com/en-us/guidelines/mx/sms",
    spellings: list("MX", ["521 52"], 10),
  },
  {
    country: "BR",
    since: "2016-11-06",
    what: "mobile numbers begin with 9, except those of trunked radio (7…)",
    source: "https://en.wikipedia.org/wiki/Telephone_numbers_in_Brazil",
    spellings: list(
      "BR",
      BRAZIL.split(" ").flatMap((area) =>
        ["6", "8", "9"].map((first) => `55${area}${first} 55${area}9${first}`)
      ),
      7,
    ),
  },
  {
    country: "AR",
    since: "1999-01-24",
    what: "9 marks a mobile number, and texts go without it; 15 is its spelling at home",
    source: "https://en.wikipedia.org/wiki/Telephone_numbers_in_Argentina",
    spellings: [...list("AR", ["549 54"], 10), ...list("AR", ["541115 5411"], 8)],
    oldIsValid: true,
  },
  {
    country: "BJ",
    since: "2024-11-30",
    what: "01 before every number",
    source: "https://fr.allafrica.com/stories/202411300249.html",
    spellings: list("BJ", ["2", "4", "5", "6", "9"].map((first) => `229${first} 22901${first}`), 7),
  },
  {
    country: "CI",
    since: "2021-01-31",
    what: "01, 05 or 07 before mobile numbers, by the operator, which is the second digit",
    source:
      "https://fr.wikipedia.org/wiki/Liste_des_indicatifs_t%C3%A9l%C3%A9phoniques_en_C%C3%B4te_d%27Ivoire",
    spellings: list(
      "CI",
      IVORY_COAST.split(" ").map((old) =>
        `225${old} 225${
          { 1: "01", 2: "01", 3: "01", 4: "05", 5: "05", 6: "05", 7: "07", 8: "07", 9: "07" }[Number(old[1])]
        }${old}`
      ),
      6,
    ),
  },
  {
    country: "CM",
    since: "2014-11-21",
    what: "6 before mobile numbers",
    source: "http://www.itu.int/dms_pub/itu-t/opb/sp/T-SP-OB.1063-2014-OAS-PDF-E.pdf",
    spellings: list("CM", ["2377 23767", "2379 23769"], 7),
  },
  {
    country: "GA",
    since: "2019-11-15",
    what: "66, 62, 65, 77 and 74 for 6, 2, 5, 7 and 4, and no 0 from abroad; the old end on 2024-04-06",
    source: "http://news.alibreville.com/h/114469.html",
    oldIsValid: true,
    spellings: [
      ...list(
        "GA",
        ["6 66", "2 62", "5 65", "7 77", "4 74"].flatMap((pair) => {
          const [old = "", now = ""] = pair.split(" ");
          return [`2410${old} 241${now}`, `241${old} 241${now}`];
        }),
        6,
      ),
      ...list("GA", ["24106 2416", "24107 2417"], 7),
    ],
  },
  {
    country: "MU",
    since: "2013-09-01",
    what: "5 before mobile numbers",
    source: "https://www.icta.mu/telecom-numbering/",
    spellings: list("MU", ["2307 23057", "2309 23059"], 6),
  },
  {
    country: "VN",
    since: "2018-09-15",
    what: "eleven digits became ten",
    source: "https://en.wikipedia.org/wiki/Telephone_numbers_in_Vietnam",
    spellings: list(
      "VN",
      VIETNAM.split(",").map((pair) => pair.split(" ").map((part) => `84${part}`).join(" ")),
      7,
    ),
  },
];

function list(country: string, pairs: string[], following: number): Spelling[] {
  return pairs.map((pair) => {
    const [oldPrefix = "", newPrefix = ""] = pair.split(" ");
    return { oldPrefix, digits: following, newPrefix, country };
  });
}

/** The 0 of a number at home, left between country and number: "+44 (0)7700 …" without its brackets. */
export function trunkZeros(data: PublishedData): Spelling[] {
  return [...data.countries].flatMap(([code, [country]]) => {
    if (country === undefined || code === "1" || code === "7") return [];
    const plans = data.plans.filter((plan) => plan.code === code);
    return plans.some(beginsWithZero) ? [] : [{ oldPrefix: `${code}0`, digits: 0, newPrefix: code, country }];
  });
}

/** Whether any number of the plan begins with one 0, as in Italy. */
function beginsWithZero({ national, lengths }: PublishedData["plans"][number]): boolean {
  return lengths.some((length) =>
    Array.from({ length: 900 }, (_, i) => `0${100 + i}`).some((start) =>
      [1, 2, 3, 4, 5].some((seed) => national.test(`${start}${digits(20, seed)}`.slice(0, length)))
    )
  );
}

/** Sentences about spellings that could be another telephone, or that lead to no number. */
export function spellingProblems(data: PublishedData): string[] {
  return RENUMBERINGS.flatMap(({ spellings, oldIsValid }) =>
    spellings.flatMap(({ oldPrefix, newPrefix, digits: following }) => {
      const rests = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) => digits(following, seed));
      const old = rests.filter((rest) => data.isValid(`+${oldPrefix}${rest}`));
      const now = rests.filter((rest) => data.isValid(`+${newPrefix}${rest}`));
      return [
        ...(old.length > 0 && !oldIsValid ? [`+${oldPrefix}${old[0]} is a number of today`] : []),
        ...(now.length === 0 ? [`+${newPrefix} leads to no valid number`] : []),
      ];
    })
  );
}
