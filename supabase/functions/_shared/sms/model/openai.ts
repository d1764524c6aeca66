import OpenAI from "openai";
import type { Settings } from "../settings.ts";
import { answerIn, unreadable } from "./answer.ts";
import { isTimeout, ModelError, modelFailure } from "./errors.ts";
import type { ModelMemory } from "./memory.ts";
import {
  forNow,
  imagePart,
  isForNow,
  isThisTime,
  nameOf,
  type Quirk,
  saidIn,
  shownBy,
  thisTime,
  TOO_LONG,
} from "./quirks.ts";
import { ALL_OPTIONAL, buildRequest, type Built } from "./request.ts";
import {
  type AnswerShape,
  DECISION,
  type Decision,
  type ModelRequest,
  REPLY,
  type SmsReply,
} from "./shapes.ts";

export type OnAgain = (wasAnswered: boolean) => void;

export interface ReplyModel {
  /**
   * @param onAgain called before each further call of the server, after one that taught something; `wasAnswered`: it was
   * answered, and so it was paid for
   * @throws ModelError
   */
  reply(request: ModelRequest, memory?: ModelMemory, onAgain?: OnAgain): Promise<SmsReply>;
  /** False for a model that is known to take no images: none need be loaded for it. Absent: they are. */
  takesImages?(model: string | null): boolean;
}

/** The model that says whether a text is an opt-out. */
export interface DecisionModel {
  /** As `reply()`. @throws ModelError */
  decide(request: ModelRequest, memory?: ModelMemory, onAgain?: OnAgain): Promise<Decision>;
}

export interface ModelServer extends ReplyModel, DecisionModel {
  /** Asks the server when its models are shut down, and keeps what it says. Without an answer nothing changes. */
  list(memory: ModelMemory): Promise<void>;
}

/** More than any server refuses one by one. */
const MOST_TRIES = 16;
const LISTING_TIMEOUT_MS = 5_000;
/** How long this process asks with the least after a refusal that named nothing. */
const LEAST_FOR_MS = 60 * 60_000;

/**
 * A model on OpenAI's servers, or on the server that the settings name. It asks with everything, learns from what is refused,
 * and answers; what it has learned holds for the process, and for others through the memory.
 */
export function createReplyModel(
  settings: Settings["openai"],
  fetchWith: typeof fetch = fetch,
  now: () => number = Date.now,
): ModelServer {
  let client: OpenAI | undefined;
  // The SDK must not retry, because the job does. It must not log, because its debug log shows messages.
  const connect = (apiKey: string) =>
    client ??= new OpenAI({
      apiKey,
      baseURL: settings.baseUrl,
      maxRetries: 0,
      logLevel: "off",
      fetch: fetchWith,
    });
  const known = new Map<string, ReadonlySet<Quirk>>();
  const learn = (model: string, quirks: Iterable<Quirk>) =>
    known.set(model, new Set([...known.get(model) ?? [], ...quirks]));
  const leastUntil = new Map<string, number>();
  const knownOf = (model: string): ReadonlySet<Quirk> =>
    new Set([
      ...known.get(model) ?? [],
      ...(leastUntil.get(model) ?? 0) > now() ? ALL_OPTIONAL.map(forNow) : [],
    ]);
  /** The replies that learn something of a model just now, the first of each. */
  const learners = new Map<string, Promise<void>>();
  let recalled: Promise<void> | undefined;
  let listing: Promise<void> | undefined;
  const recall = async (client: OpenAI, memory: ModelMemory) => {
    const { models, listing_due: due } = await memory.recall();
    for (const { model, quirks } of models) learn(model, quirks);
    if (due) listing = listModels(client, settings, memory);
  };

  return {
    async list(memory) {
      if (settings.apiKey !== null) await listModels(connect(settings.apiKey), settings, memory);
    },
    takesImages: (wanted) => !knownOf(allowedModel(settings, wanted)).has("images"),
    reply: (request, memory, onAgain) => answer(request, REPLY, { memory, onAgain }),
    decide: (request, memory, onAgain) => answer(request, DECISION, { memory, onAgain }),
  };

  async function answer<T>(
    request: ModelRequest,
    shape: AnswerShape<T>,
    { memory, onAgain }: { memory: ModelMemory | undefined; onAgain: OnAgain | undefined },
  ): Promise<T> {
    if (settings.apiKey === null) {
      throw new ModelError(modelFailure("MODEL_NOT_CONFIGURED", "OPENAI_API_KEY is not set"));
    }
    const client = connect(settings.apiKey);
    const model = allowedModel(settings, request.model);
    if (memory) await (recalled ??= recall(client, memory));
    // Not `AbortSignal.timeout()`: its timer lives on after the answer, and keeps what belongs to the call.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), request.timeoutMs);
    const { signal } = limit;
    const before = knownOf(model);
    const learned = Promise.withResolvers<void>();
    /** Who is refused while another learns waits, and reads what that one has learned. */
    const askOthers = async () => {
      const learner = learners.get(model);
      if (learner === undefined) learners.set(model, learned.promise);
      else await Promise.race([learner, ended(signal)]);
      return knownOf(model);
    };
    let calls = 0;
    let wasAnswered = false;
    try {
      const ask = async (built: Built) => {
        if (++calls > 1) onAgain?.(wasAnswered);
        wasAnswered = false;
        const given = await client.chat.completions.create(built.body, {
          timeout: request.timeoutMs,
          signal,
        });
        wasAnswered = true;
        return given;
      };
      const build = (known: ReadonlySet<Quirk>) => buildRequest(model, request, { known, shape });
      const { answer, quirks } = await askUntilTaken(ask, { build, known: before, askOthers, shape });
      const already = knownOf(model);
      const shown = [...quirks].filter((quirk) => !already.has(quirk));
      if (shown.some(isForNow)) leastUntil.set(model, now() + LEAST_FOR_MS);
      const lasting = shown.filter((quirk) => !isForNow(quirk) && !isThisTime(quirk));
      if (lasting.length > 0) {
        learn(model, lasting);
        learned.resolve();
        await memory?.remember(model, lasting);
      }
      // It began with the first call of this process, and has long ended as a rule.
      await listing;
      return answer;
    } catch (error) {
      throw ModelError.from(isTimeout(error, signal) ? new OpenAI.APIConnectionTimeoutError() : error);
    } finally {
      clearTimeout(timer);
      learned.resolve();
      if (learners.get(model) === learned.promise) learners.delete(model);
    }
  }
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

/** Which models are shut down when. Servers that do not say so, or have no list, are left alone. */
async function listModels(
  client: OpenAI,
  { model, models }: Settings["openai"],
  memory: ModelMemory,
): Promise<void> {
  const used = new Set([model, ...models]);
  try {
    const { data } = await client.models.list({ timeout: LISTING_TIMEOUT_MS });
    const listed = data.filter(({ id }) => used.has(id));
    await memory.list(listed.map(({ id, shutdown_date: date }) => ({
      model: id,
      shutdown_date: /^\d{4}-\d{2}-\d{2}$/.test(date ?? "") ? date ?? null : null,
    })));
  } catch {
    // The next isolate tries again in an hour.
  }
}

/**
 * Asks, and asks again without what was refused. What a try shows counts only if the server then answers, so that a failure
 * for another reason teaches nothing.
 */
async function askUntilTaken<T>(
  ask: (built: Built) => Promise<unknown>,
  { build, known, askOthers, shape }: {
    build: (quirks: ReadonlySet<Quirk>) => Built;
    known: ReadonlySet<Quirk>;
    askOthers: () => Promise<ReadonlySet<Quirk>>;
    shape: AnswerShape<T>;
  },
): Promise<{ answer: T; quirks: ReadonlySet<Quirk> }> {
  let quirks = known;
  let unnamed = 0;
  for (let tries = 1;; tries++) {
    const built = build(quirks);
    try {
      const answer = answerIn(await ask(built), built.schemaTold, shape);
      if (answer !== "unreadable" && answer !== "thought too long") return { answer, quirks };
      if (answer === "unreadable" && built.schemaTold) throw unreadable();
      if (answer !== "unreadable" && [...quirks].map(nameOf).includes("thinks")) {
        throw new ModelError(modelFailure("MODEL_CUT_OFF", "The model thought for too long to answer"));
      }
      const shown = answer === "unreadable" ? "schema ignored" : "thinks";
      // Where the effort was left out for this call, that may be why it thinks.
      quirks = new Set([...quirks, [...quirks].some(isThisTime) ? thisTime(shown) : shown]);
    } catch (error) {
      const shown = shownBy(error, built.parts);
      if (shown === null || tries >= MOST_TRIES) throw error;
      const told = tries === 1 ? await askOthers() : quirks;
      if ([...told].some((quirk) => !quirks.has(quirk))) {
        quirks = told;
        continue;
      }
      const next = shown.length > 0
        ? new Set([...quirks, ...shown])
        : afterNoName(error, { built, quirks, times: unnamed += 1 });
      if (next === null || shown.length > 0 && next.size === quirks.size) throw error;
      quirks = next;
    }
  }
}

/**
 * What is known for the next try after a refusal that names nothing; null where there is none. It may have been a hitch, so the
 * first time nothing is left out. Then the least is asked, and at last the least without images, which shows nothing.
 */
function afterNoName(
  error: unknown,
  { built, quirks, times }: { built: Built; quirks: ReadonlySet<Quirk>; times: number },
): ReadonlySet<Quirk> | null {
  const isTooLarge = error instanceof OpenAI.APIError &&
    (error.status === 413 || TOO_LONG.test(saidIn(error)));
  if (times === 1 && !isTooLarge) return quirks;
  const left = new Set([...quirks].map(nameOf));
  const least = ALL_OPTIONAL.filter((name) => !left.has(name));
  if (least.length > 0 && !isTooLarge) return new Set([...quirks, ...least.map(forNow)]);
  if (!built.parts.includes(imagePart)) return null;
  const guessed = [...quirks].map((quirk) => isForNow(quirk) ? thisTime(nameOf(quirk)) : quirk);
  return new Set([...guessed, thisTime("images")]);
}

/** An assistant may name any model, but the operator pays and says which ones are allowed. */
export function allowedModel(
  settings: Pick<Settings["openai"], "model" | "models">,
  wanted: string | null,
): string {
  return wanted !== null && settings.models.includes(wanted) ? wanted : settings.model;
}
