import { RENAMED } from "./names.ts";

/**
 * Fields that answers have now and that the recorded build did not have: the name of an object, or of the table whose rows
 * were read, and the new field, such as `contact.note` or `sms_contacts.note`. They are taken out of an answer before it is
 * compared. Nothing else may be new.
 */
export const ADDED: readonly string[] = [];

/** The answer's body without the added fields. The request says which table's rows are in it, by its recorded name. */
export function withoutAdded<A extends { readonly request: string; readonly body: unknown }>(
  answer: A,
  added: readonly string[] = ADDED,
): A {
  const read = /rest\/v1\/(?!rpc\/)(\w+)/.exec(answer.request)?.[1] ?? "";
  return { ...answer, body: withoutFields(answer.body, added, RENAMED.tables[read] ?? read) };
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
