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

/** What is said of texts that may be an opt-out. */
export const Decision = z.object({
  answer: z.enum(["yes", "no", "unsure"]).describe("Whether the contact asks to get no more text messages."),
});
export type Decision = z.infer<typeof Decision>;

/** In which shape the model shall answer. */
export interface AnswerShape<T> {
  /** What the server is told that it is called. */
  readonly name: string;
  readonly strict: z.ZodType<T>;
  /** For a server that does not see to the shape. */
  readonly lenient: z.ZodType<T>;
  /** Its first field: who writes it has heard of the shape. */
  readonly first: string;
}

export const REPLY: AnswerShape<SmsReply> = {
  name: "sms_reply",
  strict: SmsReply,
  lenient: SmsReply.extend({ intent: z.enum(INTENTS).catch("other") }),
  first: "reply",
};
export const DECISION: AnswerShape<Decision> = {
  name: "opt_out_decision",
  strict: Decision,
  lenient: Decision,
  first: "answer",
};

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
  /** The longest reply, in segments. 0 for an answer of one word. */
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
