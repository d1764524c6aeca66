import { parseJson } from "../_shared/sms/http/body.ts";
import { AccountSid } from "../_shared/sms/contract/common.ts";
import { ConnectAccountRequest, SharedKeyId } from "../_shared/sms/contract/accounts.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { signedInUser } from "../_shared/sms/http/owner.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import { routes } from "../_shared/sms/http/routes.ts";
import { disconnectTwilioAccount, listAccounts, removeSharedKey } from "./verbs.ts";
import { connectAccount, type ConnectDependencies } from "./connect.ts";

/**
 * The signed-in user's Twilio accounts: `GET /`, `GET /:account_sid`, `POST /` connects one or renews its token,
 * `DELETE /:account_sid` disconnects one, `DELETE /:account_sid/shared-keys/:key_id` forgets a SharedKey. No answer holds a token
 * or a secret.
 */
export function manageAccounts(deps: ConnectDependencies & { readonly functionName: string }): Handler {
  return routes(deps.functionName, {
    "/": {
      GET: (_request, context) => list(context),
      POST: (request, context) => connect(deps, request, context),
    },
    "/:accountSid": {
      GET: (_request, context, { accountSid }) => show(context, accountSid),
      DELETE: (_request, context, { accountSid }) => disconnect(context, accountSid),
    },
    "/:accountSid/shared-keys/:keyId": {
      DELETE: (_request, context, { accountSid, keyId }) => remove(context, accountSid, keyId),
    },
  });
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

async function remove(context: Context, accountSid: string, keyId: string): Promise<Response> {
  refuseUnlessSid(accountSid);
  if (!SharedKeyId.safeParse(keyId).success) refuse({ outcome: "SHARED_KEY_NOT_FOUND" });
  const owner_id = signedInUser(context);
  context.note({ account_sid: accountSid });
  const { outcome } = await removeSharedKey(context.supabaseAdmin, {
    owner_id,
    account_sid: accountSid,
    key_id: keyId,
  });
  context.note({ outcome });
  return Response.json({ account_sid: accountSid, key_id: keyId, removed: true });
}

/** A malformed SID is answered like an account that is not there. */
function refuseUnlessSid(accountSid: string): void {
  if (!AccountSid.safeParse(accountSid).success) refuse({ outcome: "ACCOUNT_NOT_FOUND" });
}
