/** As long as that, or until the browser says that it is connected again. */
export function pauseOrOnline(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      globalThis.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    globalThis.addEventListener("online", done);
  });
}

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** Milliseconds before each next try of something that may succeed later. */
export function* growingPauses(): Generator<number, never> {
  for (let pause = FIRST_MS;; pause = Math.min(2 * pause, LONGEST_MS)) yield pause;
}
