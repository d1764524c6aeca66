import { useEffect, useRef, useState } from "react";

export interface Unsaved {
  /** Whether somebody is about to leave what they have not saved. */
  readonly leaving: boolean;
  readonly stay: () => void;
  /** Goes where they wanted to go. */
  readonly leave: () => void;
  /** Lets the page itself go elsewhere, once all is saved. */
  readonly release: () => void;
}

/** The router tells of a link by the second; the browser tells of its back button by both, and a page may change at the first. */
const MOVES = ["popstate", "hashchange"] as const;

/**
 * Asks a user who leaves with something unsaved: by a link, a tab, the back button, by closing the window. Routes are behind
 * the hash. So every way but the last one changes the hash, and this sees the change before the router does.
 */
export function useUnsaved(dirty: boolean): Unsaved {
  const [wanted, setWanted] = useState<string | null>(null);
  const held = useRef(dirty);
  useEffect(() => void (held.current = dirty), [dirty]);

  useEffect(() => {
    const here = location.hash;
    const onMove = (event: Event) => {
      if (!held.current || location.hash === here) return;
      event.stopImmediatePropagation();
      setWanted(location.hash);
      history.pushState(null, "", here);
    };
    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      if (held.current) event.preventDefault();
    };
    for (const move of MOVES) addEventListener(move, onMove, { capture: true });
    addEventListener("beforeunload", onBeforeUnload);
    return () => {
      for (const move of MOVES) removeEventListener(move, onMove, { capture: true });
      removeEventListener("beforeunload", onBeforeUnload);
    };
  }, []);

  const release = () => void (held.current = false);
  return {
    leaving: wanted !== null,
    stay: () => setWanted(null),
    leave: () => {
      release();
      if (wanted !== null) location.hash = wanted;
    },
    release,
  };
}
