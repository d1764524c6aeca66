import { SmsError } from "../../../client/mod.ts";

type Table = typeof import("./sentences.ts");

let table: Table | null = null;
let loading: Promise<void> | null = null;
const listeners = new Set<() => void>();

/** The sentences of all codes: they come after what is looked at first, and before most people meet an error. */
export function loadSentences(): Promise<void> {
  return loading ??= import("./sentences.ts").then(
    (loaded) => {
      table = loaded;
      for (const listener of listeners) listener();
    },
    // Where they cannot be had, the general words below say it; the next error asks again.
    () => void (loading = null),
  );
}

export const onSentences = (listener: () => void): () => void => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const hasSentences = (): boolean => table !== null;

/** What to show of anything that was thrown: never the words of an API. */
export function messageOf(error: unknown): string {
  if (!(error instanceof SmsError)) {
    return "Something went wrong on this page. Reload it.";
  }
  // Ours as well, with what only the server knows: TWILIO_CODES in supabase/functions explains each of Twilio's numbers.
  if (
    /^TWILIO_\d+$/.test(error.code) || table?.WITH_PARTICULARS.has(error.code)
  ) return error.message;
  return sentenceOf(error.code, error.status);
}

/** What a code says to people; of one that nobody knows, what its kind does. */
export function sentenceOf(code: string, status = 0): string {
  const known = table !== null && Object.hasOwn(table.SENTENCES, code) ? table.SENTENCES[code] : undefined;
  return known ?? general(code, status);
}

function general(code: string, status: number): string {
  if (code.startsWith("TWILIO_")) {
    return `Twilio refused it, with error ${code.slice(7)}.`;
  }
  if (status === 401) return "Your session has ended. Sign in again.";
  if (status === 403) return "You may not do that.";
  if (status === 404) return "That is not there any more. Reload the page.";
  if (status === 429) {
    return "That was too much at once. Wait a minute, and try again.";
  }
  if (code === "UNREACHABLE") {
    return "The server cannot be reached. Check the connection.";
  }
  if (status === 0 || status >= 500) {
    return "The server could not do that just now. Try again in a moment.";
  }
  return "The server refused that. Look at what you filled in, or reload the page.";
}
