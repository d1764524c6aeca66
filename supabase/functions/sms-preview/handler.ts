import { parseJson } from "../_shared/sms/http/body.ts";
import {
  type ModelsResponse,
  PreviewRequest,
  type PreviewResponse,
} from "../_shared/sms/contract/preview.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { ownerOf } from "../_shared/sms/http/owner.ts";
import type { Settings } from "../_shared/sms/settings.ts";
import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import type { ModelMemory } from "../_shared/sms/model/memory.ts";
import { allowedModel, type ModelServer } from "../_shared/sms/model/openai.ts";
import { composeReply, type ReplyDependencies } from "../_shared/sms/model/reply.ts";
import { routes } from "../_shared/sms/http/routes.ts";
import { countSegments, encodingOf } from "../_shared/sms/texts/segments.ts";
import { checkPreviewLimit } from "../_shared/sms/database/rate_limits.ts";
import { failureError } from "./failures.ts";
import { jobOf } from "./job.ts";

/** The largest request if a client writes every character as `\uXXXX`. */
const MAX_BODY_BYTES = 640 * 1024;

export interface PreviewDependencies extends Omit<ReplyDependencies, "model"> {
  readonly model: ModelServer;
  readonly functionName: string;
  readonly models: Pick<Settings["openai"], "model" | "models">;
  readonly memoryOf: (client: RpcClient) => ModelMemory;
}

/**
 * `POST /` answers a message with the worker's own code; nothing is stored or sent. `GET /` names the models that an
 * assistant may use.
 */
export function previewReplies(deps: PreviewDependencies): Handler {
  return routes(deps.functionName, {
    "/": {
      GET: (_request, context) => listModels(deps, context),
      POST: (request, context) => preview(deps, request, context),
    },
  });
}

async function listModels(deps: PreviewDependencies, context: Context): Promise<Response> {
  const { models: { model, models } } = deps;
  const memory = deps.memoryOf(context.supabaseAdmin);
  let known = await memory.recall();
  if (known.listing_due) {
    await deps.model.list(memory);
    known = await memory.recall();
  }
  const answer: ModelsResponse = {
    default_model: model,
    models: models.filter((name) => name !== model),
    ending: known.models.flatMap(({ model: name, shutdown_date, ends_soon: soon }) =>
      soon && shutdown_date !== null && [model, ...models].includes(name)
        ? [{ model: name, shutdown_date }]
        : []
    ),
  };
  return Response.json(answer);
}

async function preview(deps: PreviewDependencies, request: Request, context: Context): Promise<Response> {
  const asked = await parseJson(request, PreviewRequest, MAX_BODY_BYTES);
  const ownerId = ownerOf(context, asked.user_id);
  // Every call of the model costs the operator money.
  const isAnonymous = context.caller.kind === "user" && context.caller.isAnonymous === true;
  const timeZone = asked.assistant.time_zone ?? null;
  const minutesEast = await checkPreviewLimit(context.supabaseAdmin, { ownerId, isAnonymous, timeZone });
  const { failure, reply, ...result } = await composeReply(
    { ...deps, memory: deps.memoryOf(context.supabaseAdmin) },
    jobOf(ownerId, asked, minutesEast),
  );
  if (failure !== null) throw failureError(failure);
  const text = reply ?? "";
  const answer: PreviewResponse = {
    reply: text,
    intent: result.intent,
    end_conversation: result.end_conversation,
    opt_out: result.opt_out,
    handoff: result.handoff,
    shortened: result.shortened,
    segments: countSegments(text),
    encoding: encodingOf(text),
    model: allowedModel(deps.models, asked.assistant.model ?? null),
  };
  context.note({ outcome: "composed", segments: answer.segments, texts: asked.messages.length });
  return Response.json(answer);
}
