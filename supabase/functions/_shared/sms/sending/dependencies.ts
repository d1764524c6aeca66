import type { Logger } from "../log.ts";
import type { Settings } from "../settings.ts";
import { realClock } from "../worker/clock.ts";
import { workerWaker } from "../worker/wake.ts";
import type { SendDependencies } from "./send_message.ts";
import { deliveryWiring } from "./wiring.ts";

/** What every function that sends messages is wired with. */
export function sendDependencies(settings: Settings, log: Logger): SendDependencies {
  const { deliver, limits } = deliveryWiring(settings, log);
  return {
    deliver,
    limits,
    wake: workerWaker(settings, log),
    clock: realClock,
    log,
    leaseSeconds: settings.leaseSeconds,
  };
}
