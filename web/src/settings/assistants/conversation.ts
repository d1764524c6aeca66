import type { Preview, PreviewRequest } from "../../../../client/mod.ts";
import { type Draft, isWrong, temperatureOf } from "./draft.ts";

export type Said = Omit<Preview, "reply" | "model">;

/** A text of a conversation that exists in the page only. */
export interface Line {
  readonly role: "contact" | "assistant";
  /** Empty where the assistant chose to send nothing. */
  readonly body: string;
  readonly said?: Said;
  readonly note?: string;
}

const orNull = (text: string): string | null => text.trim() || null;

/** The conversation so far, as much of it as the assistant would read. */
export function requestOf(draft: Draft, lines: readonly Line[]): PreviewRequest {
  const read = Math.min(Math.max(Math.trunc(Number(draft.max_history)) || 20, 1), 50);
  const segments = Math.min(Math.max(Math.trunc(Number(draft.max_segments)) || 3, 1), 10);
  // The greeting came after the text that is still to be answered: decision 6.
  const asked = lines.findLastIndex(({ role }) => role === "contact");
  const ordered = [...lines.slice(0, asked), ...lines.slice(asked + 1), ...lines.slice(asked, asked + 1)];
  return {
    assistant: {
      name: draft.name.trim() || "Assistant",
      prompt: draft.prompt.trim(),
      language: orNull(draft.language),
      time_zone: isWrong(draft, "time_zone") ? null : orNull(draft.time_zone),
      model: orNull(draft.model),
      temperature: isWrong(draft, "temperature") ? null : temperatureOf(draft),
      reasoning_effort: draft.reasoning_effort,
      verbosity: draft.verbosity,
      max_segments: segments,
    },
    messages: ordered.filter(({ body }) => body !== "").slice(-read).map(({ role, body }) => ({
      role,
      body,
    })),
  };
}

/** What the contact would get. A conversation that ends does so with the goodbye, where there is one. */
export function linesAfter(draft: Draft, { reply, model: _, ...said }: Preview): Line[] {
  const goodbye = draft.goodbye_message.trim();
  if (said.end_conversation && goodbye !== "") {
    return [{ role: "assistant", body: goodbye, note: "Goodbye: the conversation ends." }];
  }
  return [{ role: "assistant", body: reply, said }];
}
