/**
 * OpenAI-compatible servers as data: what each refuses and how it says so, from its documentation or from what people report.
 * docs/compatibility.md has the same rows with their dates. Looked up on 2026-11-30.
 */
import type { Strictness } from "../../local/model/mod.ts";

export interface ModelServer {
  readonly name: string;
  readonly model: string;
  /** Null: OpenAI itself, whose rules the look-alike has without being told. */
  readonly strictness: Strictness | null;
  readonly sources: readonly string[];
  /** What is learned of it, and kept. */
  readonly learned: readonly string[];
}

/** What Mistral, Google and Groq leave out of OpenAI's request. */
const OPENAI_ONLY = ["store", "prompt_cache_key", "safety_identifier", "verbosity"];

const fenced = (json: string) => ({
  content: `Here is the answer:\n\n\`\`\`json\n${json}\n\`\`\`\nAnything else?`,
});
/** The draft in the thoughts has the shape too: the last object counts. */
const thinking = (json: string) => ({
  content: `<think>\nThey may mean {this}. A draft: ${
    json.replace(/"reply":"[^"]*"/, '"reply":"A draft, not sent"')
  }\n</think>\n\n${json}`,
});

export const MODEL_SERVERS: readonly ModelServer[] = [
  {
    name: "OpenAI, a model that can do without reasoning",
    model: "gpt-6-luna",
    strictness: null,
    sources: ["https://developers.openai.com/api/docs/guides/latest-model#gpt-54-parameter-compatibility"],
    learned: [],
  },
  {
    name: "OpenAI, a model that always reasons",
    model: "gpt-5-mini",
    strictness: null,
    sources: ["https://community.openai.com/t/gpt-5-update-documentation-errors/1341049"],
    learned: ["reasoning_effort none", "temperature with reasoning"],
  },
  {
    name: "OpenAI, a model that never reasons",
    model: "gpt-4.1-mini",
    strictness: null,
    sources: ["https://community.openai.com/t/gpt-5-update-documentation-errors/1341049"],
    learned: ["reasoning_effort", "verbosity"],
  },
  {
    name: "Azure OpenAI",
    model: "DeepSeek-V3.2",
    strictness: {
      words: "openai",
      oneAtATime: true,
      refuses: ["prompt_cache_key", "safety_identifier", "verbosity", "reasoning_effort"],
    },
    sources: [
      "https://github.com/vectorize-io/hindsight/issues/3518",
      "https://github.com/zed-industries/zed/issues/52000",
    ],
    learned: ["prompt_cache_key", "reasoning_effort", "safety_identifier", "verbosity"],
  },
  {
    name: "Gemini's OpenAI endpoint",
    model: "gemini-2.5-pro",
    strictness: {
      words: "google",
      refuses: OPENAI_ONLY,
      values: { reasoning_effort: ["minimal", "low", "medium", "high"] },
    },
    sources: [
      "https://github.com/liliMozi/openhanako/issues/394",
      "https://github.com/ed-donner/agents/issues/45",
      "https://github.com/GewoonJaap/gemini-cli-openai/issues/22",
      "https://github.com/vercel/ai/issues/8027",
    ],
    learned: ["prompt_cache_key", "reasoning_effort none", "safety_identifier", "store", "verbosity"],
  },
  {
    name: "Groq, a model without reasoning",
    model: "llama-3.3-70b-versatile",
    strictness: {
      words: "groq",
      oneAtATime: true,
      refuses: [...OPENAI_ONLY, "reasoning_effort"],
      formats: ["text", "json_object"],
      noImages: true,
    },
    sources: [
      "https://github.com/fanenr/chatbot/issues/21",
      "https://github.com/iamsrikanthnani/pluely/issues/242",
      "https://github.com/ItzCrazyKns/Vane/issues/980",
    ],
    learned: [
      "json_schema",
      "prompt_cache_key",
      "reasoning_effort",
      "safety_identifier",
      "store",
      "verbosity",
    ],
  },
  {
    name: "Groq, a model with reasoning",
    model: "qwen/qwen3-32b",
    strictness: {
      words: "groq",
      oneAtATime: true,
      refuses: OPENAI_ONLY,
      values: { reasoning_effort: ["none", "default"] },
      formats: ["text", "json_object"],
      wraps: thinking,
    },
    sources: [
      "https://github.com/earendil-works/pi/issues/1745",
      "https://github.com/Alishahryar1/free-claude-code/issues/1348",
    ],
    learned: ["json_schema", "prompt_cache_key", "safety_identifier", "store", "verbosity"],
  },
  {
    name: "Mistral",
    model: "mistral-small-latest",
    strictness: {
      words: "pydantic",
      refuses: ["store", "safety_identifier", "verbosity", "reasoning_effort", "max_completion_tokens"],
      order: { system: "first", endsWithContact: true },
      // Its reasoning models answer in parts.
      wraps: (json) => ({
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "They ask for the hours." }] },
          { type: "text", text: json },
        ],
      }),
    },
    sources: [
      "https://github.com/Gitlawb/openclaude/issues/739",
      "https://github.com/swarmauri/swarmauri-sdk/issues/162",
      "https://docs.mistral.ai/inference/conversations/advanced/prompt-caching.md",
    ],
    learned: ["max_completion_tokens", "reasoning_effort", "safety_identifier", "store", "verbosity"],
  },
  {
    name: "vLLM with a strict template",
    model: "Qwen/Qwen3.6-27B",
    strictness: {
      words: "vllm",
      order: { system: "first", alternate: true, endsWithContact: true },
      // vLLM takes fields that it does not know since 0.6.5.
      wraps: (json) => ({ content: null, reasoningContent: json }),
    },
    sources: [
      "https://github.com/vllm-project/vllm/issues/41114",
      "https://github.com/vllm-project/vllm/issues/6862",
      "https://github.com/vllm-project/vllm/pull/10463",
      "https://github.com/ddalcu/mlx-serve/issues/331",
    ],
    learned: [],
  },
  {
    name: "vLLM with a template that has no system message, before 0.6.5",
    model: "mistralai/Mistral-7B-Instruct-v0.2",
    strictness: {
      words: "vllm",
      oneAtATime: true,
      refuses: [...OPENAI_ONLY, "reasoning_effort", "max_completion_tokens"],
      order: { system: "never", alternate: true, endsWithContact: true },
      ignoresFormat: true,
      wraps: fenced,
    },
    sources: [
      "https://github.com/microsoft/autogen/issues/1037",
      "https://github.com/1Panel-dev/MaxKB/issues/2912",
    ],
    learned: [
      "max_completion_tokens",
      "prompt_cache_key",
      "reasoning_effort",
      "safety_identifier",
      "schema ignored",
      "store",
      "system",
      "verbosity",
    ],
  },
  {
    name: "Ollama",
    model: "gemma4:12b-mlx",
    strictness: {
      words: "ollama",
      values: { reasoning_effort: ["none", "low", "medium", "high", "max"] },
      ignoresFormat: true,
      wraps: fenced,
    },
    sources: [
      "https://docs.ollama.com/api/openai-compatibility",
      "https://github.com/DevEmperor/DictateKeyboard/issues/186",
      "https://github.com/ollama/ollama/issues/17183",
      "https://github.com/ollama/ollama/issues/15595",
    ],
    learned: ["schema ignored"],
  },
  {
    name: "llama.cpp",
    model: "Devstral-Small-2-24B",
    strictness: {
      words: "llama.cpp",
      order: { system: "first", alternate: true, endsWithContact: true },
      noImages: true,
      // Its template opens the thoughts, so only their end is in the answer.
      wraps: (json) => ({ content: `Okay, they ask for {hours}.\n</think>\n\n${json}` }),
    },
    sources: [
      "https://github.com/ggml-org/llama.cpp/issues/19851",
      "https://github.com/sipeed/picoclaw/issues/207",
      "https://github.com/ggml-org/llama.cpp/issues/23320",
    ],
    learned: [],
  },
  {
    name: "a model that thinks whatever it is told",
    model: "deepseek-r1-distill",
    strictness: { words: "vllm", thinkingTokens: 3_000, ignoresFormat: true, wraps: thinking },
    sources: ["https://github.com/vllm-project/vllm/issues/47027"],
    learned: ["schema ignored", "thinks"],
  },
  {
    name: "DeepSeek",
    model: "deepseek-chat",
    strictness: { words: "openai", formats: ["text", "json_object"] },
    sources: ["https://github.com/llm-exe/llm-exe/issues/662"],
    learned: ["json_schema"],
  },
  {
    name: "a gateway that does not say what it refuses",
    model: "grok-4.6",
    strictness: { words: "openai", silent: true, refuses: ["store"] },
    sources: ["https://github.com/lobehub/lobehub/issues/18885"],
    // What it refuses is only guessed.
    learned: [],
  },
];
