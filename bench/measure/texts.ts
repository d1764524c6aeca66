/** Texts that come in at so many connections, each from somebody else's phone. */
import type { Carrier } from "../../local/carrier/mod.ts";
import { mapBounded } from "../../supabase/functions/_shared/sms/bounded_map.ts";
import { numbersFrom } from "./stack_process.ts";

const CONNECTIONS = 16;

export interface Texts {
  /** Text `n` goes to the number `n % numbers.length`. */
  readonly numbers: readonly string[];
  /** One a text. */
  readonly contacts: readonly string[];
}

export interface Received {
  readonly ok: boolean;
  /** From Twilio's request until the webhook's answer; with its repeats, where there are any. */
  readonly milliseconds: number;
}

/** @returns how each was received, in their order */
export async function sendTexts(
  carrier: Carrier,
  { numbers, contacts }: Texts,
  onReceived = () => {},
): Promise<Received[]> {
  const received = await mapBounded(
    contacts.map((from, n) => ({ from, to: numbers[n % numbers.length] ?? "" })),
    { concurrency: CONNECTIONS },
    async ({ from, to }) => {
      const started = performance.now();
      const { ok } = await carrier.text({ from, to, body: "Are you open on Sunday?" });
      onReceived();
      return { ok, milliseconds: performance.now() - started };
    },
  );
  return received.filter((one) => one !== undefined);
}

let given = 0;

/** Contacts whom nobody knows yet. */
export function newContacts(count: number): string[] {
  const contacts = numbersFrom(3_000_000 + given, count);
  given += count;
  return contacts;
}
