import type { Verb } from "../rpc.ts";
import type { Database } from "../types.ts";

/** A call as Postgres takes it: text with placeholders, and their values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

type Args<V extends Verb> = Database["public"]["Functions"][V]["Args"];
type Arrays<V extends Verb> = {
  [Name in keyof Args<V>]-?: NonNullable<Args<V>[Name]> extends readonly string[] ? Name : never;
}[keyof Args<V>];
type VerbWithArrays = {
  [V in Verb]: Args<V> extends Record<string, never> ? never : [Arrays<V>] extends [never] ? never : V;
}[Verb];

/**
 * The arguments that Postgres takes as an array. Every other JavaScript array is `jsonb`. The compiler compares this list
 * with the verbs of the migrations, in both directions.
 */
const ARRAYS: { [V in VerbWithArrays]: Record<Arrays<V>, true> } = {
  sms_claim_deliveries: { message_ids: true },
  sms_create_broadcast: { media_urls: true, to_numbers: true },
  sms_create_broadcast_for: { media_urls: true, to_numbers: true },
  sms_create_message: { media_urls: true },
  sms_create_message_for: { media_urls: true },
  sms_filter_unassigned_numbers: { numbers: true },
  sms_record_wake: { key_ids: true },
  sms_recall_models: { allowed_models: true },
  sms_save_event_endpoint: { types: true },
};

const isArray = (verb: string, name: string): boolean =>
  name in ((ARRAYS as Record<string, Record<string, true>>)[verb] ?? {});

const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Postgres infers the type of each placeholder from the verb, so that a verb is called as the API calls it: by the names of
 * its arguments, and what is not given has its default.
 */
export function verbStatement(verb: string, args: Readonly<Record<string, unknown>>): Statement {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  for (const name of [verb, ...given.map(([name]) => name)]) {
    if (!NAME.test(name)) {
      throw new TypeError("A verb or an argument has a name that Postgres would have to quote");
    }
  }
  const placeholders = given.map(([name], index) => `${name} => $${index + 1}`);
  return {
    text: `select public.${verb}(${placeholders.join(", ")}) as answer`,
    values: given.map(([name, value]) => asParameter(value, isArray(verb, name))),
  };
}

/** `pg` writes a JavaScript array as an array of Postgres, so `jsonb` is written here. */
function asParameter(value: unknown, isArray: boolean): unknown {
  return typeof value === "object" && value !== null && !isArray ? JSON.stringify(value) : value;
}
