import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { ProjectKeys } from "../keys.ts";

/** https://docs.postgrest.org/en/v13/references/errors.html#pgrst3 */
export interface TokenRefusal {
  code: "PGRST301" | "PGRST303";
  message: string;
}

/**
 * Translates between the tokens of the outside world (ES256 with a `kid`, as a project with signing keys issues
 * them and `@supabase/server` demands) and those of `@supabase/lite` (HS256 without one).
 */
export class TokenExchange {
  #liteKey: Uint8Array;
  /** Verifying costs more than a query: the last thousand callers are remembered, until their token ends. */
  #known = new Map<string, { token: string; expires: number }>();

  constructor(private readonly keys: ProjectKeys) {
    this.#liteKey = new TextEncoder().encode(keys.liteSecret);
  }

  /** A token that the outside can verify with SUPABASE_JWKS, for one that lite has just issued. */
  async outward(liteToken: string): Promise<string> {
    const { payload } = await jwtVerify(liteToken, this.#liteKey, { algorithms: ["HS256"] });
    const { kid, privateKey } = this.keys.signingKey;
    return await new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid, typ: "JWT" }).sign(privateKey);
  }

  /** The token lite accepts, for one of ours; for anything else, what PostgREST says about it. */
  async inward(token: string): Promise<{ token: string } | { refused: TokenRefusal }> {
    const now = Math.floor(Date.now() / 1000);
    const known = this.#known.get(token);
    if (known && known.expires > now) return known;
    const verified = await this.#verify(token);
    if ("refused" in verified) return verified;
    const { payload } = verified;
    const liteToken = await new SignJWT(payload).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(
      this.#liteKey,
    );
    this.#remember(token, { token: liteToken, expires: payload.exp ?? now });
    return { token: liteToken };
  }

  async #verify(token: string): Promise<{ payload: JWTPayload } | { refused: TokenRefusal }> {
    try {
      // Nothing but ES256: what lite signed itself must not come in by the front door.
      return await jwtVerify(token, this.keys.signingKey.publicKey, { algorithms: ["ES256"] });
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        return { refused: { code: "PGRST303", message: "JWT expired" } };
      }
      if (error instanceof errors.JOSEError || error instanceof TypeError) {
        return { refused: { code: "PGRST301", message: "No suitable key or wrong key type" } };
      }
      throw error;
    }
  }

  #remember(token: string, value: { token: string; expires: number }): void {
    if (this.#known.size >= 1000) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(token, value);
  }
}
