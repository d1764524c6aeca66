/** A day and a time as somebody said them. */
export interface When {
  /** "Tuesday", "next Tuesday", "tomorrow", "12 May". */
  day?: string;
  /** 0 = Monday … 6 = Sunday; absent for "tomorrow" and dates. */
  weekday?: number;
  /** Minutes after midnight. */
  minutes?: number;
  /** "10 am", "the morning". */
  time?: string;
}

export const WEEKDAYS = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

const DAY = /\b(next\s+|this\s+)?(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\b/i;
const MONTH =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const DATE = new RegExp(
  `\\b(?:(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?(${MONTH})|(${MONTH})\\s+(\\d{1,2})(?:st|nd|rd|th)?)\\b`,
  "i",
);
const TIME =
  /\b(?:(?:at|around|about|by|from|until|for)\s+(\d{1,2})(?:[:.](\d\d))?|(\d{1,2})[:.](\d\d)|(\d{1,2})(?=\s*(?:[ap]\.?m\b|o'?clock)))\s*([ap]\.?m\b)?/i;

/** Index of a weekday's name or abbreviation, 0 = Monday; -1 if it is none. */
export function weekdayIndex(name: string): number {
  return WEEKDAYS.findIndex((day) => day.toLowerCase().startsWith(name.slice(0, 3).toLowerCase()));
}

/** The day and time in a text; what is not said is absent. */
export function findWhen(text: string): When {
  return { ...findDay(text), ...findTime(text) };
}

function findDay(text: string): When {
  const day = DAY.exec(text);
  if (day?.[2]) {
    const weekday = weekdayIndex(day[2]);
    const next = /^next/i.test(day[1] ?? "") ? "next " : "";
    return { day: `${next}${WEEKDAYS[weekday]}`, weekday };
  }
  const date = DATE.exec(text);
  if (date) return { day: `${date[1] ?? date[4]} ${capital(date[2] ?? date[3] ?? "")}` };
  const relative = /\b(today|tonight|tomorrow|the day after tomorrow)\b/i.exec(text)?.[1]?.toLowerCase();
  if (relative) return { day: relative === "tonight" ? "today" : relative };
  return {};
}

function findTime(text: string): When {
  const clock = TIME.exec(text);
  const hour = Number(clock?.[1] ?? clock?.[3] ?? clock?.[5]);
  if (clock && hour <= 24) {
    const minutes = minutesOf(hour, Number(clock[2] ?? clock[4] ?? 0), clock[6]);
    return { minutes, time: clockTime(minutes) };
  }
  if (/\b(noon|midday)\b/i.test(text)) return { minutes: 720, time: "noon" };
  const part = /\b(morning|afternoon|evening)\b/i.exec(text)?.[1];
  if (part && !/\bgood (morning|afternoon|evening)\b/i.test(text)) {
    return { time: `in the ${part.toLowerCase()}` };
  }
  return {};
}

/** Businesses are asked for "3" in the afternoon and "9" in the morning. */
export function minutesOf(hour: number, minute: number, meridiem: string | undefined): number {
  if (/^p/i.test(meridiem ?? "") && hour < 12) return (hour + 12) * 60 + minute;
  if (/^a/i.test(meridiem ?? "") && hour === 12) return minute;
  if (meridiem === undefined && hour < 7) return (hour + 12) * 60 + minute;
  return hour * 60 + minute;
}

/** 615 → "10:15 am" */
export function clockTime(minutes: number): string {
  const hour = Math.floor(minutes / 60) % 24;
  const rest = minutes % 60;
  return `${hour % 12 || 12}${rest ? `:${String(rest).padStart(2, "0")}` : ""} ${hour < 12 ? "am" : "pm"}`;
}

/** "Tuesday at 10 am", "tomorrow in the morning" */
export function sayWhen(when: When): string {
  const time = when.time && (when.time.startsWith("in ") ? when.time : `at ${when.time}`);
  return [when.day, time].filter((part) => part !== undefined).join(" ");
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
