/** Telephones whose number has two spellings, the older one first, and numbers that look like it and are not. */
export const SPELLINGS: Record<string, readonly [string, string]> = {
  "Mexico's 1": ["+5215512345678", "+525512345678"],
  "Argentina's 9": ["+5491123456789", "+541123456789"],
  "Argentina's 15": ["+54111523456789", "+541123456789"],
  "Brazil's ninth digit": ["+551187654321", "+5511987654321"],
  "Benin's 01": ["+22997123456", "+2290197123456"],
  "Côte d'Ivoire's 07": ["+22507123456", "+2250707123456"],
  "Côte d'Ivoire's 05": ["+22545123456", "+2250545123456"],
  "Côte d'Ivoire's 01": ["+22501123456", "+2250101123456"],
  "Cameroon's 6": ["+23771234567", "+237671234567"],
  "Gabon's 06": ["+24106123456", "+24166123456"],
  "Gabon's 7": ["+2417123456", "+24177123456"],
  "Gabon's 0 from home": ["+241066123456", "+24166123456"],
  "Mauritius's 5": ["+2307123456", "+23057123456"],
  "Vietnam's 0120": ["+841201234567", "+84701234567"],
  "Vietnam's 0166": ["+841661234567", "+84361234567"],
  "Britain's 0": ["+4407400123456", "+447400123456"],
  "Germany's 0": ["+49015112345678", "+4915112345678"],
  "Japan's 0": ["+8109012345678", "+819012345678"],
};

/** Two telephones each. */
export const STRANGERS: Record<string, readonly [string, string]> = {
  "Brazil's trunked radio has eight digits": ["+551177654321", "+5511977654321"],
  "a landline in São Paulo": ["+551133334444", "+5511933334444"],
  "Italy's 0": ["+390612345678", "+39612345678"],
  "two area codes": ["+14155550101", "+15105550101"],
  "a short code and a number": ["52155", "+525512345678"],
  "names": ["ACME", "Acme"],
  "a number of Vietnam from today": ["+84912345678", "+841912345678"],
};
