/** Who calls, by the headers of a request. */
import type { LocalUser } from "../../local/demo_tenant.ts";
import type { Stack } from "../../local/stack.ts";
import type { Caller } from "./steps.ts";

export interface Signed {
  stack: Stack;
  ada: LocalUser;
  bob: LocalUser;
  late: string;
}

export function headersOf(caller: Caller, { stack, ada, bob, late }: Signed): Record<string, string> {
  const apikey = stack.ready.publishableKey;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  switch (caller) {
    case "ada":
      return { apikey, ...bearer(ada.accessToken) };
    case "bob":
      return { apikey, ...bearer(bob.accessToken) };
    case "bob, too late":
      return { apikey, ...bearer(late) };
    case "ada's old app":
      return bearer(ada.accessToken);
    case "bob's old app":
      return bearer(bob.accessToken);
    case "nobody":
      return { apikey };
    case "operator":
      return { apikey: stack.ready.secretKey };
    case "worker":
      return { apikey: stack.workerKey };
    default:
      return {};
  }
}

export async function expiredToken(stack: Stack, { id }: LocalUser): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return await stack.signToken({
    sub: id,
    role: "authenticated",
    aud: "authenticated",
    iat: now - 7200,
    exp: now - 3600,
  });
}
