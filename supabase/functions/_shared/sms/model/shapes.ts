import { z } from "zod";
import type { ReasoningEffort, Verbosity } from "../contract/common.ts";

export const INTENTS = [
  "appointment",
  "question",
  "complaint",
  "feedback",
  "support",
  "sales",
  "goodbye",
  "other",
] as const;

/** The shape of the model's answer. Anything else it says is ignored. */
export const SmsReply = z.object({
  reply: z.string().describe("The text message to send. Empty when nothing should be sent."),
  intent: z.enum(INTENTS).describe("What the contact's latest messages are about."),
  end_conversation: z.boolean().describe("True when the contact says goodbye or everything is settled."),
  opt_out: z.boolean().describe("True only when the contact asks to get no more messages."),
  handoff: z.boolean().describe("True when the contact asks for a person, or only a person can help."),
});
export type SmsReply = z.infer<typeof SmsReply>;

/** `system` stands first, and once. Then contact (`user`) and `assistant` take turns, and the contact begins and ends. */
export interface ModelMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  /** Images that belong to it, as `data:` URLs. */
  readonly images?: readonly string[];
}

export interface ModelRequest {
  /** The assistant's own choice; taken only if the operator allows that model. */
  readonly model: string | null;
  readonly temperature: number | null;
  readonly reasoningEffort: ReasoningEffort;
  readonly verbosity: Verbosity;
  /** The longest reply, in segments. */
  readonly maxSegments: number;
  readonly messages: readonly ModelMessage[];
  /** A hash of the contact: lets the provider tell contacts apart without knowing who they are. */
  readonly safetyIdentifier: string;
  readonly cacheKey: string;
  /** Milliseconds for the whole call, body included. */
  readonly timeoutMs: number;
}

/** Images as `data:` URLs, by the number of their message. */
export type Images = ReadonlyMap<number, readonly string[]>;
