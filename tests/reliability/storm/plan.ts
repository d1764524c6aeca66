/** What happens in a storm, made from its seed alone: the same seed gives the same plan. */
import type { DeliveryOutcome } from "../../../local/carrier/mod.ts";
import { type Draw, drawFrom } from "./draw.ts";
import { type Fault, planFaults } from "./faults.ts";

/** Somebody with a phone. */
export interface Contact {
  number: string;
  /** Which of the stage's own numbers they text, or are texted from. */
  line: number;
  /** How texts to them end; null is delivered. */
  outcome: DeliveryOutcome | null;
  /** Twilio's error for every text to them; null is none. */
  refusal: number | null;
}

/** One message of the storm. Its id is its place in the plan, and stands in its body. */
export type Step =
  & { id: number; contact: Contact }
  & (
    /** They text a question; Twilio's webhook comes so many times at once. */
    | { kind: "question"; copies: number }
    | { kind: "keyword"; word: "STOP" | "START" | "HELP"; copies: number }
    /** A program of the tenant's sends them a text, and asks again until it hears. */
    | { kind: "send" }
  );

export interface Plan {
  seed: number;
  steps: Step[];
  /** In the order of the step before which they happen. */
  faults: { before: number; fault: Fault }[];
}

const SENDS = 0.15;
const NEW_CONTACT = 0.35;
const TALKING_AT_ONCE = 30;

/** @param messages texts of contacts and of programs, together */
export function planStorm(
  { seed, messages, lines }: { seed: number; messages: number; lines: number },
): Plan {
  const draw = drawFrom(seed);
  const people = new People(draw, lines);
  const steps = Array.from({ length: messages }, (_, id) => people.next(id));
  return { seed, steps, faults: planFaults(draw, messages) };
}

class People {
  #talking: Contact[] = [];
  #optedOut = new Set<Contact>();
  #greeted = new Set<Contact>();
  #count = 0;

  constructor(private readonly draw: Draw, private readonly lines: number) {}

  next(id: number): Step {
    if (this.draw.chance(SENDS)) return { id, kind: "send", contact: this.#someone({ mayRefuse: true }) };
    const isNew = this.#talking.length === 0 || this.draw.chance(NEW_CONTACT);
    const contact = isNew ? this.#meet() : this.draw.pick(this.#talking);
    const copies = this.draw.chance(0.1) ? 3 : 1;
    const word = this.#keyword(contact);
    this.#greeted.add(contact);
    return word === null
      ? { id, kind: "question", contact, copies }
      : { id, kind: "keyword", contact, copies, word };
  }

  #meet(): Contact {
    const contact = this.#someone({ mayRefuse: false });
    this.#talking.push(contact);
    if (this.#talking.length > TALKING_AT_ONCE) this.#talking.shift();
    return contact;
  }

  #keyword(contact: Contact): "STOP" | "START" | "HELP" | null {
    if (this.#optedOut.has(contact)) {
      if (!this.draw.chance(0.5)) return null;
      this.#optedOut.delete(contact);
      return "START";
    }
    if (!this.#greeted.has(contact)) return null;
    if (this.draw.chance(0.02)) return "HELP";
    if (!this.draw.chance(0.04)) return null;
    this.#optedOut.add(contact);
    return "STOP";
  }

  #someone({ mayRefuse }: { mayRefuse: boolean }): Contact {
    const number = `+1415${String(3_000_000 + this.#count++)}`;
    const outcome: DeliveryOutcome | null = this.draw.weighted([
      [92, null],
      [3, { status: "undelivered", errorCode: 30003 }],
      [2, { status: "failed", errorCode: 30001 }],
      [3, { status: "sent" }],
    ]);
    const refusal = mayRefuse && this.draw.chance(0.03) ? 21614 : null;
    return { number, line: this.draw.below(this.lines), outcome, refusal };
  }
}
