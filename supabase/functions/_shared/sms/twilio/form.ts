import { readBounded, requireContentType } from "../http/body.ts";
import { badRequest } from "../http/errors.ts";

/** A form as the signature check needs it: a repeated field has all its values. */
export type TwilioForm = Readonly<Record<string, string | readonly string[]>>;

/** Twilio sends about 30. The signature check sorts all fields, so a stranger's form must not have thousands. */
const MAX_FIELDS = 1_000;

/**
 * Reads a form as Twilio posts it. Characters are kept as they came, for the signature.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, TOO_MANY_FIELDS
 */
export async function readForm(request: Request): Promise<TwilioForm> {
  requireContentType(request, "application/x-www-form-urlencoded");
  // Invalid UTF-8 becomes U+FFFD, with which no genuine signature agrees: Twilio posts valid UTF-8.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await readBounded(request));
  // No prototype: a field may have any name, `__proto__` too.
  const form: Record<string, string | string[]> = Object.create(null);
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > MAX_FIELDS) {
      throw badRequest("TOO_MANY_FIELDS", `The form has more than ${MAX_FIELDS} fields.`);
    }
    const before = form[name];
    if (before === undefined) form[name] = value;
    else form[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return form;
}

/** The first value of a field, or undefined. */
export function field(form: TwilioForm, name: string): string | undefined {
  const value = form[name];
  return typeof value === "string" ? value : value?.[0];
}
