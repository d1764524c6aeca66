import type { Outgoing } from "../lib/outbox/outgoing.ts";
import { dayKey } from "../lib/time.ts";
import type { Message } from "./api.ts";

/** What stands in a thread, from top to bottom. */
export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: string }
  | { readonly kind: "message"; readonly key: string; readonly message: Message }
  | { readonly kind: "outgoing"; readonly key: string; readonly outgoing: Outgoing };

export interface ThreadContent {
  /** Newest first, as they are read. */
  readonly messages: readonly Message[];
  /** What is on its way in this conversation, in the order of writing. */
  readonly outgoing: readonly Outgoing[];
  /** Whether there are older texts that are not here yet. */
  readonly hasOlder: boolean;
}

export function rowsOf({ messages, outgoing, hasOlder }: ThreadContent): Row[] {
  const rows: Row[] = [];
  // Where a day begins is known with the text before it. A row that moved up when that comes would take along what is
  // read, because the list keeps its place by the row that is at its top.
  const [oldest] = messages.slice(-1);
  let day = hasOlder && oldest ? dayKey(oldest.created_at) : "";
  const beginDay = (at: string) => {
    if (dayKey(at) === day) return;
    day = dayKey(at);
    rows.push({ kind: "day", key: `day ${day}`, at });
  };
  for (const message of messages.toReversed()) {
    beginDay(message.created_at);
    rows.push({ kind: "message", key: message.id, message });
  }
  for (const item of notYetShown(messages, outgoing)) {
    beginDay(item.at);
    rows.push({ kind: "outgoing", key: item.key, outgoing: item });
  }
  return rows;
}

/**
 * A text is stored before its sender hears so, and may be read meanwhile: then it stands in the thread already. Nothing
 * but its words and its place tell, and texts of one conversation are sent in order.
 */
function notYetShown(messages: readonly Message[], outgoing: readonly Outgoing[]): Outgoing[] {
  const taken = new Set<string>();
  return outgoing.filter(({ body, afterSeq, refused }) => {
    if (refused !== undefined) return true;
    const stored = messages.findLast(({ id, sender, seq, body: words }) =>
      sender === "person" && (seq ?? 0) > afterSeq && words.trim() === body.trim() && !taken.has(id)
    );
    if (stored) taken.add(stored.id);
    return stored === undefined;
  });
}
