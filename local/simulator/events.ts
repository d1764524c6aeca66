/** Server-Sent Events: the whole state whenever it is another one. https://html.spec.whatwg.org/multipage/server-sent-events.html */
import type { Pulse } from "./pulse.ts";

/** The carrier says when something happens; the database does not. */
const LOOK_MS = 500;
/** A text, its webhooks and statuses come in one shower. */
const GATHER_MS = 40;
/** A listener who went away is noticed when something is written. */
const SIGN_OF_LIFE_MS = 15_000;

export interface EventsOptions {
  readonly pulse: Pulse;
  snapshot(): Promise<unknown>;
  onError(error: unknown): void;
}

export function events(options: EventsOptions): Response {
  let listening = true;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const encoder = new TextEncoder();
      const write = (text: string) => {
        if (listening) controller.enqueue(encoder.encode(text));
      };
      write("retry: 1000\n\n");
      await tell(write, options, () => listening).catch(options.onError);
      // The page connects again: a database that was away may be back.
      if (listening) controller.close();
    },
    cancel() {
      listening = false;
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

async function tell(
  write: (text: string) => void,
  { pulse, snapshot }: EventsOptions,
  isListening: () => boolean,
): Promise<void> {
  let last = "";
  let wroteAt = performance.now();
  while (isListening() && !pulse.stopped) {
    const state = JSON.stringify(await snapshot());
    if (state !== last) write(`data: ${state}\n\n`);
    else if (performance.now() - wroteAt > SIGN_OF_LIFE_MS) write(": still here\n\n");
    else {
      await pulse.next(LOOK_MS);
      await pulse.next(GATHER_MS);
      continue;
    }
    last = state;
    wroteAt = performance.now();
  }
}
