import { createECDH, createHmac } from "node:crypto";
import { exportJWK, importJWK, type JWK } from "jose";

/** The keys of one local stack, in the shapes in which the hosted platform gives them to functions. */
export interface ProjectKeys {
  publishable: { default: string };
  /** The worker has a key of its own, so that its key opens nothing else when it leaks from a cron job. */
  secret: { default: string; worker: string };
  /** The public half, as in SUPABASE_JWKS. */
  jwks: { keys: JWK[] };
  signingKey: { kid: string; privateKey: CryptoKey; publicKey: CryptoKey };
  /** What @supabase/lite signs its own tokens with; never leaves the gateway. */
  liteSecret: string;
  /** SMS_CREDENTIALS_KEY where the environment has none: 32 bytes, base64. */
  credentialsKey: string;
  /** The default account of the carrier look-alike. */
  carrier: { accountSid: string; authToken: string };
}

/**
 * Derives all keys from one secret of the stack, so that a database that is kept and a client that was configured
 * yesterday still fit together after a restart.
 */
export async function deriveKeys(seed: string): Promise<ProjectKeys> {
  const derive = (purpose: string) => createHmac("sha256", seed).update(purpose).digest();
  // `sb_secret_` + 22 characters + `_` + 8 characters of checksum, as on the platform.
  const apiKey = (type: "publishable" | "secret", name: string) => {
    const random = derive(`${type} ${name}`).toString("base64url").replaceAll(/[_-]/g, "x");
    return `sb_${type}_${random.slice(0, 22)}_${random.slice(22, 30)}`;
  };
  const signingKey = await deriveSigningKey(derive("signing key"));
  const publicJwk = {
    ...await exportJWK(signingKey.publicKey),
    kid: signingKey.kid,
    alg: "ES256",
    use: "sig",
  };
  return {
    publishable: { default: apiKey("publishable", "default") },
    secret: { default: apiKey("secret", "default"), worker: apiKey("secret", "worker") },
    jwks: { keys: [publicJwk] },
    signingKey,
    liteSecret: derive("lite").toString("hex"),
    credentialsKey: derive("credentials").toString("base64"),
    carrier: {
      accountSid: `AC${derive("account").toString("hex").slice(0, 32)}`,
      authToken: derive("auth token").toString("hex").slice(0, 32),
    },
  };
}

/** Any 32 bytes below the order of P-256 are a private key, which all but one in 2^32 are. */
async function deriveSigningKey(secret: Uint8Array): Promise<ProjectKeys["signingKey"]> {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey(); // 0x04, x, y
  const publicJwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const privateJwk = { ...publicJwk, d: curve.getPrivateKey().toString("base64url") };
  const [publicKey, privateKey] = await Promise.all([
    importJWK({ ...publicJwk, ext: true }, "ES256"),
    importJWK(privateJwk, "ES256"),
  ]);
  if (!(publicKey instanceof CryptoKey) || !(privateKey instanceof CryptoKey)) {
    throw new Error("not an EC key");
  }
  return {
    kid: createHmac("sha256", "kid").update(publicJwk.x).digest("hex").slice(0, 16),
    privateKey,
    publicKey,
  };
}
