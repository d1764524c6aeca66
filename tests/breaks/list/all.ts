import type { Break } from "../break.ts";
import { accessBreaks } from "./access.ts";
import { answeringBreaks } from "./answering.ts";
import { directBreaks } from "./direct.ts";
import { doctorBreaks } from "./doctor.ts";
import { figureBreaks } from "./figures.ts";
import { functionBreaks } from "./functions.ts";
import { modelBreaks } from "./models.ts";
import { numberBreaks } from "./numbers.ts";
import { sendingBreaks } from "./sending.ts";
import { timesAndSendersBreaks } from "./times_and_senders.ts";
import { unknownBreaks } from "./unknown_outcomes.ts";
import { workerBreaks } from "./worker.ts";

export const allBreaks: Break[] = [
  ...answeringBreaks,
  ...sendingBreaks,
  ...unknownBreaks,
  ...timesAndSendersBreaks,
  ...accessBreaks,
  ...directBreaks,
  ...figureBreaks,
  ...functionBreaks,
  ...modelBreaks,
  ...workerBreaks,
  ...numberBreaks,
  ...doctorBreaks,
];
