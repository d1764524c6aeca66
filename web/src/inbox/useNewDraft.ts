import { useState } from "react";
import { readDraft, writeDraft } from "../lib/drafts.ts";
import { useSession } from "../lib/session.tsx";

/** A first text that is being written. */
export interface NewDraft {
  readonly to: string;
  readonly name: string;
  readonly from: string;
  readonly body: string;
  /** Of the request: as long as nothing is changed, asking twice sends once. */
  readonly key: string;
}

const PLACE = "new";
const empty = (): NewDraft => ({
  to: "",
  name: "",
  from: "",
  body: "",
  key: crypto.randomUUID(),
});

export function parseNewDraft(text: string): NewDraft {
  try {
    const { to, name, from, body, key } = JSON.parse(text) as Partial<
      Record<keyof NewDraft, unknown>
    >;
    const all = { to, name, from, body, key };
    return Object.values(all).every((value) => typeof value === "string") ? all as NewDraft : empty();
  } catch {
    return empty();
  }
}

/** Kept in the browser as every draft. Another recipient, sender or other words are another request, with a key of its own. */
export function useNewDraft(): [
  NewDraft,
  (changes: Partial<Omit<NewDraft, "key">>) => void,
] {
  const { user } = useSession();
  const [draft, setDraft] = useState(() => parseNewDraft(readDraft(user.id, PLACE)));
  return [draft, (changes) =>
    setDraft((before) => {
      const next = { ...before, ...changes, key: crypto.randomUUID() };
      const isEmpty = [next.to, next.name, next.body].every((value) => value === "");
      writeDraft(user.id, PLACE, isEmpty ? "" : JSON.stringify(next));
      return next;
    })];
}
