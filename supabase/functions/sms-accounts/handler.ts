import { parseJson } from "../_shared/sms/http/body.ts";
import { AccountSid } from "../_shared/sms/contract/common.ts";
import { ConnectAccountRequest } from "../_shared/sms/contract/accounts.ts";
import { type Context, type Handler, signedInUser } from "../_shared/sms/http/endpoint.ts";
import { methodNotAllowed, notFound } from "../_shared/sms/http/errors.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import { pathAfter } from "../_shared/sms/http/route.ts";
import { disconnectTwilioAccount, listAccounts } from "./verbs.ts";
import { connectAccount, type ConnectDependencies } from "./connect.ts";

/**
 * The Twilio accounts of whoever is signed in: `GET /`, `GET /:account_sid`, `POST /` connects one or renews its token,
 * `DELETE /:account_sid` disconnects one. No answer holds a token.
 */
export function manageAccounts(deps: ConnectDependencies & { readonly functionName: string }): Handler {
  return async (request, context) => {
    const [accountSid, ...rest] = pathAfter(request, deps.functionName);
    if (rest.length > 0) throw notFound("NOT_FOUND", "There is nothing at this path.");
    if (accountSid === undefined) {
      if (request.method === "GET") return await list(context);
      if (request.method === "POST") return await connect(deps, request, context);
      throw methodNotAllowed(["GET", "POST"]);
    }
    if (request.method === "GET") return await show(context, accountSid);
    if (request.method === "DELETE") return await disconnect(context, accountSid);
    throw methodNotAllowed(["GET", "DELETE"]);
  };
}

async function list(context: Context): Promise<Response> {
  const { accounts } = await listAccounts(context.supabase, null);
  context.note({ outcome: "listed" });
  return Response.json({ accounts });
}

async function show(context: Context, accountSid: string): Promise<Response> {
  refuseUnlessSid(accountSid);
  const { accounts: [account] } = await listAccounts(context.supabase, accountSid);
  context.note({ outcome: "shown" });
  return Response.json({ account });
}

async function connect(deps: ConnectDependencies, request: Request, context: Context): Promise<Response> {
  const ownerId = signedInUser(context);
  const input = await parseJson(request, ConnectAccountRequest);
  context.note({ account_sid: input.account_sid });
  const { account, known } = await connectAccount(deps, context.supabaseAdmin, { ownerId, request: input });
  context.note({ outcome: known ? "renewed" : "connected" });
  return Response.json({ account }, { status: known ? 200 : 201 });
}

async function disconnect(context: Context, accountSid: string): Promise<Response> {
  refuseUnlessSid(accountSid);
  const ownerId = signedInUser(context);
  context.note({ account_sid: accountSid });
  const { outcome } = await disconnectTwilioAccount(context.supabaseAdmin, ownerId, accountSid);
  context.note({ outcome });
  return Response.json({ account_sid: accountSid, disconnected: true });
}

/** What is no SID at all is an account that is not there, like any other. */
function refuseUnlessSid(accountSid: string): void {
  if (!AccountSid.safeParse(accountSid).success) refuse({ outcome: "ACCOUNT_NOT_FOUND" });
}
