/**
 * `auth.admin.createUser()`, for a server's script that is tried on the local stack: lite has no admin API, so the user
 * signs up. https://supabase.com/docs/reference/javascript/auth-admin-createuser
 */
import { z } from "zod";
import type { ProjectKeys } from "../keys.ts";
import type { Lite } from "./lite.ts";

const ADMIN = "/auth/v1/admin/";

/** E-mails are confirmed at once here, whatever `email_confirm` says. */
const NewUser = z.strictObject({
  email: z.string(),
  password: z.string().optional(),
  email_confirm: z.boolean().optional(),
  user_metadata: z.record(z.string(), z.unknown()).optional(),
});

const SignUp = z.object({ user: z.record(z.string(), z.unknown()) });
const Refusal = z.object({ error_code: z.string() });

/** Whether a request is for Auth's admin API with the key that opens it; other callers are refused by lite. */
export function isAdminRequest(request: Request, url: URL, { secret }: ProjectKeys): boolean {
  // A user's token beside the key says who asks, as on the platform.
  const isUser = /^Bearer (?!sb_)/i.test(request.headers.get("authorization") ?? "");
  return url.pathname.startsWith(ADMIN) && request.headers.get("apikey") === secret.default && !isUser;
}

export async function adminRoute(
  request: Request,
  url: URL,
  { lite, keys }: { lite: Lite; keys: ProjectKeys },
): Promise<Response> {
  const body: unknown = await request.json().catch(() => null);
  if (request.method !== "POST" || url.pathname !== `${ADMIN}users`) {
    return refusal(501, "not_implemented", "The local stack has only createUser() of Auth's admin API");
  }
  const given = NewUser.safeParse(body);
  if (!given.success) {
    const fields = "email, password, email_confirm and user_metadata";
    return refusal(400, "validation_failed", `createUser() of the local stack takes ${fields}`);
  }
  const { email, password = crypto.randomUUID(), user_metadata = {} } = given.data;
  const answer = await lite.fetch(
    new Request(new URL("/auth/v1/signup", url), {
      method: "POST",
      headers: { apikey: keys.publishable.default, "content-type": "application/json" },
      body: JSON.stringify({ email, password, data: user_metadata }),
    }),
  );
  // Not the session: only the user gets one, by signing in.
  if (answer.ok) return Response.json(SignUp.parse(await answer.json()).user);
  const refused = Refusal.safeParse(await answer.clone().json().catch(() => null));
  if (refused.data?.error_code !== "user_already_exists") return answer;
  await answer.body?.cancel();
  return refusal(422, "email_exists", "A user with this email address has already been registered");
}

function refusal(status: number, error_code: string, msg: string): Response {
  return Response.json({ code: status, error_code, msg }, {
    status,
    headers: { "x-sb-error-code": error_code },
  });
}
