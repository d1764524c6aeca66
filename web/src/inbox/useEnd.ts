import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Pixels from the end that still count as being there. */
const NEAR_END_PX = 80;
/** As many frames at the end, and it has been reached. */
const CALM_FRAMES = 5;
const LONGEST_MS = 2_000;
const BY_HAND = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

/**
 * Begins at the end, and stays there while texts come, until somebody scrolls up. While its first rows are measured and
 * fonts load, sizes change under it, and the virtualizer corrects the position by its own account of them: until all is
 * calm, or somebody takes hold of it, the end is where it is put.
 */
export function useEnd(scroller: RefObject<HTMLElement | null>, totalSize: number) {
  const [reached, setReached] = useState(false);
  const stays = useRef(true);
  const last = useRef(0);
  const go = () => {
    stays.current = true;
    scroller.current?.scrollTo(0, scroller.current.scrollHeight);
  };
  useEffect(() => {
    const { current } = scroller;
    if (!current || reached) return;
    const started = performance.now();
    let calm = 0;
    let frame = 0;
    const done = () => setReached(true);
    const turn = () => {
      calm = distance(current) <= 1 && document.fonts.status === "loaded" ? calm + 1 : 0;
      if (calm >= CALM_FRAMES || performance.now() - started > LONGEST_MS) return done();
      current.scrollTo(0, current.scrollHeight);
      frame = requestAnimationFrame(turn);
    };
    turn();
    for (const event of BY_HAND) current.addEventListener(event, done, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      for (const event of BY_HAND) current.removeEventListener(event, done);
    };
  }, [scroller, reached]);
  useLayoutEffect(() => {
    if (stays.current) go();
  }, [totalSize]);
  useEffect(() => {
    const { current } = scroller;
    if (!current || !reached) return;
    const onScroll = () => {
      if (distance(current) <= NEAR_END_PX) stays.current = true;
      else if (current.scrollTop < last.current) stays.current = false;
      last.current = current.scrollTop;
    };
    current.addEventListener("scroll", onScroll, { passive: true });
    // A keyboard that opens, or a line more in the composer, makes it lower.
    const observer = new ResizeObserver(() => void (stays.current && go()));
    observer.observe(current);
    return () => {
      current.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [scroller, reached]);
  return { reached, go };
}

function distance({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}
