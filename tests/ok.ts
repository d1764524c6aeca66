/** `deno task ok`: everything that is quick to know. */
import { print } from "../local/print.ts";
import { sayCounts } from "./ok/counts.ts";
import { runOk } from "./ok/ok.ts";

const counts = await runOk();
print();
print(sayCounts(counts));
Deno.exit(counts.failed === 0 ? 0 : 1);
