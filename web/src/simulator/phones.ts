import { useState } from "react";

/** A phone that somebody might have. */
export interface Phone {
  readonly number: string;
  readonly name: string;
}

const KEY = "sms.simulator.phones";

const USUAL: readonly Phone[] = [
  { number: "+14155550101", name: "Sam" },
  { number: "+14155550102", name: "Nora" },
  { number: "+442079460123", name: "Oliver" },
  // The look-alike's number that takes no text: local/carrier/outcomes.ts
  { number: "+15005530003", name: "Kim (off)" },
];

function load(): readonly Phone[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return [...USUAL, ...Array.isArray(stored) ? stored.filter(isPhone) : []];
  } catch {
    return USUAL;
  }
}

function isPhone(value: unknown): value is Phone {
  return typeof value === "object" && value !== null && "number" in value && "name" in value &&
    typeof value.number === "string" && typeof value.name === "string";
}

/** The phones there are, and how to add one. */
export function usePhones(): [readonly Phone[], (phone: Phone) => void] {
  const [phones, setPhones] = useState(load);
  const add = (phone: Phone) => {
    const next = [...phones.filter(({ number }) => number !== phone.number), phone];
    setPhones(next);
    try {
      localStorage.setItem(KEY, JSON.stringify(next.filter((one) => !USUAL.includes(one))));
    } catch {
      // It lasts as long as the page.
    }
  };
  return [phones, add];
}

/**
 * A number as somebody types it, in E.164 form; null if it is none.
 *
 * @example toNumber("+1 (415) 555-0103") // "+14155550103"
 */
export function toNumber(typed: string): string | null {
  const number = typed.replace(/[\s().-]/g, "");
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : null;
}
