import { type Kysely, sql } from "kysely";

/** What `@supabase/lite` knows of a request when it opens its transaction. */
interface RequestContext {
  auth?: { role?: string; uid?: string | null; jwt?: unknown };
}

interface RpcContext {
  method: string;
  path: string;
  requestHeaders?: Record<string, string>;
}

/**
 * The role and the claims of a request, in one statement as PostgREST does it. lite takes six round trips for this
 * and five for the next, which is most of what a short call costs.
 */
export async function applyClaims(transaction: Kysely<unknown>, { auth }: RequestContext): Promise<void> {
  const role = auth?.role || "anon";
  const claims = typeof auth?.jwt === "object" && auth.jwt !== null ? auth.jwt : { role };
  await sql`select set_config('role', ${role}, true),
    set_config('request.jwt.claim.sub', ${auth?.uid ?? ""}, true),
    set_config('request.jwt.claim.role', ${role}, true),
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`.execute(transaction);
}

/** What a function may read about the request that called it, and may set for its answer. */
export async function applyRequest(transaction: Kysely<unknown>, request: RpcContext): Promise<void> {
  await sql`select set_config('response.status', '', true),
    set_config('response.headers', '', true),
    set_config('request.method', ${request.method}, true),
    set_config('request.path', ${request.path}, true),
    set_config('request.headers', ${JSON.stringify(request.requestHeaders ?? {})}, true)`.execute(
    transaction,
  );
}
