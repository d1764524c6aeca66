import type { Completion } from "./completion.ts";
import {
  filteredPrompt,
  invalidRequest,
  ModelError,
  noCredit,
  overloaded,
  rateLimited,
  serverError,
  wrongKey,
} from "./errors.ts";
import type { ChatRequest } from "./request.ts";

/** The ways a model lets one down. */
export const FAULTS = [
  "time-out", // never answers
  "drop", // takes the request and closes the connection
  "400",
  "401",
  "429",
  "no-credit", // 429 with the code insufficient_quota
  "filtered", // 400: the filter refuses what the contact wrote
  "500",
  "503",
  "garbage", // prose where JSON was asked for
  "wrong-shape", // JSON that is not of the schema
  "refusal",
  "cut-off", // finish_reason "length", half a JSON document
  "empty",
  "error-200", // 200 with an error in place of choices, as gateways answer
  "no-choices", // 200 with an empty list of choices
  "nul", // a well-formed answer with NUL and other control characters in its text
] as const;

export type Fault = typeof FAULTS[number];

/** "silence" and "drop" are for the connection, the rest is an answer. */
export type FaultyAnswer = ModelError | Completion | Body | "silence" | "drop";

/** A whole body that is no completion, answered with 200. */
export interface Body {
  readonly body: unknown;
}

/** What the fault looks like from outside; `good` is the JSON that would have been right. */
export function failed(fault: Fault, request: ChatRequest, good: string): FaultyAnswer {
  switch (fault) {
    case "time-out":
      return "silence";
    case "drop":
      return "drop";
    case "400":
      return invalidRequest("Invalid request (asked for by a test).");
    case "401":
      return wrongKey();
    case "429":
      return rateLimited(request.model);
    case "no-credit":
      return noCredit();
    case "filtered":
      return filteredPrompt();
    case "500":
      return serverError();
    case "503":
      return overloaded();
    case "garbage":
      return { content: "Sure! Here is a reply you could send: we open at nine." };
    case "wrong-shape":
      return { content: JSON.stringify({ answer: 42, intent: "no-such-intent", end_conversation: "maybe" }) };
    case "refusal":
      return { content: null, refusal: "I'm sorry, but I can't assist with that request." };
    case "cut-off":
      return { content: good.slice(0, Math.ceil(good.length / 2)), finishReason: "length" };
    case "empty":
      return { content: "" };
    case "error-200":
      // https://github.com/deeterbleater/deertick/issues/13
      return { body: { error: { message: `Model ${request.model} is not available`, code: 502 } } };
    case "no-choices":
      return { body: { id: "chatcmpl-demo", object: "chat.completion", choices: [] } };
    case "nul":
      return { content: withControlCharacters(good) };
  }
}

/** JSON escapes them, so the document parses and the characters arrive. */
function withControlCharacters(good: string): string {
  return good.replace(/"reply":"/, '"reply":"\\u0000\\u0007Hello\\u0000 \\u200bthere. ');
}
