import { useMemo } from "react";
import { useAddress } from "../lib/address.ts";
import type { ConversationFilter } from "./filter.ts";

/** What each filter may be in an address: anything else there is nobody's filter. */
const ALLOWED: Readonly<Record<keyof ConversationFilter, RegExp>> = {
  search: /^.{1,100}$/su,
  status: /^(active|ended)$/,
  unread: /^true$/,
  intent: /^[a-z_]{1,40}$/,
  answered_by: /^(assistant|person)$/,
};

const NAMES = Object.keys(ALLOWED) as readonly (keyof ConversationFilter)[];

export function filterIn(params: URLSearchParams): ConversationFilter {
  const entries = NAMES.map((name) => [name, params.get(name)] as const)
    .filter(([name, value]) => value !== null && ALLOWED[name].test(value));
  return Object.fromEntries(entries) as ConversationFilter;
}

/** What the list is narrowed to, by the address. */
export function useFilter(): [
  ConversationFilter,
  (filter: ConversationFilter) => void,
] {
  const [params, change] = useAddress();
  const filter = useMemo(() => filterIn(params), [params]);
  const choose = (next: ConversationFilter) => {
    // One step back for a search, not one for each of its letters.
    const isTyping = filter.search !== undefined && next.search !== undefined &&
      filter.search !== next.search;
    change(
      Object.fromEntries(NAMES.map((name) => [name, next[name] ?? null])),
      isTyping,
    );
  };
  return [filter, choose];
}
