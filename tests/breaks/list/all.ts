import type { Break } from "../break.ts";
import { accessBreaks } from "./access.ts";
import { answeringBreaks } from "./answering.ts";
import { directBreaks } from "./direct.ts";
import { figureBreaks } from "./figures.ts";
import { functionBreaks } from "./functions.ts";
import { numberBreaks } from "./numbers.ts";
import { sendingBreaks } from "./sending.ts";
import { unknownBreaks } from "./unknown_outcomes.ts";
import { workerBreaks } from "./worker.ts";

export const allBreaks: Break[] = [
  ...answeringBreaks,
  ...sendingBreaks,
  ...unknownBreaks,
  ...accessBreaks,
  ...directBreaks,
  ...figureBreaks,
  ...functionBreaks,
  ...workerBreaks,
  ...numberBreaks,
];
