import type { Supabase } from "../call.ts";
import type { LiveSource } from "./source.ts";

/** What it has to know of a page: `document`. */
export interface Visibility extends Pick<EventTarget, "addEventListener" | "removeEventListener"> {
  readonly hidden: boolean;
}

export interface PollingOptions {
  readonly client: Supabase;
  /** None on a server: there somebody always looks. */
  readonly page: Visibility | null;
  /** Whose; undefined: everything that the client sees, which row level security decides. */
  readonly userId?: string | undefined;
  /** The conversation that is open, whose texts are looked at as well. */
  readonly watched: () => string | null;
  /** Milliseconds between two questions, at this moment. */
  readonly interval: () => number;
}

/** How many of the newest are looked at: more rarely change between two questions, and then everything is reread. */
const NEWEST = 25;
const HIDDEN_MS = 60_000;
const LONGEST_MS = 60_000;

/** Ids and when they changed: a few hundred bytes, and two short index ranges for the database. */
type Versions = ReadonlyMap<string, string>;

/** Asks what changed, every now and then; seldom while nobody looks, and slower while there is no answer. */
export function polling(
  { client, page, userId, watched, interval }: PollingOptions,
): LiveSource {
  return {
    start(onChange) {
      let conversations: Versions | null = null;
      let texts: { of: string; versions: Versions } | null = null;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let failures = 0;
      let stopped = false;
      let turns = 0;

      async function ask(): Promise<void> {
        const of = watched();
        const [seen, seenTexts] = await Promise.all([
          newestConversations(client, userId),
          of ? newestTexts(client, of, userId) : null,
        ]);
        if (stopped) return;
        // At first nobody knows what was shown before.
        if (conversations === null) onChange(null);
        else tell(changed(conversations, seen));
        conversations = seen;
        if (of && seenTexts) {
          // Of one that was just opened, too: a delivery changes texts only, and no conversation tells of it.
          if (
            texts?.of !== of || changed(texts.versions, seenTexts).length > 0
          ) onChange([of]);
          texts = { of, versions: seenTexts };
        }
      }

      function tell(ids: string[]): void {
        if (ids.length > 0) onChange(ids.length < NEWEST ? ids : null);
      }

      async function turn(): Promise<void> {
        clearTimeout(timer);
        const own = ++turns;
        try {
          await ask();
          failures = 0;
        } catch {
          // Whatever it was, the next question tells; what a person asked for shows its own errors.
          failures += 1;
        }
        // Somebody came back meanwhile: that turn goes on, or there would be two from now on.
        if (stopped || own !== turns) return;
        const pause = page?.hidden ? HIDDEN_MS : interval();
        timer = setTimeout(
          turn,
          Math.min(pause * 2 ** failures, Math.max(pause, LONGEST_MS)),
        );
      }

      const onVisible = () => void (page?.hidden || turn());
      page?.addEventListener("visibilitychange", onVisible);
      if (page) addEventListener("online", onVisible);
      void turn();
      return () => {
        stopped = true;
        clearTimeout(timer);
        page?.removeEventListener("visibilitychange", onVisible);
        if (page) removeEventListener("online", onVisible);
      };
    },
  };
}

async function newestConversations(
  client: Supabase,
  userId: string | undefined,
): Promise<Versions> {
  const mine = client.from("sms_conversations").select("id, updated_at");
  return await versions(
    (userId === undefined ? mine : mine.eq("user_id", userId))
      .order("last_message_at", { ascending: false }).order("id", {
        ascending: false,
      }),
  );
}

async function newestTexts(
  client: Supabase,
  conversationId: string,
  userId?: string,
): Promise<Versions> {
  const texts = client.from("sms_messages").select("id, updated_at").eq(
    "conversation_id",
    conversationId,
  );
  return await versions(
    (userId === undefined ? texts : texts.eq("user_id", userId)).order("seq", {
      ascending: false,
    }),
  );
}

/** What of a query is used. */
interface Newest {
  limit(
    count: number,
  ): PromiseLike<{ readonly data: Row[] | null; readonly error: unknown }>;
}
interface Row {
  readonly id: string;
  readonly updated_at: string;
}

async function versions(query: Newest): Promise<Versions> {
  const { data, error } = await query.limit(NEWEST);
  if (error) throw error;
  return new Map((data ?? []).map((row) => [row.id, row.updated_at]));
}

/** What is new, or not as it was. */
function changed(before: Versions, now: Versions): string[] {
  return [...now].filter(([id, version]) => before.get(id) !== version).map((
    [id],
  ) => id);
}
