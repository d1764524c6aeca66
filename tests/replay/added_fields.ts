import { RENAMED } from "./names.ts";

/**
 * Fields that answers have now and that the recorded build did not have: the name of an object, of the table whose rows
 * were read or of the verb that answered, and the new field, such as `contact.note` or `sms_contacts.note`. They are taken
 * out of an answer before it is compared. Nothing else may be new.
 */
export const ADDED: readonly string[] = ["sms_get_delivery.turn_in_ms", "sms_contacts.canonical_number"];

/** The answer's body without the added fields. The request says which table or verb it is of, by its recorded name. */
export function withoutAdded<A extends { readonly request: string; readonly body: unknown }>(
  answer: A,
  added: readonly string[] = ADDED,
): A {
  const [, verb, of = ""] = /rest\/v1\/(rpc\/)?(\w+)/.exec(answer.request) ?? [];
  const name = (verb ? RENAMED.verbs : RENAMED.tables)[of] ?? of;
  return { ...answer, body: withoutFields(answer.body, added, name) };
}

function withoutFields(value: unknown, added: readonly string[], name: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutFields(one, added, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field]) => !added.includes(`${name}.${field}`))
      .map(([field, one]) => [field, withoutFields(one, added, field)]),
  );
}
