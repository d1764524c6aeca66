/**
 * Whether an address leads to this project, and not to another project that has supabase-sms too. Who asks sends random bytes;
 * a function of ours answers with a keyed hash over them. Its key is the project's own secret key, which a restored copy of
 * the database has not: the project that was moved away from is another one. The answer tells nothing of the key, is of no use
 * for other bytes, and is a hash of nothing else in the world, because PURPOSE stands in front.
 */
export const CHALLENGE_HEADER = "x-supabase-sms-challenge";
export const PROOF_HEADER = "x-supabase-sms-proof";

const PURPOSE = "supabase-sms 1: does this address lead to this project?\n";
/** 32 random bytes. Any other text gets no answer. */
const CHALLENGE = /^[0-9a-f]{64}$/;
/** A project has one key or two. */
const MOST_KEYS = 8;

export function createChallenge(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

/** The challenge that a request carries; null if there is none, or what is there is none of ours. */
export function challengeOf({ headers }: Request): string | null {
  const given = headers.get(CHALLENGE_HEADER);
  return given !== null && CHALLENGE.test(given) ? given : null;
}

/** What a function answers: a proof by each key, because a key that is being replaced is not everywhere gone at once. */
export async function proofFor(challenge: string, secretKeys: Iterable<string>): Promise<string> {
  const keys = [...new Set(secretKeys)].filter((key) => key !== "").slice(0, MOST_KEYS);
  const proofs = await Promise.all(keys.map((key) => hmac(key, PURPOSE + challenge)));
  return proofs.sort().join(" "); // their order says nothing of the keys' names
}

/** Whether one of the keys that we have made one of these proofs. */
export async function provesThisProject(
  answered: string,
  challenge: string,
  secretKeys: Iterable<string>,
): Promise<boolean> {
  const ours = new Set((await proofFor(challenge, secretKeys)).split(" ").filter((proof) => proof !== ""));
  return answered.split(" ").some((proof) => ours.has(proof));
}

async function hmac(key: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", imported, encoder.encode(text))));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
