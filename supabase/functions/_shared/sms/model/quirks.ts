import OpenAI from "openai";
import { classifyModelError } from "./errors.ts";
import type { ReasoningEffort } from "../contract/common.ts";

/**
 * How a model on a server differs from what OpenAI documents, as far as it has shown: a name each. They are stored, so a name
 * keeps its meaning.
 *
 * - a field of the request (`store`): it is refused
 * - `reasoning_effort none`: that value is refused
 * - `temperature with reasoning`: a temperature is refused beside a reasoning effort
 * - `json_schema`, `json_object`: that format of an answer is refused
 * - `schema ignored`: the format is taken and not followed, so the prompt says it
 * - `system`, `images`: messages of that kind are refused
 * - `thinks`: it thinks though it was asked not to, so it needs room
 */
export type Quirk = string;

/** What a part of a request is called, where a refusal names it. */
export interface Part {
  /** Whether the words of a refusal mean this part. */
  readonly isMeant: (said: string) => boolean;
  /** What the refusal shows. */
  readonly shows: (said: string) => Quirk;
}

/** Part of a request that is one field of it. */
export function fieldPart(name: string, more: { shows?: Part["shows"]; alsoCalled?: RegExp } = {}): Part {
  const { shows = () => name, alsoCalled } = more;
  return { isMeant: (said) => names(said, name) || (alsoCalled?.test(said) ?? false), shows };
}

/** `store` is a word of the language too: it counts in quotation marks, alone in its line, or after what a field is called. */
function names(said: string, field: string): boolean {
  if (field.includes("_")) return new RegExp(`\\b${field}\\b`).test(said);
  return new RegExp(
    `["'\`\\\\]${field}["'\`\\\\]|(^|\\n)${field}(\\n|$)|\\b(supplied|argument|parameter|property|field|name)s?:? ${field}\\b`,
    "m",
  ).test(said);
}

/** Words for a value that is not taken, of a field that is. */
const A_VALUE =
  /unsupported_value|supported values|does not support ['"`]|must be one of|allowed values|invalid (reasoning )?value|input should be|budget/i;

export const reasoningPart = (effort: ReasoningEffort): Part =>
  fieldPart("reasoning_effort", {
    shows: (said) => A_VALUE.test(said) ? `reasoning_effort ${effort}` : "reasoning_effort",
    alsoCalled: /\b(reasoning|thinking)\b|thinking_budget/i,
  });

export const formatPart = (format: "json_schema" | "json_object"): Part => ({
  isMeant: (said) => /response.?format|json.?schema|json.?object|structured.?output/i.test(said),
  shows: () => format,
});

/** What chat templates say (vLLM, llama.cpp) where they have no system message. */
export const systemPart: Part = {
  isMeant: (said) => /roles must alternate|roles are supported|system role|role.{0,12}system/i.test(said),
  shows: () => "system",
};

export const imagePart: Part = {
  isMeant: (said) => /image|vision|multimodal|content must be a string/i.test(said),
  shows: () => "images",
};

/**
 * What a refusal shows about the parts of the request that it answers.
 * @returns null if the server did not refuse the request; an empty list if it did not say what it refuses
 */
export function shownBy(error: unknown, parts: readonly Part[]): Quirk[] | null {
  if (!(error instanceof OpenAI.APIError)) return null;
  const said = saidIn(error);
  const { code } = classifyModelError(error);
  // llama.cpp answers 500 where a chat template refuses.
  const refuses = code === "MODEL_BAD_REQUEST" ||
    code === "MODEL_UNAVAILABLE" && /jinja|template|mmproj/i.test(said);
  if (!refuses) return null;
  const meant = parts.filter((part) => part.isMeant(said));
  return meant.map((part) => part.shows(said));
}

/**
 * The words of the server, with the name that it gave in `param`. The SDK puts bodies of any shape into the message. For looking
 * at only: they may quote the conversation.
 */
const saidIn = ({ param, message }: InstanceType<typeof OpenAI.APIError>): string =>
  `${param ?? ""}\n${message}`;
