import { SmsError } from "../../../client/mod.ts";

/** Codes of Postgres and PostgREST, whose own words are for developers: they name tables and constraints. */
const OF_THE_DATABASE = /^([0-9A-Z]{2}[0-9A-Z]{3}|PGRST\d+)$/;

/** What to show of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof SmsError)) return "Something went wrong on this page. Reload it.";
  return OF_THE_DATABASE.test(error.code)
    ? "The server could not do that just now. Try again."
    : error.message;
}
