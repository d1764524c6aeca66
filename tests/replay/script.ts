/** Everything that is asked, in this order: later requests build on what earlier ones did. */
import accounts from "./script/accounts.ts";
import conversations from "./script/conversations.ts";
import oldRoutes from "./script/old_routes.ts";
import pipeline from "./script/pipeline.ts";
import receiving from "./script/receiving.ts";
import reports from "./script/reports.ts";
import sending from "./script/sending.ts";
import tables from "./script/tables.ts";
import type { Step } from "./steps.ts";

export const script: readonly Step[] = [
  ...accounts,
  ...receiving,
  ...sending,
  ...conversations,
  ...reports,
  ...oldRoutes,
  ...tables,
  ...pipeline,
];
