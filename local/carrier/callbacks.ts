/**
 * Status callbacks. https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
 *
 * None for the status that the create call answered, and none for `sending`; Twilio promises neither order nor that
 * each comes once. Without a fault they come once and in order, each after the one before was answered.
 */
import { statusForm } from "./forms.ts";
import type { LedgerMessage, MessageStatus, StatusChange, WebhookAttempt } from "./types.ts";
import { isFinal } from "./types.ts";
import { callWebhook } from "./webhook.ts";
import { pause, signerOf, type World } from "./world.ts";

/** Whether a text that is put off (`scheduled`) is announced, no page says; a look-up tells it in any case. */
const announced: readonly MessageStatus[] = [
  "scheduled",
  "queued",
  "sent",
  "failed",
  "delivered",
  "undelivered",
  "partially_delivered",
  "read",
  "canceled",
];

export class Callbacks {
  readonly #world: World;
  readonly #last = new WeakMap<LedgerMessage, Promise<unknown>>();
  readonly #kept = new WeakMap<LedgerMessage, StatusChange[]>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Every attempt for this change; none when Twilio would not call, or the callback is lost or kept back. */
  announce(message: LedgerMessage, change: StatusChange): Promise<WebhookAttempt[]> {
    if (message.statusCallback === null || !announced.includes(change.status)) return Promise.resolve([]);
    if (this.#world.faults.take("loseCallbacks")) {
      this.#world.emit({ type: "callback-lost", message, status: change.status });
      return Promise.resolve([]);
    }
    if (this.#world.faults.settings.callbackOrder === "kept") return this.#inTurn(message, [change]);
    const kept = [...(this.#kept.get(message) ?? []), change];
    this.#kept.set(message, kept);
    if (!isFinal(change.status)) return Promise.resolve([]);
    this.#kept.delete(message);
    return this.#inTurn(message, this.#reordered(kept));
  }

  #inTurn(message: LedgerMessage, changes: readonly StatusChange[]): Promise<WebhookAttempt[]> {
    const before = this.#last.get(message) ?? Promise.resolve();
    const sending = before.then(async () => {
      const attempts: WebhookAttempt[] = [];
      for (const change of changes) attempts.push(...await this.#send(message, change));
      return attempts;
    });
    this.#last.set(message, sending);
    return sending;
  }

  async #send(message: LedgerMessage, change: StatusChange): Promise<WebhookAttempt[]> {
    const { callbackDelayMs, callbackCopies, signedUrl, signFragment } = this.#world.faults.settings;
    if (callbackDelayMs > 0) await pause(this.#world, callbackDelayMs);
    if (message.statusCallback === null || this.#world.stopping.signal.aborted) return [];
    const url = message.statusCallback;
    const webhook = {
      url,
      method: "POST",
      form: statusForm(message, change.status, change.errorCode),
      signer: () => signerOf(this.#world, message.accountSid, url),
      signedUrl,
      signFragment,
      stopped: this.#world.stopping.signal,
    } as const;
    const copies = Array.from({ length: callbackCopies }, () => callWebhook(webhook));
    const attempts = (await Promise.all(copies)).flat();
    message.webhooks.push(...attempts);
    this.#world.emit({ type: "callback", message, status: change.status, attempts });
    this.#world.ledger.changed();
    return attempts;
  }

  #reordered(changes: readonly StatusChange[]): StatusChange[] {
    if (this.#world.faults.settings.callbackOrder === "reversed") return [...changes].reverse();
    return changes
      .map((change) => ({ change, rank: this.#world.random() }))
      .sort((left, right) => left.rank - right.rank)
      .map(({ change }) => change);
  }
}
