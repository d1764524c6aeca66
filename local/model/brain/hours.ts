import { clockTime, minutesOf, weekdayIndex, WEEKDAYS, type When } from "./when.ts";

/** Minutes after midnight. */
export interface OpenFrom {
  from: number;
  to: number;
}

/** For each weekday when the business is open; null for closed. */
export type Hours = (OpenFrom | null)[];

const NAME = "(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*";
const DAYS = `(?:${NAME}|every day|daily|weekdays)(?:\\s*(?:-|–|to|through|until|and|,|&)\\s*${NAME})?`;
const CLOCK = "(\\d{1,2})(?:[:.](\\d\\d))?\\s*([ap]\\.?m)?";
const RANGE = `${CLOCK}\\s*(?:-|–|to|until|till)\\s*${CLOCK}`;
const ENTRY = new RegExp(`\\b(${DAYS})\\b(?:[:,]|\\s|from|we are|open)*(?:(closed)|${RANGE})`, "gi");

/** Opening hours in the facts ("Mon–Fri 8am–6pm, Sat 9 to 1"), or null if they say none. */
export function openingHours(facts: string[]): Hours | null {
  const hours: Hours = WEEKDAYS.map(() => null);
  let found = 0;
  for (const match of facts.join("\n").matchAll(ENTRY)) {
    const [, days = "", closed, fromHour, fromMinute, fromHalf, toHour, toMinute, toHalf] = match;
    if (closed) continue;
    const from = minutesOf(
      Number(fromHour),
      Number(fromMinute ?? 0),
      fromHalf ?? (Number(fromHour) < 12 ? "am" : "pm"),
    );
    const late = toHalf ?? (Number(toHour) * 60 <= from ? "pm" : undefined);
    const to = minutesOf(Number(toHour), Number(toMinute ?? 0), late);
    for (const day of daysOf(days)) hours[day] = { from, to };
    found++;
  }
  return found > 0 ? hours : null;
}

function daysOf(expression: string): number[] {
  if (/every day|daily/i.test(expression)) return [0, 1, 2, 3, 4, 5, 6];
  if (/weekdays/i.test(expression)) return [0, 1, 2, 3, 4];
  const [first = -1, last = first] = [...expression.matchAll(new RegExp(NAME, "gi"))].map((m) =>
    weekdayIndex(m[0])
  );
  if (/and|,|&/.test(expression)) return [first, last];
  const length = (last - first + 7) % 7;
  return Array.from({ length: length + 1 }, (_, step) => (first + step) % 7);
}

/** "We are open on Saturday from 9 am to 1 pm." */
export function sayHours(weekday: number, hours: Hours): string {
  const open = hours[weekday];
  const day = WEEKDAYS[weekday];
  if (!open) return `We are closed on ${day}.`;
  return `We are open on ${day} from ${clockTime(open.from)} to ${clockTime(open.to)}.`;
}

/** Whether the business is open then; what is not known counts as open. */
export function isOpen(when: When, hours: Hours | null): boolean {
  if (!hours || when.weekday === undefined) return true;
  const open = hours[when.weekday];
  if (!open) return false;
  return when.minutes === undefined || (when.minutes >= open.from && when.minutes < open.to);
}
