import type { ServerAddress } from "../../local/database.ts";
import { type Check, make, type Result } from "./check.ts";
import { checksOn } from "./checks/table.ts";
import type { DoctorOptions } from "./options.ts";
import { type Report, reportOf } from "./report.ts";
import { Subject } from "./subject.ts";

export interface Examination {
  /** Where the database to compare with is made; by default one of its own is started. */
  readonly server?: ServerAddress | undefined;
  readonly checks?: readonly Check[];
}

/** Makes every check, one after another, and changes nothing anywhere. */
export async function examine(
  options: DoctorOptions,
  { server, checks = checksOn(server) }: Examination = {},
): Promise<Report> {
  await using subject = await Subject.of(options);
  const results: Result[] = [];
  for (const check of checks) results.push(await make(check, subject));
  return reportOf(subject.release.version, results);
}
