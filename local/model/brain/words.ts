const STOP_WORDS = new Set(
  `a an and are as at be been but by can could did do does for from had has have hello hey hi how i i'd i'm if in
  is it it's its just may me my need of on one or our please so some tell that the their them there they this to
  up us want was we what when where which who will with would you your yes no not any about also know like get
  much many`.split(/\s+/),
);

/** The words that carry meaning, cut to their stems, each once. */
export function stems(text: string): string[] {
  const words = text.toLowerCase().normalize("NFKC").replaceAll("’", "'").match(/[\p{L}\p{N}'$€£]+/gu) ?? [];
  return [...new Set(words.filter((word) => !STOP_WORDS.has(word)).map(stem))];
}

/** Enough English endings that "cleanings" finds "cleaning" and "parked" finds "parking". */
function stem(word: string): string {
  const bare = word.replace(/'s$/, "");
  for (const ending of ["ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y"]) {
    if (bare.length - ending.length >= 3 && bare.endsWith(ending)) return bare.slice(0, -ending.length);
  }
  return bare;
}

/** What somebody said, one thing at a time. */
export function utterances(text: string): string[] {
  return text
    .split(/\n+|(?<=[.!?])\s+(?!$)/)
    .flatMap((part) =>
      part.split(
        /,?\s+(?:and|but|also)\s+(?=(?:can|could|do|does|is|are|how|what|where|when|may|would|will|which)\b)/i,
      )
    )
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** A whole sentence: capital first, a stop last. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  const start = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
