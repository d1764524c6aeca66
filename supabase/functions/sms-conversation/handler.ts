import { parseJson } from "../_shared/sms/http/body.ts";
import {
  ConversationListQuery,
  ConversationQuery,
  ConversationUpdateQuery,
  ConversationUpdateRequest,
} from "../_shared/sms/contract/conversation.ts";
import { changeConversation, listConversations, readConversation, referenceOf } from "./conversations.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { methodNotAllowed, notFound } from "../_shared/sms/http/errors.ts";
import { parseQuery, pathAfter } from "../_shared/sms/http/route.ts";
import type { TwilioMedia } from "./media.ts";
import type { ConversationReference } from "../_shared/sms/database/verbs/conversation.ts";
import { sendAttachment } from "./attachment.ts";

export interface ConversationDependencies {
  readonly functionName: string;
  readonly media: TwilioMedia;
}

const nothingThere = () => notFound("NOT_FOUND", "There is nothing at this path.");

/**
 * `GET /` the list · `GET /:id` one with its messages · `PATCH /:id` changes it · `GET /:id/media/:message/:n` an
 * attachment. `:id` is an id, or `phone-` or `conv_` and a contact's number.
 */
export function conversations(deps: ConversationDependencies): Handler {
  return async (request, context) => {
    const path = pathAfter(request, deps.functionName);
    const [id, word, message = "", n = ""] = path;
    if (id === undefined) return await list({ request, context });
    if (path.length === 1) return await one(id, { request, context });
    if (path.length === 4 && word === "media") {
      return await attachment(deps, { id, message, n }, { request, context });
    }
    throw nothingThere();
  };
}

interface Call {
  readonly request: Request;
  readonly context: Context;
}

async function list({ request, context }: Call): Promise<Response> {
  allow(request, ["GET"]);
  return Response.json(await listConversations(context.supabase, parseQuery(request, ConversationListQuery)));
}

async function one(id: string, { request, context }: Call): Promise<Response> {
  allow(request, ["GET", "PATCH"]);
  if (request.method === "GET") {
    const { from, ...page } = parseQuery(request, ConversationQuery);
    return Response.json(await readConversation(context.supabase, referenced(id, from), page));
  }
  const { from } = parseQuery(request, ConversationUpdateQuery);
  const reference = referenced(id, from);
  const changes = await parseJson(request, ConversationUpdateRequest);
  return Response.json(await changeConversation(context.supabase, reference, changes));
}

async function attachment(
  { media }: ConversationDependencies,
  named: { id: string; message: string; n: string },
  { request, context }: Call,
): Promise<Response> {
  allow(request, ["GET"]);
  const { from } = parseQuery(request, ConversationUpdateQuery);
  const wanted = {
    reference: referenced(named.id, from),
    message: named.message,
    attachment: named.n,
    accept: request.headers.get("accept"),
  };
  return await sendAttachment(media, wanted, context);
}

function allow(request: Request, methods: readonly string[]): void {
  if (!methods.includes(request.method)) throw methodNotAllowed(methods);
}

function referenced(id: string, from: string | undefined): ConversationReference {
  const reference = referenceOf(id, from);
  if (reference === null) throw nothingThere();
  return reference;
}
