import { useState } from "react";
import { readDraft, writeDraft } from "./drafts.ts";
import { useSession } from "./session.tsx";

/** What is being written in one place, kept while others are looked at and after a reload. */
export function useDraft(place: string): [string, (text: string) => void] {
  const { user } = useSession();
  const [text, setText] = useState(() => readDraft(user.id, place));
  return [text, (next) => {
    writeDraft(user.id, place, next);
    setText(next);
  }];
}
