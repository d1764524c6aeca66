import OpenAI from "openai";
import { ContentFilterFinishReasonError, LengthFinishReasonError } from "openai/error";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import type { Settings } from "../settings.ts";
import { type Extra, isTimeout, ModelError, modelFailure, refusedExtra } from "./errors.ts";

export const INTENTS = [
  "appointment",
  "question",
  "complaint",
  "feedback",
  "support",
  "sales",
  "goodbye",
  "other",
] as const;

/** The shape of the model's answer. Anything else it says is ignored. */
export const SmsReply = z.object({
  reply: z.string().describe("The text message to send. Empty when nothing should be sent."),
  intent: z.enum(INTENTS).describe("What the contact's latest messages are about."),
  end_conversation: z.boolean().describe("True when the contact says goodbye or everything is settled."),
  opt_out: z.boolean().describe("True only when the contact asks to get no more messages."),
  handoff: z.boolean().describe("True when the contact asks for a person, or only a person can help."),
});
export type SmsReply = z.infer<typeof SmsReply>;

export interface ModelMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface ModelRequest {
  /** The assistant's own choice; taken only if the operator allows that model. */
  readonly model: string | null;
  readonly temperature: number | null;
  readonly messages: readonly ModelMessage[];
  /** A hash of the contact: lets the provider tell contacts apart without knowing who they are. */
  readonly safetyIdentifier: string;
  readonly cacheKey: string;
  /** Milliseconds for the whole call, body included. */
  readonly timeoutMs: number;
}

export interface ReplyModel {
  /** @throws ModelError */
  reply(request: ModelRequest): Promise<SmsReply>;
}

/** A model on OpenAI's servers, or on the server that the settings name. */
export function createReplyModel(settings: Settings["openai"], fetchWith: typeof fetch = fetch): ReplyModel {
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
  /** What the server refused, by model. It is left out from then on in this process. */
  const refused = new Map<string, ReadonlySet<Extra>>();

  return {
    async reply(request) {
      if (settings.apiKey === null) {
        throw new ModelError(modelFailure("MODEL_NOT_CONFIGURED", "OPENAI_API_KEY is not set"));
      }
      const model = allowedModel(settings, request.model);
      // Not `AbortSignal.timeout()`: its timer lives on after the answer, and keeps what belongs to the call.
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), request.timeoutMs);
      const { signal } = limit;
      const client = connect(settings.apiKey);
      try {
        while (true) {
          const without = refused.get(model) ?? new Set<Extra>();
          try {
            const call = { client, model, request, signal, without };
            return await (without.has("strict schema") ? askForJson(call) : askWithSchema(call));
          } catch (error) {
            const extra = refusedExtra(error);
            if (extra === null || without.has(extra)) throw error;
            refused.set(model, new Set([...without, extra]));
          }
        }
      } catch (error) {
        throw ModelError.from(isTimeout(error, signal) ? new OpenAI.APIConnectionTimeoutError() : error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

interface Call {
  readonly client: OpenAI;
  readonly model: string;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  readonly without: ReadonlySet<Extra>;
}

/** An assistant may name any model, but the operator pays and says which ones are allowed. */
export function allowedModel(
  settings: Pick<Settings["openai"], "model" | "models">,
  wanted: string | null,
): string {
  return wanted !== null && settings.models.includes(wanted) ? wanted : settings.model;
}

/** Made once, and not before it is needed: making it takes a quarter of a call's CPU time. */
let strict: ReturnType<typeof zodResponseFormat<typeof SmsReply>> | undefined;
const strictSchema = () => strict ??= zodResponseFormat(SmsReply, "sms_reply");

async function askWithSchema(call: Call): Promise<SmsReply> {
  const completion = await call.client.chat.completions.parse({
    ...commonParameters(call),
    response_format: strictSchema(),
  }, { timeout: call.request.timeoutMs, signal: call.signal });
  const choice = completion.choices[0];
  if (choice?.message.refusal) {
    throw new ModelError(modelFailure("MODEL_REFUSED", "The model refused to answer"));
  }
  // Checked again: what the SDK parsed came from outside.
  return SmsReply.parse(choice?.message.parsed);
}

let instruction: string | undefined;
const jsonInstruction = () =>
  instruction ??= `Answer with one JSON object and nothing else, according to this JSON schema:\n${
    JSON.stringify(z.toJSONSchema(SmsReply))
  }`;

/** For servers that know `json_object` at most. */
async function askForJson(call: Call): Promise<SmsReply> {
  const { messages, ...parameters } = commonParameters(call);
  const completion = await call.client.chat.completions.create({
    ...parameters,
    messages: [...messages, { role: "system", content: jsonInstruction() }],
    response_format: { type: "json_object" },
  }, { timeout: call.request.timeoutMs, signal: call.signal });
  const choice = completion.choices[0];
  if (choice?.message.refusal) {
    throw new ModelError(modelFailure("MODEL_REFUSED", "The model refused to answer"));
  }
  if (choice?.finish_reason === "length") throw new LengthFinishReasonError();
  if (choice?.finish_reason === "content_filter") throw new ContentFilterFinishReasonError();
  const content = (choice?.message.content ?? "").replace(/^\s*```(?:json)?|```\s*$/g, "");
  return SmsReply.parse(JSON.parse(content));
}

function commonParameters({ model, request, without }: Call) {
  return {
    model,
    messages: request.messages.map((message) => ({ ...message })),
    ...(request.temperature === null || without.has("temperature")
      ? {}
      : { temperature: request.temperature }),
    safety_identifier: request.safetyIdentifier,
    prompt_cache_key: request.cacheKey,
    store: false,
  };
}
