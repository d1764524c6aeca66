import { decide, think } from "./brain.ts";
import type { Completion } from "./completion.ts";
import { ModelError } from "./errors.ts";
import { failed, type FaultyAnswer } from "./faults.ts";
import { asksForDecision, type ChatRequest } from "./request.ts";
import type { Answer, Step } from "./script.ts";
import { saidBy, type Strictness } from "./strictness.ts";

/**
 * What goes back for a valid request: a scripted answer or fault, else the usual answer.
 *
 * @param usual null: what the demo brain thinks
 */
export async function replyTo(
  request: ChatRequest,
  { step, usual, decisions, strictness }: {
    step: Step;
    usual: Answer | null;
    /** The same for questions whether a text is an opt-out. */
    decisions: Answer | null;
    strictness: Strictness | null;
  },
): Promise<FaultyAnswer> {
  const own = (answer: FaultyAnswer): FaultyAnswer =>
    strictness !== null && typeof answer === "object" && "content" in answer &&
      typeof answer.content === "string"
      ? saidBy(strictness, request, answer.content)
      : answer;
  if (step !== null && "answer" in step) return own(asCompletion(await scripted(step.answer, request)));
  const [told, itself] = asksForDecision(request) ? [decisions, decide] as const : [usual, think] as const;
  const good = asCompletion(told === null ? itself(request.messages) : await scripted(told, request));
  if (step === null || good instanceof ModelError) return own(good);
  return failed(step.fault, request, typeof good.content === "string" ? good.content : "");
}

async function scripted(answer: Answer, request: ChatRequest): Promise<unknown> {
  return typeof answer === "function" ? await answer(request) : answer;
}

function asCompletion(answer: unknown): Completion | ModelError {
  if (answer instanceof ModelError) return answer;
  return { content: typeof answer === "string" ? answer : JSON.stringify(answer) };
}
