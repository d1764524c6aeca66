import { isOpen, openingHours, sayHours } from "./hours.ts";
import type { Talk } from "./memory.ts";
import { agrees, cancels, wantsAppointment } from "./signs.ts";
import { findWhen, sayWhen, type When } from "./when.ts";

const ASKED = /\bwhich (other )?(day|time)\b/i;

/** Whether the contact is busy making an appointment. */
export function isBooking(talk: Talk): boolean {
  if (wantsAppointment(talk.fresh)) return true;
  if (!talk.appointment || talk.ended) return false;
  const when = findWhen(talk.fresh);
  const answersUs = ASKED.test(talk.lastAnswer) && (when.day !== undefined || when.time !== undefined);
  return answersUs || (agrees(talk.fresh) && ASKED.test(talk.lastAnswer)) || cancels(talk.fresh);
}

/** The next step towards an appointment: confirm it, or ask for what is missing. */
export function book(talk: Talk, facts: string[]): string {
  const when = { ...talk.appointment, ...findWhen(talk.fresh) };
  const name = talk.name ? `, ${talk.name}` : "";
  if (cancels(talk.fresh)) return `No problem${name}. I have noted that you cannot make it${spoken(when)}.`;
  const hours = openingHours(facts);
  if (hours && when.weekday !== undefined && !isOpen(when, hours)) {
    const other = hours[when.weekday] ? "Which time in between" : "Which other day";
    return `${sayHours(when.weekday, hours)} ${other} would suit you?`;
  }
  if (when.day && when.time) {
    return `${capital(sayWhen(when))}${name}: I have noted it, and we will confirm.`;
  }
  if (when.day) return `${capital(when.day)} works. Which time would suit you?`;
  if (when.time) return `Gladly ${sayWhen(when)}. Which day would suit you?`;
  return `Gladly${name}. Which day and which time would suit you?`;
}

function spoken(when: When): string {
  return when.day ? ` on ${sayWhen(when)}`.replace(/ on (today|tomorrow)/, " $1") : "";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
