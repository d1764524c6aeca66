// What somebody began to write, kept in the browser: it survives a reload, a crash and a lost session. Each signed-in user has
// their own, and signing out clears them.

/** As many conversations keep a draft at once; the one that was left alone longest goes first. */
const MOST = 50;
/** Longer is no text that could be sent, and storage is small. */
const LONGEST = 5_000;

interface Draft {
  readonly text: string;
  /** When it was last written. */
  readonly at: number;
}

type Storage = Pick<
  globalThis.Storage,
  "getItem" | "setItem" | "removeItem" | "key" | "length"
>;

const prefixOf = (userId: string) => `sms.draft.${userId}.`;

export function readDraft(
  userId: string,
  place: string,
  storage?: Storage,
): string {
  return quietly(
    storage,
    (kept) => parse(kept.getItem(prefixOf(userId) + place))?.text,
  ) ?? "";
}

export function writeDraft(
  userId: string,
  place: string,
  text: string,
  storage?: Storage,
): void {
  quietly(storage, (kept) => {
    const name = prefixOf(userId) + place;
    if (text === "") return kept.removeItem(name);
    kept.setItem(
      name,
      JSON.stringify(
        { text: text.slice(0, LONGEST), at: Date.now() } satisfies Draft,
      ),
    );
    const others = namesOf(kept, userId);
    for (const oldest of others.slice(0, Math.max(0, others.length - MOST))) {
      kept.removeItem(oldest);
    }
  });
}

export function clearDrafts(userId: string, storage?: Storage): void {
  quietly(
    storage,
    (kept) => namesOf(kept, userId).forEach((name) => kept.removeItem(name)),
  );
}

/** The longest left alone first. */
function namesOf(kept: Storage, userId: string): string[] {
  const at = (name: string) => parse(kept.getItem(name))?.at ?? 0;
  return Array.from({ length: kept.length }, (_, i) => kept.key(i) ?? "")
    .filter((name) => name.startsWith(prefixOf(userId)))
    .sort((a, b) => at(a) - at(b));
}

function parse(entry: string | null): Draft | null {
  try {
    const value: unknown = JSON.parse(entry ?? "");
    if (
      typeof value !== "object" || value === null || !("text" in value) ||
      !("at" in value)
    ) return null;
    const { text, at } = value;
    return typeof text === "string" && typeof at === "number" ? { text, at } : null;
  } catch {
    return null;
  }
}

/** Where storage is switched off or full, a draft lasts as long as its field. */
function quietly<T>(
  storage: Storage | undefined,
  use: (kept: Storage) => T,
): T | undefined {
  try {
    return use(storage ?? localStorage);
  } catch {
    return undefined;
  }
}
