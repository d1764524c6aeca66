import { z } from "zod";
import { Owner, REASONING_EFFORTS, VERBOSITIES } from "./common.ts";

// What sms-preview takes and answers: an assistant that is being edited, and a conversation that is not stored.

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    // Runtimes also take offsets and abbreviations.
    return name === "UTC" || name.includes("/");
  } catch {
    return false;
  }
}

/** The same rules as the table's columns, so that an assistant that can be tried can be saved. */
const PreviewAssistant = z.strictObject({
  name: z.string().min(1, "empty").max(200, "longer than 200 characters"),
  prompt: z.string().max(16_000, "longer than 16,000 characters").regex(/\S/, "empty"),
  language: z.string().max(64, "longer than 64 characters").regex(
    /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
    "not a language tag such as en or pt-BR",
  ).nullish().describe("To answer in; without one, the contact's."),
  model: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/, "not a model's name").nullish()
    .describe("Taken if the operator allows it, as everywhere; else the default answers."),
  temperature: z.number().min(0).max(2).nullish(),
  reasoning_effort: z.enum(REASONING_EFFORTS).default("none")
    .describe("How long a model that reasons may think; sent only to models that take it."),
  verbosity: z.enum(VERBOSITIES).default("low").describe(
    "How much it says; sent only to models that take it.",
  ),
  time_zone: z.string().max(64, "longer than 64 characters").refine(
    isTimeZone,
    "not the IANA name of a time zone such as Europe/Berlin",
  ).nullish().describe("Whose time the assistant is told; without one, UTC."),
  max_segments: z.int().min(1).max(10).default(3).describe("The longest reply, in SMS segments."),
});

const PreviewMessage = z.strictObject({
  role: z.enum(["contact", "assistant"]),
  body: z.string().min(1, "empty").max(1_600, "longer than 1,600 characters"),
});

export const PreviewRequest = z.strictObject({
  assistant: PreviewAssistant,
  messages: z.array(PreviewMessage).min(1, "empty").max(50, "more than 50")
    .refine((messages) => messages.at(-1)?.role === "contact", "the last one has to be the contact's")
    .describe("The conversation so far, oldest first; the last one is answered."),
  user_id: Owner,
});
export type PreviewRequest = z.infer<typeof PreviewRequest>;

export const PreviewResponse = z.object({
  reply: z.string().describe("As it would be sent; empty where nothing would be."),
  intent: z.string().nullable(),
  end_conversation: z.boolean().describe(
    "It would end: a goodbye message, if there is one, is sent instead.",
  ),
  opt_out: z.boolean().describe("The contact would be opted out."),
  handoff: z.boolean().describe("A person would be asked for."),
  shortened: z.boolean().describe("It was too long twice and is cut at the end of a sentence."),
  segments: z.number().int().nonnegative(),
  encoding: z.enum(["GSM-7", "UCS-2"]),
  model: z.string().describe("Which model answered."),
});
export type PreviewResponse = z.infer<typeof PreviewResponse>;

export const ModelsResponse = z.object({
  default_model: z.string().describe("Answers for assistants that name none, or one that is not allowed."),
  models: z.array(z.string()).describe("Those that an assistant may name besides."),
  ending: z.array(z.object({ model: z.string(), shutdown_date: z.iso.date() }))
    .describe("Those of both that their provider shuts down within 30 days, or has shut down."),
});
export type ModelsResponse = z.infer<typeof ModelsResponse>;
