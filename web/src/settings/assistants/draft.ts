import type { NewAssistant } from "../../../../client/mod.ts";
import { ownTimeZone } from "../../dashboard/zones.ts";
import type { Assistant } from "../../lib/tenant.ts";

// An assistant as the form has it: text where the row has null, seconds where it has milliseconds.

export interface Draft {
  readonly name: string;
  readonly prompt: string;
  readonly first_message: string;
  readonly goodbye_message: string;
  readonly error_message: string;
  /** Empty: the operator's default. */
  readonly model: string;
  /** Empty: the model's own. */
  readonly temperature: string;
  /** Empty: the contact's. */
  readonly language: string;
  /** Empty: that of the number. */
  readonly time_zone: string;
  readonly reply_delay_ms: string;
  readonly max_history: string;
  readonly max_segments: string;
  readonly idle_timeout: string;
  readonly reply_after_first_message: boolean;
  readonly active: boolean;
  readonly reasoning_effort: Assistant["reasoning_effort"];
  readonly verbosity: Assistant["verbosity"];
  readonly reads_images: boolean;
}

export type Problems = { readonly [Name in keyof Draft]?: string };

/** What the parts of the form share. */
export interface FormProps {
  readonly draft: Draft;
  readonly problems: Problems;
  readonly onChange: (changes: Partial<Draft>) => void;
}

export const LONGEST_PROMPT = 16_000;
export const LONGEST_TEXT = 1_600;

/** The database's own defaults. */
export const newDraft: Draft = {
  name: "",
  prompt: "",
  first_message: "",
  goodbye_message: "",
  error_message: "",
  model: "",
  temperature: "",
  language: "",
  time_zone: "",
  reply_delay_ms: "3",
  max_history: "20",
  max_segments: "3",
  idle_timeout: "24 hours",
  reply_after_first_message: false,
  active: true,
  reasoning_effort: "none",
  verbosity: "low",
  reads_images: false,
};

/** A business is mostly where somebody sits who writes its assistant. */
export const draftHere = (): Draft => ({ ...newDraft, time_zone: ownTimeZone() });

export function draftOf(assistant: Assistant): Draft {
  return {
    name: assistant.name,
    prompt: assistant.prompt,
    first_message: assistant.first_message ?? "",
    goodbye_message: assistant.goodbye_message ?? "",
    error_message: assistant.error_message ?? "",
    model: assistant.model ?? "",
    temperature: String(assistant.temperature ?? ""),
    language: assistant.language ?? "",
    time_zone: assistant.time_zone ?? "",
    reply_delay_ms: String(assistant.reply_delay_ms / 1_000),
    max_history: String(assistant.max_history),
    max_segments: String(assistant.max_segments),
    idle_timeout: spanOf(String(assistant.idle_timeout)),
    reply_after_first_message: assistant.reply_after_first_message,
    active: assistant.active,
    reasoning_effort: assistant.reasoning_effort,
    verbosity: assistant.verbosity,
    reads_images: assistant.reads_images,
  };
}

const orNull = (text: string): string | null => text.trim() || null;

/** Null for the model's own. */
export const temperatureOf = ({ temperature }: Draft): number | null =>
  temperature.trim() === "" ? null : Number(temperature);

/** Only for a draft without problems. */
export function rowOf(draft: Draft): NewAssistant {
  return {
    name: draft.name.trim(),
    prompt: draft.prompt.trim(),
    first_message: orNull(draft.first_message),
    goodbye_message: orNull(draft.goodbye_message),
    error_message: orNull(draft.error_message),
    model: orNull(draft.model),
    temperature: temperatureOf(draft),
    language: orNull(draft.language),
    time_zone: orNull(draft.time_zone),
    reply_delay_ms: Math.round(Number(draft.reply_delay_ms) * 1_000),
    max_history: Number(draft.max_history),
    max_segments: Number(draft.max_segments),
    idle_timeout: draft.idle_timeout,
    reply_after_first_message: draft.reply_after_first_message,
    active: draft.active,
    reasoning_effort: draft.reasoning_effort,
    verbosity: draft.verbosity,
    reads_images: draft.reads_images,
  };
}

export const isChanged = (draft: Draft, from: Draft): boolean =>
  (Object.keys(from) as (keyof Draft)[]).some((name) => draft[name] !== from[name]);

/** A draft that began `from` one state, as it is when it begins at another: what was not touched is as it is there. */
export function rebased(draft: Draft, { from, onto }: { readonly from: Draft; readonly onto: Draft }): Draft {
  const touched = (Object.keys(from) as (keyof Draft)[]).filter((name) => draft[name] !== from[name]);
  return { ...onto, ...Object.fromEntries(touched.map((name) => [name, draft[name]])) };
}

/** Postgres writes 24:00:00, or 3 days, or 1 day 12:00:00; hours where it is some of them, else as it is. */
function spanOf(interval: string): string {
  const [whole, days = "0", hours = "0", minutes = "00"] =
    /^(?:(\d+) days? ?)?(?:(\d+):(\d{2}):00)?$/.exec(interval) ?? [];
  if (!whole || minutes !== "00") return interval;
  return `${Number(days) * 24 + Number(hours)} hours`;
}

/** What the database insists on, in words; its constraints have the last word, and are read by `problemOfRefusal()`. */
const RULES: { readonly [Name in keyof Draft]?: string } = {
  name: "Give it a name of 200 characters at most.",
  prompt: `Say what it should do, in ${LONGEST_PROMPT.toLocaleString()} characters at most.`,
  first_message: `At most ${LONGEST_TEXT.toLocaleString()} characters.`,
  goodbye_message: `At most ${LONGEST_TEXT.toLocaleString()} characters.`,
  error_message: `At most ${LONGEST_TEXT.toLocaleString()} characters.`,
  model: "A model's name is letters, digits and . _ : / - only.",
  temperature: "Choose 0 to 2, or leave it empty.",
  language: "Write a language tag such as en, de or pt-BR.",
  time_zone: "Choose one from the list, such as Europe/Berlin, or leave it empty.",
  reply_delay_ms: "Choose 0 to 15 seconds.",
  max_history: "Choose 1 to 50 texts.",
  max_segments: "Choose 1 to 10 segments.",
  idle_timeout: "Choose a year at most.",
  reasoning_effort: "Choose one of the list.",
  verbosity: "Choose one of the list.",
};

const isWhole = (text: string, from: number, to: number): boolean =>
  /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to;

// Postgres counts characters, not the halves that JavaScript makes of an emoji.
const lengthOf = (text: string): number => Array.from(text.trim()).length;

/** The names of three letters that are names of zones; the other ones are abbreviations, which a browser takes too (PST). */
const SHORT_ZONES = new Set("CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET".split(" "));

/**
 * By any of its names: a browser lists only one of them (Asia/Calcutta), and the database takes all (Asia/Kolkata, Japan). A
 * browser takes offsets too (+05:00), which the database refuses: they do not know daylight saving time.
 */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name) || name.length === 3 && !SHORT_ZONES.has(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const CHECKS: { readonly [Name in keyof Draft]?: (value: string) => boolean } = {
  name: (text) => lengthOf(text) >= 1 && lengthOf(text) <= 200,
  prompt: (text) => lengthOf(text) >= 1 && lengthOf(text) <= LONGEST_PROMPT,
  first_message: (text) => lengthOf(text) <= LONGEST_TEXT,
  goodbye_message: (text) => lengthOf(text) <= LONGEST_TEXT,
  error_message: (text) => lengthOf(text) <= LONGEST_TEXT,
  time_zone: (text) => text.trim() === "" || isTimeZone(text.trim()),
  temperature: (text) => Number(text) >= 0 && Number(text) <= 2,
  reply_delay_ms: (text) => text.trim() !== "" && Number(text) >= 0 && Number(text) <= 15,
  max_history: (text) => isWhole(text, 1, 50),
  max_segments: (text) => isWhole(text, 1, 10),
};

export const isWrong = (draft: Draft, name: keyof Draft): boolean =>
  CHECKS[name]?.(String(draft[name])) === false;

export function problemsOf(draft: Draft): Problems {
  const wrong = (Object.keys(CHECKS) as (keyof Draft)[]).filter((name) => isWrong(draft, name));
  return Object.fromEntries(wrong.map((name) => [name, RULES[name] ?? ""]));
}

/** The field that a constraint of the database is about, and what to do; null if it is about none. */
export function problemOfRefusal(
  error: { readonly code: string; readonly message: string },
): Problems | null {
  if (error.code !== "23514") return null;
  const name = /assistants_(\w+)_check/.exec(error.message)?.[1] as keyof Draft | undefined;
  const rule = name && RULES[name];
  return name && rule ? { [name]: rule } : null;
}
