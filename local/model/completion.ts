import { type ChatRequest, textOf } from "./request.ts";

export interface Completion {
  content: string | null | readonly { type: string; text?: string; thinking?: unknown }[];
  /** Where some servers put what the model thought. */
  reasoningContent?: string;
  refusal?: string;
  finishReason?: "stop" | "length" | "content_filter";
}

/** So that nobody takes the look-alike's words for a model's. */
export const FINGERPRINT = "demo-look-alike";

/** What a call cost, as the answer says. */
export interface Usage {
  readonly prompt: number;
  /** Of the prompt: what was read from the cache. */
  readonly cached: number;
}

/**
 * Prompts that begin alike. A prompt of 1,024 tokens or more is kept; a later one of the same model and cache key reads the
 * longest beginning that is the same, in steps of 128 tokens. https://developers.openai.com/api/docs/guides/prompt-caching
 */
export class PromptCache {
  #kept = new Map<string, string[]>();

  read(request: ChatRequest): Usage {
    const text = promptOf(request);
    const prompt = tokens(text);
    if (prompt < 1_024) return { prompt, cached: 0 };
    const key = `${request.model} ${request.prompt_cache_key ?? ""}`;
    const earlier = this.#kept.get(key) ?? [];
    const same = Math.max(0, ...earlier.map((other) => sameBeginning(text, other)));
    const read = Math.floor(same / 4 / 128) * 128;
    this.#kept.set(key, [...earlier.slice(-19), text]);
    return { prompt, cached: read >= 1_024 ? read : 0 };
  }

  clear(): void {
    this.#kept.clear();
  }
}

function sameBeginning(one: string, other: string): number {
  const end = Math.min(one.length, other.length);
  for (let at = 0; at < end; at++) if (one.charCodeAt(at) !== other.charCodeAt(at)) return at;
  return end;
}

const promptOf = ({ messages }: ChatRequest): string => messages.map(textOf).join("\n");

/** https://developers.openai.com/api/docs/api-reference/chat/object, with ids that repeat from run to run. */
export function completionBody(
  request: ChatRequest,
  completion: Completion,
  { number, usage }: { number: number; usage: Usage },
): unknown {
  const { prompt } = usage;
  const { content } = completion;
  const answer = tokens((typeof content === "string" ? content : JSON.stringify(content)) ?? "");
  return {
    id: `chatcmpl-demo${String(number).padStart(8, "0")}`,
    object: "chat.completion",
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    choices: [{
      index: 0,
      message: {
        role: "assistant",
        content: completion.content,
        ...(completion.reasoningContent === undefined
          ? {}
          : { reasoning_content: completion.reasoningContent }),
        refusal: completion.refusal ?? null,
        annotations: [],
      },
      logprobs: null,
      finish_reason: completion.finishReason ?? "stop",
    }],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: answer,
      total_tokens: prompt + answer,
      prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: "default",
    system_fingerprint: FINGERPRINT,
  };
}

/** Four characters a token: near enough for a demo's bill. */
function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}
