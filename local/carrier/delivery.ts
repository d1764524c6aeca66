/**
 * From accepted to delivered. https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 * With a messaging service `accepted` comes first, and `queued` once it has chosen a sender.
 */
import { Callbacks } from "./callbacks.ts";
import { arriveAtOwnNumber } from "./inbound.ts";
import { countSegments } from "./segments.ts";
import { isFinal, type LedgerMessage, type MessageStatus, type WebhookAttempt } from "./types.ts";
import { inBackground, pause, type World } from "./world.ts";

interface Step {
  status: MessageStatus;
  errorCode: number | null;
}

export class Delivery {
  readonly #world: World;
  readonly #callbacks: Callbacks;

  constructor(world: World) {
    this.#world = world;
    this.#callbacks = new Callbacks(world);
  }

  /** Takes the message to its outcome in the background, unless `autoDeliver` is off. */
  start(message: LedgerMessage): void {
    if (!this.#world.faults.settings.autoDeliver || message.status === "scheduled") return;
    inBackground(this.#world, this.#run(message, this.#stepsOf(message)));
  }

  /** Resolves when the first status callback is answered. The other statuses follow in the background. */
  async startBeforeAnswer(message: LedgerMessage): Promise<void> {
    const steps = this.#stepsOf(message);
    while (message.statusCallback !== null && message.webhooks.length === 0) {
      const step = steps.shift();
      if (step === undefined) return;
      await this.advance(message, step);
    }
    if (this.#world.faults.settings.autoDeliver) inBackground(this.#world, this.#run(message, steps));
  }

  /** Sets the status and resolves with the callback's attempts, once they are answered. */
  advance(message: LedgerMessage, step: Step): Promise<WebhookAttempt[]> {
    const change = { ...step, at: new Date() };
    const arrives = step.status === "delivered" && message.status !== "delivered";
    if (message.from === null && step.status !== "canceled") this.#chooseSender(message);
    message.status = step.status;
    message.errorCode = step.errorCode;
    message.dateUpdated = change.at;
    if (step.status === "sent") message.dateSent = change.at;
    // The price "is populated after the message has been sent, and may not be immediately available".
    if (["delivered", "undelivered"].includes(step.status)) message.price = priceOf(message);
    message.history.push(change);
    this.#world.emit({ type: "status", message, change });
    this.#world.ledger.changed();
    const announcing = this.#callbacks.announce(message, change);
    inBackground(this.#world, announcing);
    if (arrives) inBackground(this.#world, arriveAtOwnNumber(this.#world, this, message));
    return announcing;
  }

  async #run(message: LedgerMessage, steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      await pause(this.#world, this.#world.stepMs);
      if (this.#world.stopping.signal.aborted || isFinal(message.status)) return;
      void this.advance(message, step);
    }
  }

  #stepsOf(message: LedgerMessage): Step[] {
    const outcome = this.#world.outcomes.deliveryTo(message.to);
    const steps: Step[] = [];
    const add = (status: MessageStatus, errorCode: number | null = null) => steps.push({ status, errorCode });
    if (message.status === "accepted") add("queued");
    const { quietHours } = this.#world.faults.settings;
    if (quietHours === "block" || quietHours === "fail") {
      add("failed", quietHours === "block" ? 30610 : 30047);
      return steps;
    }
    if (quietHours === "reschedule") {
      add("scheduled");
      add("queued");
    }
    add("sending");
    if (outcome.status !== "failed") add("sent");
    if (outcome.status !== "sent") add(outcome.status, outcome.errorCode ?? null);
    return steps;
  }

  #chooseSender(message: LedgerMessage): void {
    for (const number of this.#world.registry.numbers.values()) {
      if (number.messagingServiceSid !== message.messagingServiceSid) continue;
      message.from = number.number;
      message.numSegments = countSegments(message.body, message.media.length);
      return;
    }
  }
}

/** Negative, as Twilio writes what it charged. */
function priceOf(message: LedgerMessage): string {
  const perSegment = message.media.length > 0 ? 0.02 : 0.0083;
  return (-perSegment * message.numSegments).toFixed(5);
}
