import { ARGUMENTS } from "./codes.ts";
import { SmsError } from "./error.ts";

/** What supabase-js says of a call that the database refused. */
export interface RefusedCall {
  readonly code?: string;
  readonly message: string;
  readonly hint?: string | null;
}

type Given = Readonly<Record<string, unknown>>;

/**
 * The error of a verb whose arguments do not fit, in the words and with the codes of `sms_call_for`. Postgres names a value and
 * not the argument that it was given for, and PostgREST says only that it knows no such function.
 */
export function errorOfArguments(
  verb: string,
  args: Given,
  refused: RefusedCall,
): SmsError {
  // What is undefined is not sent.
  const given = Object.fromEntries(
    Object.entries(args).filter(([, value]) => value !== undefined),
  );
  const known = ARGUMENTS[verb];
  if (known !== undefined) {
    const unknown = Object.keys(given).find((name) =>
      !known.needs.includes(name) && !known.takes.includes(name)
    );
    if (unknown !== undefined) return unknownArgument(verb, unknown, refused);
    const missing = known.needs.find((name) => !(name in given));
    if (missing !== undefined) {
      return invalidArgument(verb, missing, { missing: true, cause: refused });
    }
  }
  if (refused.code === "PGRST202") {
    return new SmsError(
      "PGRST202",
      404,
      `The server has no ${verb} that takes these arguments. It may be older or newer than this client.`,
      { cause: refused },
    );
  }
  return invalidArgument(verb, misfitOf(given, refused), {
    missing: false,
    cause: refused,
  });
}

/** The same error where `sms_call_for` looked, and names the argument. */
export function errorOfNamed(
  verb: string,
  args: Given,
  { outcome, argument }: {
    readonly outcome: unknown;
    readonly argument: string;
  },
): SmsError {
  return outcome === "UNKNOWN_ARGUMENT" ? unknownArgument(verb, argument) : invalidArgument(verb, argument, {
    missing: args[argument] === undefined,
  });
}

const unknownArgument = (verb: string, argument: string, cause?: unknown) =>
  new SmsError(
    "UNKNOWN_ARGUMENT",
    400,
    `${verb} takes no argument ${argument}.`,
    {
      details: { argument },
      cause,
    },
  );

function invalidArgument(
  verb: string,
  argument: string | null,
  { missing, cause }: { readonly missing: boolean; readonly cause?: unknown },
): SmsError {
  const message = argument === null
    ? `${verb} cannot read one of its arguments: it is of a wrong type or form.`
    : missing
    ? `${verb} needs the argument ${argument}.`
    : `${verb} cannot read its argument ${argument}: it is of a wrong type or form.`;
  return new SmsError("INVALID_ARGUMENT", 400, message, {
    details: argument === null ? {} : { argument },
    cause,
  });
}

/** Which argument Postgres means: by the name in its hint, by the value that it quotes, or by a character that it cannot store. */
function misfitOf(given: Given, { message, hint }: RefusedCall): string | null {
  const names = Object.keys(given);
  const hinted = /key "(\w+)"/.exec(hint ?? "")?.[1];
  if (hinted !== undefined && names.includes(hinted)) return hinted;
  const quoted = /"([^]*)"/.exec(message)?.[1];
  if (quoted !== undefined) {
    const misfit = names.find((name) => says(given[name], quoted));
    if (misfit !== undefined) return misfit;
  }
  return names.find((name) => isUnstorable(JSON.stringify(given[name]) ?? "")) ?? null;
}

/** Whether a value, or one in a list, is what Postgres read. */
function says(value: unknown, quoted: string): boolean {
  if (Array.isArray(value) && value.some((one) => says(one, quoted))) {
    return true;
  }
  if (typeof value === "object" && value !== null) {
    return JSON.stringify(value) === quoted.replaceAll(/\s*\n\s*/g, "");
  }
  return String(value) === quoted;
}

/** NUL, and half of a pair of surrogates, as JSON writes them. */
const isUnstorable = (json: string): boolean => /\\u0000|\\ud[89a-f]/i.test(json);
