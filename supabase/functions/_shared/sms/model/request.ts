import type OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { REASONING_EFFORTS, type ReasoningEffort } from "../contract/common.ts";
import {
  fieldPart,
  formatPart,
  imagePart,
  limitPart,
  nameOf,
  type Part,
  type Quirk,
  reasoningPart,
  systemPart,
  temperaturePart,
} from "./quirks.ts";
import type { AnswerShape, ModelMessage, ModelRequest } from "./shapes.ts";

type Body = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;

export interface Built {
  readonly body: Body;
  /** What a server may refuse of it. */
  readonly parts: readonly Part[];
  /** The answer's shape stands in the prompt, because the server does not see to it. */
  readonly schemaTold: boolean;
}

/** What stays away for a server that refuses without saying what. */
export const ALL_OPTIONAL: readonly string[] = [
  "store",
  "prompt_cache_key",
  "safety_identifier",
  "reasoning_effort",
  "verbosity",
  "temperature",
  "max_completion_tokens",
  "max_tokens",
  "json_schema",
  "json_object",
];

/** The request, without what the server has refused before. */
export function buildRequest<T>(
  model: string,
  request: ModelRequest,
  { known, shape }: { known: ReadonlySet<Quirk>; shape: AnswerShape<T> },
): Built {
  const quirks = new Set([...known].map(nameOf));
  const parts: Part[] = [];
  const fields: Partial<Body> = {};
  const add = (more: Partial<Body>, part: Part) => {
    Object.assign(fields, more);
    parts.push(part);
  };
  const optional = (name: keyof Body & string, value: Partial<Body>) => {
    if (!quirks.has(name)) add(value, fieldPart(name));
  };
  optional("store", { store: false });
  optional("prompt_cache_key", { prompt_cache_key: request.cacheKey });
  optional("safety_identifier", { safety_identifier: request.safetyIdentifier });
  optional("verbosity", { verbosity: request.verbosity });
  const effort = effortFor(request.reasoningEffort, quirks);
  if (effort !== null) add({ reasoning_effort: effort }, reasoningPart(effort));
  const temperature = temperatureFor(request, { quirks, effort });
  if (temperature !== null) add({ temperature: request.temperature }, temperature);
  const limit = ["max_completion_tokens", "max_tokens"]
    .find((name) => !quirks.has(name) && !quirks.has("limit"));
  if (limit !== undefined) {
    add({ [limit]: mostTokens(request.maxSegments, thinks(effort, quirks)) }, limitPart(limit));
  }
  const format = (["json_schema", "json_object"] as const).find((name) => !quirks.has(name));
  if (format !== undefined) {
    add(
      { response_format: format === "json_schema" ? strictSchema(shape) : { type: format } },
      formatPart(format),
    );
  }
  const schemaTold = format !== "json_schema" || quirks.has("schema ignored");
  const { messages, sent } = messagesFor(request.messages, {
    quirks,
    told: schemaTold ? instructionFor(shape) : null,
  });
  return { body: { ...fields, model, messages }, parts: [...parts, ...sent], schemaTold };
}

/** The wanted effort, or the nearest that the model takes, less rather than more; null if it takes none. */
function effortFor(wanted: ReasoningEffort, quirks: ReadonlySet<Quirk>): ReasoningEffort | null {
  if (quirks.has("reasoning_effort")) return null;
  const at = REASONING_EFFORTS.indexOf(wanted);
  const nearest = [...REASONING_EFFORTS.slice(0, at + 1).reverse(), ...REASONING_EFFORTS.slice(at + 1)];
  return nearest.find((effort) => !quirks.has(`reasoning_effort ${effort}`)) ?? null;
}

/** OpenAI's models take a temperature only where they do not reason; others may take both. */
function temperatureFor(
  { temperature }: ModelRequest,
  { quirks, effort }: { quirks: ReadonlySet<Quirk>; effort: ReasoningEffort | null },
): Part | null {
  const quirk = effort === null || effort === "none" ? "temperature" : "temperature with reasoning";
  if (temperature === null || quirks.has("temperature") || quirks.has(quirk)) return null;
  return temperaturePart(quirk);
}

const thinks = (effort: ReasoningEffort | null, quirks: ReadonlySet<Quirk>): ReasoningEffort =>
  quirks.has("thinks") && (effort === null || effort === "none") ? "medium" : effort ?? "none";

/** Tokens for the thoughts that come before an answer, and are counted with it. */
const FOR_THOUGHTS: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 2_000,
  low: 4_000,
  medium: 12_000,
  high: 25_000,
  xhigh: 50_000,
};

/**
 * The most that a model may write: a reply that is half as long again as allowed, in a script that takes a token a character,
 * and the object around it. Providers count it against the rate limit, so it is no larger.
 */
function mostTokens(maxSegments: number, effort: ReasoningEffort): number {
  return (maxSegments === 0 ? 100 : 700 + 250 * maxSegments) + FOR_THOUGHTS[effort];
}

/** Made once, and not before it is needed: making it takes a quarter of a call's CPU time. */
const strict = new Map<string, ReturnType<typeof zodResponseFormat>>();
function strictSchema<T>({ name, strict: schema }: AnswerShape<T>): ReturnType<typeof zodResponseFormat> {
  const made = strict.get(name) ?? zodResponseFormat(schema, name);
  strict.set(name, made);
  return made;
}

const instructions = new Map<string, string>();
function instructionFor<T>({ name, strict: schema }: AnswerShape<T>): string {
  const made = instructions.get(name) ??
    `Answer with one JSON object and nothing else, according to this JSON schema:\n${
      JSON.stringify(z.toJSONSchema(schema))
    }`;
  instructions.set(name, made);
  return made;
}

const NOT_SHOWN = "The photos of this conversation could not be opened here after all: you see none of them.";

type Param = OpenAI.Chat.Completions.ChatCompletionMessageParam;

function messagesFor(
  given: readonly ModelMessage[],
  { quirks, told }: { quirks: ReadonlySet<Quirk>; told: string | null },
): { messages: Param[]; sent: Part[] } {
  const images = !quirks.has("images");
  const rules = given.filter(({ role }) => role === "system").map(({ content }) => content);
  if (!images && given.some((message) => (message.images?.length ?? 0) > 0)) rules.push(NOT_SHOWN);
  // Before the rest: it never changes, so it can be cached.
  if (told !== null) rules.unshift(told);
  const system = rules.join("\n\n");
  const said = given.filter(({ role }) => role !== "system").map((message) => paramOf(message, images));
  const sent: Part[] = given.some((message) => images && (message.images?.length ?? 0) > 0)
    ? [imagePart]
    : [];
  if (!quirks.has("system")) {
    return { messages: [{ role: "system", content: system }, ...said], sent: [...sent, systemPart] };
  }
  const [first, ...others] = said;
  return { messages: [withRules(system, first), ...others], sent };
}

/** The rules before the contact's first words, for a template without system messages. */
function withRules(rules: string, first: Param | undefined): Param {
  const intro = `${rules}\n\n---\nThe contact's messages begin here.\n\n`;
  const content = first?.content ?? "";
  if (typeof content === "string") return { role: "user", content: `${intro}${content}` };
  const parts = content.flatMap((part) => part.type === "text" || part.type === "image_url" ? [part] : []);
  return { role: "user", content: [{ type: "text", text: intro }, ...parts] };
}

function paramOf({ role, content, images }: ModelMessage, withImages: boolean): Param {
  if (role !== "user" || !withImages || images === undefined || images.length === 0) return { role, content };
  return {
    role,
    content: [
      { type: "text", text: content },
      ...images.map((url) => ({ type: "image_url" as const, image_url: { url } })),
    ],
  };
}
