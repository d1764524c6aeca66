import { think, type Thought } from "./brain/think.ts";
import type { Completion } from "./completion.ts";
import { ModelError } from "./errors.ts";
import { failed, type FaultyAnswer } from "./faults.ts";
import { type ChatRequest, textOf } from "./request.ts";
import { asSchema, fit } from "./schema.ts";
import type { Answer, Step } from "./script.ts";

/**
 * What goes back for a valid request: a scripted answer or fault, else the usual answer.
 *
 * @param usual null: what the demo brain thinks
 */
export async function replyTo(
  request: ChatRequest,
  { step, usual }: { step: Step; usual: Answer | null },
): Promise<FaultyAnswer> {
  if (step !== null && "answer" in step) return asCompletion(await scripted(step.answer, request));
  const good = usual === null
    ? { content: inFormat(think(request.messages), request) }
    : asCompletion(await scripted(usual, request));
  if (step === null || good instanceof ModelError) return good;
  return failed(step.fault, request, good.content ?? "");
}

async function scripted(answer: Answer, request: ChatRequest): Promise<unknown> {
  return typeof answer === "function" ? await answer(request) : answer;
}

function asCompletion(answer: unknown): Completion | ModelError {
  if (answer instanceof ModelError) return answer;
  return { content: typeof answer === "string" ? answer : JSON.stringify(answer) };
}

/** The thought as the content that the request's response_format asks for. */
function inFormat(thought: Thought, request: ChatRequest): string {
  const format = request.response_format;
  if (!format || format.type === "text") return thought.reply;
  const schema = asSchema(format.json_schema?.schema);
  if (format.type === "json_schema" && schema.properties) return JSON.stringify(fit(thought, schema));
  return JSON.stringify({ ...thought, intent: namedIntent(thought.intent, request) });
}

/** Without a schema the instructions name the intents; "other" is everybody's last one. */
function namedIntent(wishes: string[], request: ChatRequest): string {
  const instructions = request.messages.filter((message) => message.role !== "user").map(textOf).join("\n");
  return wishes.find((wish) =>
    new RegExp(`["'\`]${wish}["'\`]|\\b${wish}\\s*[|,]|[|,]\\s*${wish}\\b`).test(instructions)
  ) ??
    wishes[0] ?? "other";
}
