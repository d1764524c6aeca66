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
 *
 * Two kinds are not stored, because they may be of one request and not of the server:
 *
 * - `images (this time)`: left out for this call
 * - `store (for now)`: left out after a refusal that named nothing, so nobody knows whether it was that
 */
export type Quirk = string;

export const thisTime = (name: string): Quirk => `${name}${THIS_TIME}`;
export const forNow = (name: string): Quirk => `${name}${FOR_NOW}`;
export const isThisTime = (quirk: Quirk): boolean => quirk.endsWith(THIS_TIME);
export const isForNow = (quirk: Quirk): boolean => quirk.endsWith(FOR_NOW);
const THIS_TIME = " (this time)";
const FOR_NOW = " (for now)";

/** What it leaves out, for however long. */
export const nameOf = (quirk: Quirk): string => quirk.replace(THIS_TIME, "").replace(FOR_NOW, "");

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

/** `store` is a word of the language too: it counts in quotation marks, alone in its line, before a colon, or after what a field is called. */
function names(said: string, field: string): boolean {
  if (field.includes("_")) return new RegExp(`\\b${field}\\b`).test(said);
  return new RegExp(
    `["'\`\\\\]${field}["'\`\\\\]|(^|\\n)(\\d{3} )?${field}(:|\\n|$)|\\b(supplied|argument|parameter|property|field|name)s?:? ${field}\\b`,
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

/** Another temperature may be taken. */
const OUT_OF_RANGE = /less than|greater than|between|at most|at least|out of range|<=|>=|≤|≥/i;

export const temperaturePart = (quirk: Quirk): Part =>
  fieldPart("temperature", {
    shows: (said) => OUT_OF_RANGE.test(said) ? thisTime("temperature") : quirk,
  });

/** Of a conversation that is too long. Another one is not. */
export const TOO_LONG =
  /context.?(length|window|size)|maximum context|(prompt|input|request|conversation) (is|was)? ?too (long|large)/i;

/** How much a model may write depends on the assistant and on what it reads, so too much says nothing of the model. */
export const limitPart = (name: string): Part =>
  fieldPart(name, {
    shows: (said) =>
      TOO_LONG.test(said) || /too (large|high|big)|maximum/i.test(said) || OUT_OF_RANGE.test(said)
        ? thisTime("limit")
        : name,
    alsoCalled: TOO_LONG,
  });

/** What chat templates say (vLLM, llama.cpp) where they have no system message. A role alone may be quoted from the request. */
export const systemPart: Part = {
  isMeant: (said) =>
    /roles must alternate|\broles are supported/i.test(said) ||
    /\b(system|developer)\b.{0,24}(not (supported|enabled|allowed)|unsupported)/i.test(said) ||
    /(not support|unsupported).{0,24}\b(system|developer)\b/i.test(said),
  shows: () => "system",
};

/** Words for a model that takes no image at all, rather than not this one. */
const NO_IMAGES =
  /(does not|doesn't) support|not supported|only supported by|only text|text.only|at most 0 |mmproj|not a multimodal|content must be a string/i;
const THIS_IMAGE =
  /format|size|dimension|pixel|resolution|corrupt|decod|mime|pars|invalid.image|too (large|big|many)/i;

/** 413 is about size, and images are what is large. */
export const imagePart: Part = {
  isMeant: (said) => /image|vision|multimodal|mmproj|content must be a string|^413\b/im.test(said),
  shows: (said) => NO_IMAGES.test(said) && !THIS_IMAGE.test(said) ? "images" : thisTime("images"),
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
 * The words of the server, with the name that it gave in `param`. The SDK puts bodies of any shape into the message, its status
 * before them. For looking at only: they may quote the conversation. What is quoted of the request names nothing.
 */
export const saidIn = ({ param, message }: InstanceType<typeof OpenAI.APIError>): string =>
  `${param ?? ""}\n${message}`.replace(QUOTED_REQUEST, "").replace(QUOTED_FIELD, "");

const QUOTED_REQUEST = /\\?["'](messages|response_format|input|body)\\?["']\s*:\s*[[{][^]*/;
const QUOTED_FIELD =
  /\\?["']\w+\\?["']\s*:\s*(?=-?\d|(?:true|false|null|none)\b|\\?["'][\w-]*\\?["'])(?:\\?["'](?:system|user|assistant)\\?["'])?/gi;
