import { SmsError } from "../../../client/mod.ts";

/** What to show of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof SmsError ? error.message : "Something went wrong on this page. Reload it.";
}
