/** How many messages and conversations each tenant has: a heavy tail, and one tenant with a tenth of all. */
import { UsageError } from "../../local/project.ts";
import type { Size } from "../fill_reads.ts";

export interface Shape {
  readonly messages: number;
  readonly users: number;
}

const TEXTS = 20;
/** The tenant of rank `n` has a share in proportion to `n ** -TAIL`. */
const TAIL = 0.7;
/** The largest tenant's long conversation: a hundredth of its messages, and enough for a page. */
const LONG = { share: 0.01, least: 120 };

/** A thousand messages a user; of a small database fewer, so that there are still many users. */
export function shapeOf(messages: number): Shape {
  return { messages, users: Math.max(100, Math.round(messages / 1_000)) };
}

/**
 * The largest tenant first. Together they have exactly so many messages.
 *
 * @throws UsageError where there are too few messages for so many users
 */
export function sizesOf({ messages, users }: Shape): Size[] {
  const ordinary = Math.floor(messages * 0.9 / TEXTS);
  if (ordinary < users - 1) throw new UsageError(`${messages} messages are too few for ${users} users`);
  const conversations = conversationsByRank(ordinary, users);
  const largest = messages - TEXTS * ordinary;
  const long = Math.max(LONG.least, Math.floor(largest * LONG.share));
  const others = Math.floor((largest - long) / TEXTS);
  return [
    // Searches find as much in each of them.
    { conversations: 1 + others, texts: TEXTS, long: [1, largest - TEXTS * others], rareIn: 1 + others },
    ...conversations.map((count) => ({ conversations: count, texts: TEXTS, long: [0, 0] as const })),
  ];
}

/** Of the second tenant and those after it. Each has at least one. */
function conversationsByRank(count: number, users: number): number[] {
  const weights = Array.from({ length: users - 1 }, (_, i) => (i + 2) ** -TAIL);
  const sum = weights.reduce((before, weight) => before + weight, 0);
  const shared = count - weights.length;
  const all = weights.map((weight) => 1 + Math.floor(shared * weight / sum));
  const left = count - all.reduce((before, one) => before + one, 0);
  return all.map((one, i) => i < left ? one + 1 : one);
}

export const messagesOf = ({ conversations, texts, long: [longer, length] }: Size): number =>
  (conversations - longer) * texts + longer * length;

/** Ranks from 0, the largest tenant's, to the last one's, each as many times the one before. */
export function ranksAcross(users: number, count: number): number[] {
  const ranks = Array.from({ length: count }, (_, i) => Math.round(users ** (i / (count - 1))) - 1);
  return [...new Set(ranks)];
}
