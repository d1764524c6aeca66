import type { Supabase } from "../call.ts";
import { polling, type Visibility } from "./polling.ts";
import { realtime } from "./realtime.ts";
import type { Change } from "./source.ts";

export interface ChangeOptions {
  readonly client: Supabase;
  /** Whose changes are heard by Realtime; null: there is none, it is asked. */
  readonly listenAs: string | null;
  /** Whose rows are asked for; undefined: everything that the client sees. */
  readonly userId?: string | undefined;
  readonly page: Visibility | null;
  /** Milliseconds between two questions where nothing is heard. */
  readonly pollMs: number;
  /** The conversation that is open, of whose texts is told as well; null for none. */
  readonly watched: () => string | null;
}

/** Beside Realtime: what was not announced, or not heard, is found in the end. */
const BESIDE_REALTIME_MS = 60_000;
/** Events come in showers: a text, its reply, each of their statuses. */
const GATHER_MS = 80;

/**
 * Tells of conversations that may have changed, by Realtime and by asking.
 * @returns what ends it
 */
export function changes(
  options: ChangeOptions,
  tell: (change: Change) => void,
): () => void {
  const { client, listenAs, userId, page, pollMs, watched } = options;
  let heard = false;
  const gathered = gather(tell);
  const sources = [
    polling({
      client,
      page,
      userId,
      watched,
      interval: () => heard ? BESIDE_REALTIME_MS : pollMs,
    }),
    ...listenAs === null ? [] : [
      realtime({
        client,
        userId: listenAs,
        onHeard: (now) => void (heard = now),
      }),
    ],
  ];
  const ends = sources.map((source) => source.start(gathered.add));
  return () => {
    ends.forEach((end) => end());
    gathered.end();
  };
}

/** One change for all that come within a moment. */
function gather(tell: (change: Change) => void) {
  let waiting: Set<string> | "everything" | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    const told = waiting === "everything" || waiting === undefined ? null : [...waiting];
    waiting = undefined;
    tell(told);
  };
  return {
    add: (change: Change): void => {
      if (waiting === undefined) {
        timer = setTimeout(flush, GATHER_MS);
        waiting = new Set();
      }
      if (change === null) waiting = "everything";
      else if (waiting !== "everything") {
        for (const id of change) waiting.add(id);
      }
    },
    end: () => clearTimeout(timer),
  };
}
