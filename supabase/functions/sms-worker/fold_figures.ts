import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { describeError, type Logger } from "../_shared/sms/log.ts";
import { foldStats } from "../_shared/sms/database/verbs/stats.ts";
import type { RunReport } from "./run_report.ts";

/** Folds the figures once. A failure does no harm: readers also count the changes that are not folded yet. */
export async function foldFigures(client: RpcClient, report: RunReport, log: Logger): Promise<void> {
  try {
    report.addFolded((await foldStats(client)).folded);
  } catch (error) {
    log.warn({ outcome: "FOLD_FAILED", error: describeError(error) });
  }
}
