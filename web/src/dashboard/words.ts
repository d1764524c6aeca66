const STATUS_WORDS: Readonly<Record<string, string>> = {
  pending: "On the way to Twilio",
  unconfirmed: "Not confirmed yet",
  partially_delivered: "Partly delivered",
  undelivered: "Undelivered",
};

/** A status of an outbound text in words; one that a later version brings, as it is. */
export function statusWords(status: string): string {
  const known = STATUS_WORDS[status];
  if (known) return known;
  const words = status.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
