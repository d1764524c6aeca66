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
 * The URL without its fragment. Connection overrides live in the fragment, are never sent, and are not signed.
 *
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export function withoutFragment(url: string): string {
  const hash = url.indexOf("#");
  return hash === -1 ? url : url.slice(0, hash);
}

/**
 * The value of `X-Twilio-Signature`: base64 of HMAC-SHA1, keyed with the account's primary auth token, over the
 * exact URL (query string included) followed by every field's name and value, names in code-unit order.
 *
 * A repeated name counts once per distinct value, values sorted. The page does not say so; Twilio's servers do it
 * (https://github.com/twilio/twilio-python/issues/613, https://github.com/twilio/twilio-node/issues/722).
 * For a GET the fields are already in the URL, and `entries` is empty.
 *
 * @example
 * signForm("12345", "https://example.com/myapp.php?foo=1&bar=2", [["Digits", "1234"]]);
 */
export function signForm(token: string, url: string, entries: Entries): string {
  const valuesByName = new Map<string, Set<string>>();
  for (const [name, value] of entries) {
    const values = valuesByName.get(name) ?? new Set<string>();
    valuesByName.set(name, values.add(value));
  }
  let signed = withoutFragment(url);
  for (const name of [...valuesByName.keys()].sort()) {
    for (const value of [...(valuesByName.get(name) ?? [])].sort()) signed += name + value;
  }
  return createHmac("sha1", token).update(signed, "utf8").digest("base64");
}
