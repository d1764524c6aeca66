import type { ChatMessage, ChatRequest } from "./request.ts";
import { REFUSALS, type RefusalStyle } from "./refusals.ts";
import type { ModelError } from "./errors.ts";
import type { Completion } from "./completion.ts";

export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";

/**
 * How another OpenAI-compatible server differs from OpenAI's own, as data. What each real server does, with its source, is in
 * tests/support/model_servers.ts.
 */
export interface Strictness {
  /** In which words the server refuses, with which status. */
  readonly words: RefusalStyle;
  /** Fields that it does not know. Each one is refused. */
  readonly refuses?: readonly string[];
  /** The values that it takes, of fields for which it does not take all. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
  /** A temperature is refused always, or beside any reasoning effort but `none`. */
  readonly noTemperature?: "always" | "with reasoning";
  /** Of several fields that it refuses, it names only the first. OpenAI does, Mistral and Google name all. */
  readonly oneAtATime?: boolean;
  /** Refuses without saying what. */
  readonly silent?: boolean;
  /** Formats of an answer that it knows. Default: all. */
  readonly formats?: readonly string[];
  /** It takes a format, and answers as it likes. */
  readonly ignoresFormat?: boolean;
  /** What its chat template demands of the order of messages. */
  readonly order?: {
    /** `first`: one system message, at the beginning. `never`: no system message. */
    readonly system?: "first" | "never";
    /** The contact and the assistant take turns, and the contact begins. */
    readonly alternate?: boolean;
    /** The last message is the contact's. */
    readonly endsWithContact?: boolean;
  };
  /** It takes text only. */
  readonly noImages?: boolean;
  /** How it wraps the JSON object of an answer. */
  readonly wraps?: (json: string) => Completion;
  /** It thinks whatever it is told, and that counts as output. */
  readonly thinkingTokens?: number;
}

/** What is wrong with a request. */
export type Offence =
  | { readonly kind: "field"; readonly field: string; readonly value: unknown }
  | {
    readonly kind: "value";
    readonly field: string;
    readonly value: unknown;
    readonly allowed: readonly unknown[];
  }
  | { readonly kind: "format"; readonly value: string; readonly allowed: readonly string[] }
  | {
    readonly kind: "order";
    readonly broken: "system" | "no system" | "turns" | "last";
    readonly role: string;
  }
  | { readonly kind: "image" };

/** The refusal of a request that this server does not take, or null. */
export function refusedBy(strictness: Strictness, request: ChatRequest): ModelError | null {
  const offences = [...offencesOf(strictness, request)];
  if (offences.length === 0) return null;
  const told = strictness.oneAtATime ? offences.slice(0, 1) : offences;
  return REFUSALS[strictness.silent ? "silent" : strictness.words](told, request.model);
}

function* offencesOf(strictness: Strictness, request: ChatRequest): Iterable<Offence> {
  const { refuses = [], values = {}, noTemperature, formats } = strictness;
  const given: Record<string, unknown> = request;
  for (const field of refuses) {
    if (given[field] !== undefined) yield { kind: "field", field, value: given[field] };
  }
  for (const [field, allowed] of Object.entries(values)) {
    const value = given[field];
    if (value !== undefined && !allowed.includes(value)) yield { kind: "value", field, value, allowed };
  }
  const reasons = given.reasoning_effort !== undefined && given.reasoning_effort !== "none";
  const { temperature } = request;
  if (
    typeof temperature === "number" && temperature !== 1 &&
    (noTemperature === "always" || noTemperature === "with reasoning" && reasons)
  ) yield { kind: "value", field: "temperature", value: temperature, allowed: [1] };
  const format = formatOf(request);
  if (formats !== undefined && format !== null && !formats.includes(format)) {
    yield { kind: "format", value: format, allowed: formats };
  }
  yield* brokenOrder(strictness, request.messages);
  if (strictness.noImages && request.messages.some(hasImage)) yield { kind: "image" };
}

function* brokenOrder({ order = {} }: Strictness, messages: readonly ChatMessage[]): Iterable<Offence> {
  const roles = messages.map(({ role }) => role);
  const said = roles.filter((role) => role !== "system");
  if (order.system === "never" && roles.includes("system")) {
    yield { kind: "order", broken: "no system", role: "system" };
  }
  if (order.system === "first" && roles.lastIndexOf("system") > 0) {
    yield { kind: "order", broken: "system", role: "system" };
  }
  if (order.alternate && said.some((role, at) => role !== (at % 2 === 0 ? "user" : "assistant"))) {
    yield {
      kind: "order",
      broken: "turns",
      role: said.find((role, at) => role === said[at - 1]) ?? "assistant",
    };
  }
  if (order.endsWithContact && said.at(-1) !== "user") {
    yield { kind: "order", broken: "last", role: said.at(-1) ?? "" };
  }
}

export function formatOf(request: ChatRequest): string | null {
  const format: unknown = request.response_format;
  return typeof format === "object" && format !== null && "type" in format ? String(format.type) : null;
}

const hasImage = ({ content }: ChatMessage): boolean =>
  Array.isArray(content) && content.some(({ type }) => type === "image_url");

/**
 * What a server makes of the right JSON: an answer in prose where it heard of no schema, cut off where it thinks for too long,
 * wrapped in its own way.
 */
export function saidBy(strictness: Strictness, request: ChatRequest, json: string): Completion {
  const { thinkingTokens = 0, ignoresFormat = false, wraps } = strictness;
  const limit = Number(request.max_completion_tokens ?? request.max_tokens ?? Infinity);
  if (thinkingTokens > limit) {
    return { content: "<think>The contact asks for the hours. Let me", finishReason: "length" };
  }
  const heard = !ignoresFormat && formatOf(request) === "json_schema" ||
    /JSON schema/.test(JSON.stringify(request.messages));
  if (!heard) return { content: "Sure! We are happy to help. What would you like to know?" };
  return wraps ? wraps(json) : { content: json };
}
