import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";

/** What stands behind the question mark: it survives a reload, goes with a link, and the back button undoes it. */
export function useAddress(): [
  URLSearchParams,
  (changes: Readonly<Record<string, string | null>>, replace?: boolean) => void,
] {
  // Only told by the router: its value is decoded once, and would be a second time.
  const changed = useSearch();
  const [place, go] = useLocation();
  const params = useMemo(() => new URLSearchParams(location.search), [changed]);
  const change = (
    changes: Readonly<Record<string, string | null>>,
    replace = false,
  ) => {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    go(`${place}?${next}`, { replace });
  };
  return [params, change];
}
