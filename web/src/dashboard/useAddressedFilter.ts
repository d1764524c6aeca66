import { useMemo } from "react";
import { useAddress } from "../lib/address.ts";
import { addressOf, filterIn } from "./address.ts";
import type { Filter } from "./range.ts";
import { ownTimeZone } from "./zones.ts";

/** What the figures are about, by the address. */
export function useAddressedFilter(): [Filter, (filter: Filter) => void] {
  const [params, change] = useAddress();
  const filter = useMemo(() => filterIn(params, ownTimeZone()), [params]);
  // Days that are typed are one step back, not one for each.
  const choose = (next: Filter) =>
    change(
      addressOf(next, ownTimeZone()),
      typeof filter.range !== "string" && typeof next.range !== "string",
    );
  return [filter, choose];
}
