import { z } from "zod";
import { invalidRequest, type ModelError } from "./errors.ts";

const TextPart = z.looseObject({ type: z.string(), text: z.string().optional() });

const Message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: z.union([z.string(), z.array(TextPart), z.null()]).optional(),
});

const ChatRequest = z.looseObject({
  model: z.string(),
  messages: z.array(Message),
  temperature: z.number().max(2).nullish(),
  safety_identifier: z.string().max(128).nullish(),
  stream: z.literal(false).nullish(),
});

/** The body of `POST /v1/chat/completions`, with whatever else the client sent. */
export type ChatRequest = z.infer<typeof ChatRequest>;
export type ChatMessage = z.infer<typeof Message>;

/** Every argument the endpoint knows (openai 7.57, ChatCompletionCreateParams); others are refused, as there. */
const ARGUMENTS = new Set(
  `messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens
  max_tokens metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key
  prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed
  service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity
  web_search_options`.split(/\s+/),
);

/**
 * Reads a request, or says in OpenAI's words why it is refused.
 *
 * @param other the server that it stands for, which has rules of its own; null: OpenAI
 */
export function readChatRequest(text: string, other: object | null = null): ChatRequest | ModelError {
  const body = parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return invalidRequest(
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)",
    );
  }
  const unknown = Object.keys(body).find((name) => !ARGUMENTS.has(name));
  if (unknown && other === null) return invalidRequest(`Unrecognized request argument supplied: ${unknown}`);
  const parsed = ChatRequest.safeParse(body);
  if (parsed.success) return (other === null ? refusedByOpenAi(parsed.data) : null) ?? parsed.data;
  const [issue] = parsed.error.issues;
  const where = (issue?.path ?? []).join(".");
  return invalidRequest(`Invalid type for '${where}': ${issue?.message}.`, where, "invalid_type");
}

/**
 * What OpenAI's own models do not take together. Models from gpt-5.1 on take a temperature where they do not reason; gpt-5 and the
 * o-series never do (https://developers.openai.com/api/docs/guides/latest-model#gpt-54-parameter-compatibility). Older models know
 * neither effort nor verbosity (https://community.openai.com/t/gpt-5-update-documentation-errors/1341049).
 */
function refusedByOpenAi(request: ChatRequest): ModelError | null {
  const { model, temperature, reasoning_effort: effort, verbosity } = request;
  const never = /^(gpt-5(-|$)|o\d)/.test(model);
  const reasons = never || /^gpt-([5-9]|\d\d)/.test(model);
  if (!reasons && effort !== undefined) {
    return invalidRequest("Unrecognized request argument supplied: reasoning_effort");
  }
  if (!reasons && verbosity !== undefined && verbosity !== "medium") {
    return unsupported("verbosity", String(verbosity), "Supported values are: 'medium'.");
  }
  if (never && effort === "none") {
    return unsupported(
      "reasoning_effort",
      "none",
      "Supported values are: 'minimal', 'low', 'medium', and 'high'.",
    );
  }
  if (typeof temperature !== "number" || temperature === 1 || !reasons) return null;
  if (!never && effort === "none") return null;
  return unsupported("temperature", String(temperature), "Only the default (1) value is supported.");
}

function unsupported(field: string, value: string, advice: string): ModelError {
  return invalidRequest(
    `Unsupported value: '${field}' does not support ${value} with this model. ${advice}`,
    field,
    "unsupported_value",
  );
}

/** Whether it asks if texts are an opt-out, and not for a reply. The shape stands in its format, or in the prompt. */
export function asksForDecision(request: ChatRequest): boolean {
  return /opt_out_decision|\\"yes\\",\\"no\\",\\"unsure\\"/.test(
    JSON.stringify([request.response_format, request.prompt_cache_key, request.messages[0]]),
  );
}

/** All text of a message, whether sent as a string or as parts. */
export function textOf(message: ChatMessage): string {
  if (typeof message.content === "string") return message.content;
  return (message.content ?? []).map((part) => part.text ?? "").join("\n");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
