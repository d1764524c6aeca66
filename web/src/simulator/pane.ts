import { useSyncExternalStore } from "react";

/** From here on the phone stands beside the page; below it covers the page. */
const BESIDE = "(min-width: 1200px)";
const KEY = "sms.simulator";

const beside = matchMedia(BESIDE);
const listeners = new Set<() => void>();
let open = beside.matches && stored() !== "closed";

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // Storage is switched off.
  }
}

function setOpen(next: boolean): void {
  open = next;
  try {
    // What covers the page is not opened again by itself.
    if (beside.matches) localStorage.setItem(KEY, next ? "open" : "closed");
  } catch {
    // The choice lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Of the button that opens the phone, and gets the focus back. */
export const BUTTON_ID = "simulator-button";

/** Whether the phone is shown, and how to show or hide it. */
export function usePane(): [boolean, (open: boolean) => void] {
  return [useSyncExternalStore(subscribe, () => open), setOpen];
}

function subscribeToWidth(listener: () => void): () => void {
  beside.addEventListener("change", listener);
  return () => beside.removeEventListener("change", listener);
}

/** Whether there is room for the phone beside the page. */
export const useIsBeside = (): boolean => useSyncExternalStore(subscribeToWidth, () => beside.matches);
