import type { Verb } from "../database/rpc.ts";
import type { RefusalCode } from "../http/outcomes.ts";
import { FOR_THE_SECRET_KEY } from "./verbs_for_secret_key.ts";
import { FOR_USERS } from "./verbs_for_users.ts";

// What each public SQL function may answer. http/outcomes.ts has the HTTP answer of each refusal. Together they make
// docs/reference/verbs.md, docs/reference/errors.md and the refusals in docs/reference/openapi.json (`deno task reference`).
// tests/database/outcomes.test.ts compares them with the functions' text in the database.

/** An outcome, and when it comes or what it means; "" where its name says enough. */
type Notes<Outcome extends string> = Readonly<Partial<Record<Outcome, string>>>;

/** Refusals of verbs that no function of ours calls: they have no HTTP answer. */
type OperatorsRefusal =
  | "INVALID_SWITCH"
  | "RESTORE_UNFINISHED"
  | "INVALID_URL"
  | "INVALID_INTERVAL"
  | "KEY_REQUIRED"
  | "SCHEDULER_UNAVAILABLE"
  | "UNKNOWN_VERB"
  | "UNKNOWN_ARGUMENT"
  | "INVALID_ARGUMENT";

export interface Outcomes {
  readonly done: Notes<string>;
  readonly refused: Notes<RefusalCode | OperatorsRefusal>;
  /** Codes of single recipients, in `rejected`. */
  readonly rejected?: Notes<string>;
}

/** Every verb and its outcomes. */
export const VERBS: Readonly<Record<Verb, Outcomes>> = { ...FOR_USERS, ...FOR_THE_SECRET_KEY };

export const isForUsers = (verb: string): boolean => verb in FOR_USERS;
