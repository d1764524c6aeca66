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

/** https://developers.openai.com/api/docs/api-reference/chat/object, with ids that repeat from run to run. */
export function completionBody(request: ChatRequest, completion: Completion, number: number): unknown {
  const prompt = tokens(request.messages.map(textOf).join("\n"));
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
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
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
