import { randomBytes } from "node:crypto";
import { parseEnv } from "node:util";
import { UsageError } from "../../local/project.ts";

/** `supabase start` reads it by itself, `supabase secrets set --env-file` takes it. */
export const ENV_FILE = "supabase/functions/.env";
const KEY = "SMS_CREDENTIALS_KEY";
const BEGIN = "# supabase-sms: begin.";
const END = "# supabase-sms: end.";
// Comments, because `secrets set` would set empty values as well.
const GUIDE = [
  "# Encrypts the tokens of your users' Twilio accounts. Whoever loses it connects all accounts again.",
  "",
  "# Take the # off and fill in (every setting: docs/reference/settings.md of supabase-sms):",
  "# TWILIO_ACCOUNT_SID=AC…",
  "# TWILIO_AUTH_TOKEN=…",
  "# OPENAI_API_KEY=sk-…",
];

/** The env file with a key; what was done to it, or null if it had one. */
export function withKey(text: string | null): { text: string; created: boolean; ended: boolean } | null {
  const values = parseEnv(text ?? "");
  if (values[KEY]) return null;
  if (KEY in values) {
    throw new UsageError(
      `${ENV_FILE} sets ${KEY} to nothing, and \`secrets set\` would do so too. Delete that line: \`add\` writes a key.`,
    );
  }
  const [why = "", ...guide] = GUIDE;
  const lines = [BEGIN, why, `${KEY}=${randomBytes(32).toString("base64")}`, ...guide, END, ""];
  const ended = text !== null && text !== "" && !text.endsWith("\n");
  const eol = text?.includes("\r\n") ? "\r\n" : "\n";
  const start = text === null || text === "" ? "" : ended ? eol + eol : eol;
  return { text: (text ?? "") + start + lines.join(eol), created: text === null, ended };
}

/**
 * Without our lines. What somebody wrote between them stays.
 *
 * @returns null if nothing is left of a file that was made for us
 */
export function withoutKey(text: string, written: { created: boolean; ended: boolean }): string | null {
  const region = new RegExp(`(\\r?\\n)?${escaped(BEGIN)}[\\s\\S]*?${escaped(END)}\\r?\\n?`).exec(text);
  if (region === null) return text;
  const ours = new Set([BEGIN, END, ...GUIDE.filter((line) => line !== "")]);
  const theirs = region[0].split(/\r?\n/).filter((line) =>
    line.trim() !== "" && !ours.has(line) && !line.startsWith(`${KEY}=`)
  );
  const [before, after] = [text.slice(0, region.index), text.slice(region.index + region[0].length)];
  const kept = theirs.map((line) => `${line}\n`).join("");
  const ends = written.ended && kept === "" && after === "";
  // Somebody took the blank line above ours out: what follows must not become a part of their last line.
  const joins = /[^\n]$/.test(before) && kept + after !== "" && region[1] !== undefined;
  const rest = (ends ? before.replace(/\r?\n$/, "") : before + (joins ? region[1] : "")) + kept + after;
  return written.created && rest.trim() === "" ? null : rest;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
