import { z } from "zod";
import { ModelError, modelFailure } from "./errors.ts";
import type { AnswerShape } from "./shapes.ts";

const Part = z.looseObject({ type: z.string().nullish(), text: z.string().nullish() });

/** What is read of a completion. Servers leave out whatever they like. */
const Completion = z.looseObject({
  error: z.unknown().optional(),
  choices: z.array(z.looseObject({
    finish_reason: z.string().nullish(),
    message: z.looseObject({
      content: z.union([z.string(), z.array(Part)]).nullish(),
      refusal: z.string().nullish(),
      // Where vLLM, llama.cpp and others put thoughts, and sometimes the answer.
      reasoning_content: z.string().nullish(),
      reasoning: z.string().nullish(),
    }).nullish(),
  })).nullish(),
});

/** What stands in place of an answer that can be read. */
export type Unreadable = "unreadable" | "thought too long";

/**
 * The answer in a completion, wherever the server has put it: bare, in fences, in prose, behind a thinking block.
 * @param schemaTold the prompt says the shape, and nobody sees to it: an intent that is not on the list is "other"
 * @throws ModelError where the model or the provider did not answer
 */
export function answerIn<T>(body: unknown, schemaTold: boolean, asked: AnswerShape<T>): T | Unreadable {
  const read = Completion.safeParse(body);
  const choice = read.data?.choices?.[0];
  if (!choice || (read.data?.error ?? null) !== null) throw noAnswer(read.data?.error);
  const { finish_reason: finish, message } = choice;
  if (message?.refusal) throw new ModelError(modelFailure("MODEL_REFUSED", "The model refused to answer"));
  if (finish?.startsWith("content_filter")) {
    throw new ModelError(
      modelFailure("MODEL_FILTERED", "The provider's content filter stopped the answer"),
    );
  }
  if (finish === "error") throw noAnswer(undefined);
  const content = textOf(message?.content);
  const shape = schemaTold ? asked.lenient : asked.strict;
  if (finish === "length") return cutAnswerIn(content, shape, asked.first);
  const answer = lastObjectIn(content, shape) ??
    lastObjectIn(message?.reasoning_content ?? message?.reasoning ?? "", shape);
  if (answer !== null) return answer;
  // Who knows the fields has heard of the schema, and made a mistake.
  if (new RegExp(`"${asked.first}"\\s*:`).test(content)) throw unreadable();
  return "unreadable";
}

/** Of words that were cut off, only what is whole by itself is an answer: an object among thoughts may be a draft. */
function cutAnswerIn<T>(content: string, shape: z.ZodType<T>, first: string): T | Unreadable {
  const answer = (content.split("</think>").at(-1) ?? "").trim();
  const whole = objectAt(answer, shape);
  if (whole !== null) return whole;
  if (!new RegExp(`^(\`\`\`\\w*\\s*)?\\{\\s*"${first}"`).test(answer)) return "thought too long";
  throw new ModelError(
    modelFailure("MODEL_CUT_OFF", "The model's answer was cut off at its length limit"),
  );
}

export const unreadable = (): ModelError =>
  new ModelError(modelFailure("MODEL_GARBAGE", "The model's answer could not be read"));

/** https://github.com/langchain-ai/langchainjs/pull/11418: providers behind gateways answer 200 with an error. */
function noAnswer(error: unknown): ModelError {
  if (JSON.stringify(error ?? "").includes("content_filter")) {
    return new ModelError(
      modelFailure("MODEL_FILTERED", "The provider's content filter refused what the contact wrote"),
    );
  }
  const what = error === undefined || error === null ? "without an answer" : "with an error";
  return new ModelError(modelFailure("MODEL_NO_ANSWER", `The provider answered 200 ${what}`));
}

/** Mistral's reasoning models answer in parts, their thoughts first. */
function textOf(content: string | z.infer<typeof Part>[] | null | undefined): string {
  if (typeof content === "string") return content;
  return (content ?? []).filter(({ type }) => type !== "thinking").map(({ text }) => text ?? "").join("");
}

/** More opening braces than a reply has. Each costs one look at what is behind it, so the text has a bound too. */
const MOST_TRIES = 60;
const LONGEST = 20_000;

/** The last JSON object in a text that has the shape: thoughts and drafts come before the answer. */
function lastObjectIn<T>(said: string, shape: z.ZodType<T>): T | null {
  const whole = objectAt(said.trim(), shape);
  if (whole !== null) return whole;
  const text = said.slice(-LONGEST);
  let start = text.lastIndexOf("{");
  for (let tries = 0; start >= 0 && tries < MOST_TRIES; tries++) {
    const end = endOfObject(text, start);
    const found = end === null ? null : objectAt(text.slice(start, end), shape);
    if (found !== null) return found;
    start = start === 0 ? -1 : text.lastIndexOf("{", start - 1);
  }
  return null;
}

function objectAt<T>(text: string, shape: z.ZodType<T>): T | null {
  try {
    return shape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Behind the brace that closes the one at `start`; braces in strings do not count. One pass, whatever is not closed. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{") depth += 1;
    else if (character === "}" && --depth === 0) return at + 1;
  }
  return null;
}
