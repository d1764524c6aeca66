/**
 * Fields that answers have now and that the recorded build did not have: the name of an object and that of its new field,
 * such as `contact.note`. They are taken out of an answer before it is compared. Nothing else may be new.
 */
export const ADDED: readonly string[] = [];

/** The same value without the added fields, at any depth. */
export function withoutAdded(value: unknown, added: readonly string[] = ADDED, name = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutAdded(one, added, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field]) => !added.includes(`${name}.${field}`))
      .map(([field, one]) => [field, withoutAdded(one, added, field)]),
  );
}
