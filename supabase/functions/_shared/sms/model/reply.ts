import { sha256Hex } from "../hash.ts";
import type { ReplyModel } from "./openai.ts";
import { ModelError } from "./errors.ts";
import type { ModelMemory } from "./memory.ts";
import { type ForThisCall, messagesFor, shorterRule } from "./prompt.ts";
import type { Images, SmsReply } from "./shapes.ts";
import { plainWords } from "../texts/plain_words.ts";
import { cutToSegments } from "../texts/cutting.ts";
import { countSegments, plainPunctuation } from "../texts/segments.ts";
import { cleanText } from "../texts/clean_text.ts";
import type { ReplyJob, ReplyResult } from "../database/verbs/replies.ts";

export interface ReplyDependencies {
  readonly model: ReplyModel;
  /** Milliseconds for one model call. */
  readonly timeoutMs: number;
  /** What is known of the model's server, over the end of this process. */
  readonly memory?: ModelMemory;
  /** Brings the images that the model shall see. Default: none. */
  readonly withImages?: (
    job: ReplyJob,
    use: (images: Images) => Promise<ReplyResult>,
  ) => Promise<ReplyResult>;
  readonly now?: () => Date;
}

/**
 * Composes the reply to one claimed job: one model call, and a second one if the reply is too long. A failure of the model
 * is part of the result, not an exception; the database decides what becomes of the job.
 */
export async function composeReply(deps: ReplyDependencies, job: ReplyJob): Promise<ReplyResult> {
  // The greeting is the assistant's first message, which the database has. The model is not asked.
  if (job.greeting) return resultOf(job, {});
  const compose = (images: Images) => composeWith(deps, job, images);
  const sees = deps.withImages !== undefined && (deps.model.takesImages?.(job.assistant.model) ?? true);
  return await (sees && deps.withImages ? deps.withImages(job, compose) : compose(new Map()));
}

async function composeWith(deps: ReplyDependencies, job: ReplyJob, images: Images): Promise<ReplyResult> {
  const counted = countCalls(deps);
  try {
    const answer = await ask(counted.deps, job, { images });
    const { reply, shortened } = await fit(counted.deps, job, wordsOf(answer));
    return resultOf(job, {
      calls: counted.calls(),
      reply: reply === "" ? null : reply,
      intent: answer.intent,
      end_conversation: answer.end_conversation,
      opt_out: answer.opt_out,
      handoff: answer.handoff,
      shortened,
    });
  } catch (error) {
    const { failure } = ModelError.from(error);
    // Without a key nobody was asked.
    return resultOf(job, { calls: failure.code === "MODEL_NOT_CONFIGURED" ? 0 : counted.calls(), failure });
  }
}

/** The same model, and how often it was asked. What it refuses, and is then asked without, costs nothing and is no call. */
function countCalls(deps: ReplyDependencies): { deps: ReplyDependencies; calls: () => number } {
  let calls = 0;
  const { model } = deps;
  const counted: ReplyModel = {
    takesImages: (name) => model.takesImages?.(name) ?? true,
    reply(request, memory, onAgain) {
      calls += 1;
      return model.reply(request, memory, (wasAnswered) => {
        if (wasAnswered) calls += 1;
        onAgain?.(wasAnswered);
      });
    },
  };
  return { deps: { ...deps, model: counted }, calls: () => calls };
}

async function ask(deps: ReplyDependencies, job: ReplyJob, more: ForThisCall): Promise<SmsReply> {
  const { assistant } = job;
  return await deps.model.reply({
    model: assistant.model,
    temperature: assistant.temperature,
    reasoningEffort: assistant.reasoning_effort,
    verbosity: assistant.verbosity,
    maxSegments: assistant.max_segments,
    messages: messagesFor(job, deps.now?.() ?? new Date(), more),
    safetyIdentifier: await sha256Hex(job.contact_id),
    cacheKey: assistant.id,
    timeoutMs: deps.timeoutMs,
  }, deps.memory);
}

const wordsOf = (answer: SmsReply) => plainPunctuation(plainWords(cleanText(answer.reply)));

/** A reply that is too long is asked for again, shorter. If that is too long too, or fails, it is cut after a sentence. */
async function fit(
  deps: ReplyDependencies,
  job: ReplyJob,
  reply: string,
): Promise<{ reply: string; shortened: boolean }> {
  // The words before the first reply may cost one segment more, and no other.
  const before = job.opening ? `${job.opening}\n` : "";
  const max = job.assistant.max_segments;
  const limit = before === "" ? max : max + 1;
  const segments = countSegments(before + reply);
  if (segments <= limit) return { reply, shortened: false };
  // Only the second answer's words count; intent and flags stay those of the first.
  const second = await ask(deps, job, { more: shorterRule(reply, segments, max) }).catch(() => null);
  const shorter = second === null ? "" : wordsOf(second);
  if (shorter !== "" && countSegments(before + shorter) <= limit) return { reply: shorter, shortened: false };
  const longest = shorter || reply;
  const cut = cutToSegments(before + longest, limit).slice(before.length);
  return { reply: cut.trim() === "" ? cutToSegments(longest, max) : cut, shortened: true };
}

function resultOf(job: ReplyJob, answer: Partial<ReplyResult>): ReplyResult {
  return {
    job_id: job.job_id,
    lease_token: job.lease_token,
    conversation_id: job.conversation_id,
    assistant_id: job.assistant.id,
    through_seq: job.through_seq,
    user_id: job.user_id,
    greeting: job.greeting,
    calls: 0,
    reply: null,
    intent: null,
    end_conversation: false,
    opt_out: false,
    handoff: false,
    shortened: false,
    failure: null,
    ...answer,
  };
}
