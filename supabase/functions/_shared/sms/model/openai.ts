import OpenAI from "openai";
import type { Settings } from "../settings.ts";
import { answerIn, unreadable } from "./answer.ts";
import { isTimeout, ModelError, modelFailure } from "./errors.ts";
import type { ModelMemory } from "./memory.ts";
import { type Quirk, shownBy } from "./quirks.ts";
import { ALL_OPTIONAL, buildRequest, type Built } from "./request.ts";
import type { ModelRequest, SmsReply } from "./shapes.ts";

export interface ReplyModel {
  /** @throws ModelError */
  reply(request: ModelRequest, memory?: ModelMemory): Promise<SmsReply>;
}

export interface ModelServer extends ReplyModel {
  /** Asks the server when its models are shut down, and keeps what it says. Without an answer nothing changes. */
  list(memory: ModelMemory): Promise<void>;
}

/** More than any server refuses one by one. */
const MOST_TRIES = 16;
const LISTING_TIMEOUT_MS = 5_000;

/**
 * A model on OpenAI's servers, or on the server that the settings name. It asks with everything, learns from what is refused,
 * and answers; what it has learned holds for the process, and for others through the memory.
 */
export function createReplyModel(settings: Settings["openai"], fetchWith: typeof fetch = fetch): ModelServer {
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
    async reply(request, memory) {
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
      const before = known.get(model) ?? new Set<Quirk>();
      try {
        const ask = (built: Built) =>
          client.chat.completions.create(built.body, { timeout: request.timeoutMs, signal });
        const { answer, quirks } = await askUntilTaken(ask, (so) => buildRequest(model, request, so), before);
        if (quirks.size > before.size) {
          learn(model, quirks);
          await memory?.remember(model, [...quirks].filter((quirk) => !before.has(quirk)));
        }
        // It began with the first call of this process, and has long ended as a rule.
        await listing;
        return answer;
      } catch (error) {
        throw ModelError.from(isTimeout(error, signal) ? new OpenAI.APIConnectionTimeoutError() : error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

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
async function askUntilTaken(
  ask: (built: Built) => Promise<unknown>,
  build: (quirks: ReadonlySet<Quirk>) => Built,
  known: ReadonlySet<Quirk>,
): Promise<{ answer: SmsReply; quirks: ReadonlySet<Quirk> }> {
  let quirks = known;
  for (let tries = 1;; tries++) {
    const built = build(quirks);
    let shown: readonly Quirk[];
    try {
      const answer = answerIn(await ask(built), built.schemaTold);
      if (typeof answer !== "string") return { answer, quirks };
      shown = [answer === "unreadable" ? "schema ignored" : "thinks"];
      if (answer === "unreadable" && built.schemaTold) throw unreadable();
      if (answer !== "unreadable" && quirks.has("thinks")) {
        throw new ModelError(modelFailure("MODEL_CUT_OFF", "The model thought for too long to answer"));
      }
    } catch (error) {
      const refused = shownBy(error, built.parts);
      if (refused === null) throw error;
      // A server that does not say what it refuses gets the least that can be asked.
      shown = refused.length > 0 ? refused : ALL_OPTIONAL;
      if (tries >= MOST_TRIES || shown.every((quirk) => quirks.has(quirk))) throw error;
    }
    quirks = new Set([...quirks, ...shown]);
  }
}

/** An assistant may name any model, but the operator pays and says which ones are allowed. */
export function allowedModel(
  settings: Pick<Settings["openai"], "model" | "models">,
  wanted: string | null,
): string {
  return wanted !== null && settings.models.includes(wanted) ? wanted : settings.model;
}
