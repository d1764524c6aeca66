import type { Entries } from "../../../local/carrier/mod.ts";

/** Forms that have gone wrong somewhere before. */
export const awkwardForms: Readonly<Record<string, Entries>> = {
  "no field": [],
  "an empty value": [["Body", ""], ["From", "+14155550101"]],
  "a repeated name": [["Tag", "b"], ["Tag", "a"], ["Body", "x"]],
  "a repeated name and value": [["Tag", "b"], ["Tag", "a"], ["Tag", "b"]],
  "a repeated empty value": [["Tag", ""], ["Tag", ""]],
  "names that differ in case": [["body", "1"], ["Body", "2"], ["_x", "3"], ["Z", "4"]],
  "an apostrophe and a plus": [["Body", "It's 1+1=2 & 100%"]],
  "UTF-8": [["Body", "Grüße 👍🏽 שלום 你好"], ["FromCity", "ZÜRICH"]],
  "line breaks and edge spaces": [["Body", " a\r\nb\n "]],
};
