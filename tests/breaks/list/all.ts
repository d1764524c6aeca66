import type { Break } from "../break.ts";
import { abuseBreaks } from "./abuse.ts";
import { accessBreaks } from "./access.ts";
import { addBreaks } from "./add.ts";
import { answeringBreaks } from "./answering.ts";
import { consentBreaks } from "./consent.ts";
import { directBreaks } from "./direct.ts";
import { eventBreaks } from "./events.ts";
import { doctorBreaks } from "./doctor.ts";
import { figureBreaks } from "./figures.ts";
import { functionBreaks } from "./functions.ts";
import { hardToAbuseBreaks } from "./hard_to_abuse.ts";
import { modelBreaks } from "./models.ts";
import { numberBreaks } from "./numbers.ts";
import { privacyBreaks } from "./privacy.ts";
import { hoursBreaks } from "./hours.ts";
import { sendingBreaks } from "./sending.ts";
import { timesAndSendersBreaks } from "./times_and_senders.ts";
import { unknownBreaks } from "./unknown_outcomes.ts";
import { workerBreaks } from "./worker.ts";

export const allBreaks: Break[] = [
  ...answeringBreaks,
  ...abuseBreaks,
  ...privacyBreaks,
  ...hoursBreaks,
  ...consentBreaks,
  ...sendingBreaks,
  ...unknownBreaks,
  ...timesAndSendersBreaks,
  ...accessBreaks,
  ...directBreaks,
  ...eventBreaks,
  ...figureBreaks,
  ...functionBreaks,
  ...modelBreaks,
  ...workerBreaks,
  ...numberBreaks,
  ...addBreaks,
  ...doctorBreaks,
  ...hardToAbuseBreaks,
];
