/**
 * Twilio's request signature, written from its description and not with the twilio package: the product
 * verifies with that package, and a look-alike that shared its code could never disagree with it.
 *
 * https://www.twilio.com/docs/usage/security#validating-requests
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
import { createHmac } from "node:crypto";

/** Form fields in the order they are sent. A name may come more than once. */
export type Entries = readonly (readonly [name: string, value: string])[];

/**
 * The URL without its fragment. Connection overrides live in the fragment, and are never sent.
 *
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export function withoutFragment(url: string): string {
  const hash = url.indexOf("#");
  return hash === -1 ? url : url.slice(0, hash);
}

/** Those that a Webhook Setting may name. https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys */
export type Algorithm = "HMAC_SHA1" | "HMAC_SHA256";

const HASHES = { HMAC_SHA1: "sha1", HMAC_SHA256: "sha256" } as const;

/**
 * The value of `X-Twilio-Signature`: base64 of an HMAC over the exact URL (query string included) followed by every field's
 * name and value, names in code-unit order. It is keyed with the account's primary auth token and SHA-1, or with a SharedKey
 * and its Setting's algorithm, where a Webhook Rule matches. Only the hash differs.
 *
 * A repeated name counts once per distinct value, values sorted. The page does not say so; Twilio's servers do it
 * (https://github.com/twilio/twilio-python/issues/613, https://github.com/twilio/twilio-node/issues/722).
 * For a GET the fields are already in the URL, and `entries` is empty.
 *
 * No page says whether the fragment with the connection overrides is signed. Another emulator signs it, so both can be met
 * here: `faults.set({ signFragment: true })`.
 *
 * @example
 * signForm("12345", "https://example.com/myapp.php?foo=1&bar=2", [["Digits", "1234"]]);
 */
export function signForm(
  secret: string,
  url: string,
  entries: Entries,
  { algorithm = "HMAC_SHA1", fragment = false }: { algorithm?: Algorithm; fragment?: boolean } = {},
): string {
  const valuesByName = new Map<string, Set<string>>();
  for (const [name, value] of entries) {
    const values = valuesByName.get(name) ?? new Set<string>();
    valuesByName.set(name, values.add(value));
  }
  let signed = fragment ? url : withoutFragment(url);
  for (const name of [...valuesByName.keys()].sort()) {
    for (const value of [...(valuesByName.get(name) ?? [])].sort()) signed += name + value;
  }
  return createHmac(HASHES[algorithm], secret).update(signed, "utf8").digest("base64");
}
