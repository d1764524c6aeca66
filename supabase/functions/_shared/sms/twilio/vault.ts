import { compactDecrypt, CompactEncrypt, decodeProtectedHeader } from "jose";
import { z } from "zod";
import { sha256Hex } from "../hash.ts";

const Payload = z.object({
  account_sid: z.string(),
  auth_token: z.string().min(1),
  /** Of a SharedKey or an API key: its id. */
  key: z.string().optional(),
});
export type Credential = z.infer<typeof Payload>;

export interface CredentialsVault {
  /** @returns a JWE compact string; the AccountSid is inside it */
  seal(credential: Credential): Promise<string>;
  /**
   * @param key the id of the SharedKey or API key whose secret it is; none for an auth token
   * @returns the auth token or secret
   * @throws Error when no key fits, the string was altered, or it was sealed for another account or another key
   */
  open(sealed: string, accountSid: string, key?: string): Promise<string>;
  /** Whether a token is sealed with the current key; false for a string that is not a sealed token. */
  isCurrent(sealed: string): Promise<boolean>;
}

interface Key {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/**
 * Seals Twilio's auth tokens and the secrets of its keys (JWE: `dir`, A256GCM). The header has the key's id, so that keys can be rotated:
 * put the new one first in SMS_CREDENTIALS_KEY and keep the old ones behind it until everything was sealed again.
 * The AccountSid and the key's id are sealed with it and compared, so that a secret copied to another row does not open.
 */
export function createVault(keyBytes: readonly Uint8Array<ArrayBuffer>[]): CredentialsVault {
  let keys: Promise<Key[]> | undefined;
  const allKeys = () =>
    keys ??= Promise.all(keyBytes.map(async (bytes) => ({ id: await keyId(bytes), bytes })));
  return {
    async seal(credential) {
      const [current] = await allKeys();
      if (!current) throw new Error("SMS_CREDENTIALS_KEY is not set");
      return await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(credential)))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: current.id })
        .encrypt(current.bytes);
    },
    async open(sealed, accountSid, name) {
      const { kid } = decodeProtectedHeader(sealed);
      const key = (await allKeys()).find((candidate) => candidate.id === kid);
      if (!key) {
        throw new Error(
          keyBytes.length === 0 ? "SMS_CREDENTIALS_KEY is not set" : "SMS_CREDENTIALS_KEY lacks the key used",
        );
      }
      const { plaintext } = await compactDecrypt(sealed, key.bytes, {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
      });
      const payload = Payload.parse(JSON.parse(new TextDecoder().decode(plaintext)));
      if (payload.account_sid !== accountSid) {
        throw new Error("The credential was sealed for another account");
      }
      if (payload.key !== name) throw new Error("The credential was sealed for another key");
      return payload.auth_token;
    },
    async isCurrent(sealed) {
      const [current] = await allKeys();
      try {
        return current !== undefined && decodeProtectedHeader(sealed).kid === current.id;
      } catch {
        // Not a JWE: open() says so.
        return false;
      }
    },
  };
}

/** The first 8 bytes of the key's SHA-256: tells keys apart and gives nothing away. The database compares it with JWE headers. */
export async function keyId(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return (await sha256Hex(bytes)).slice(0, 16);
}
