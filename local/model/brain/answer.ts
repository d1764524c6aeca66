import { answersTo } from "./facts.ts";
import { openingHours, sayHours } from "./hours.ts";
import type { Talk } from "./memory.ts";
import { stems } from "./words.ts";
import { findWhen, sayWhen } from "./when.ts";

const ABOUT_HOURS = /\b(open|opening|closed?|closing|hours)\b/i;

/** What the prompt says about a question; empty if it says nothing. */
export function answer(question: string, talk: Talk, facts: string[]): string[] {
  const full = inContext(question, talk);
  const hours = openingHours(facts);
  if (hours && ABOUT_HOURS.test(full)) {
    const days = /\bweekends?\b/i.test(full)
      ? [5, 6]
      : [findWhen(question).weekday ?? findWhen(full).weekday];
    const known = days.filter((day) => day !== undefined);
    if (known.length > 0) return known.map((day) => sayHours(day, hours));
  }
  return answersTo(full, facts);
}

/** "And on Saturday?" continues what was asked before. */
function inContext(question: string, talk: Talk): string {
  const continues = /^(and|what about|how about|also)\b/i.test(question.trim());
  const previous = talk.earlier.at(-1);
  return continues && previous && stems(question).length <= 3 ? `${question}\n${previous}` : question;
}

/** What the contact told us before, asked back. */
export function recall(talk: Talk): string {
  if (/\bname\b/i.test(talk.fresh)) {
    return talk.name ? `You told me that your name is ${talk.name}.` : "You have not told me your name yet.";
  }
  const when = talk.appointment && sayWhen(talk.appointment);
  return when ? `You said ${when}.` : "You have not told me a day yet.";
}
