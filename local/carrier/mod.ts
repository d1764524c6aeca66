/**
 * A Twilio look-alike: the REST API that this project uses, phones that text and receive, webhooks signed for real,
 * and faults on request. Its ledger is the ground truth of every "exactly once" test. Written from Twilio's
 * documentation; each behaviour names its page.
 */
import { handleApi } from "./api.ts";
import type { Carrier, CarrierOptions } from "./carrier.ts";
import { Delivery } from "./delivery.ts";
import { isKnownError } from "./errors.ts";
import { Faults } from "./faults.ts";
import { Gates } from "./gates.ts";
import { seededRandom } from "./ids.ts";
import { receiveInbound } from "./inbound.ts";
import { Ledger } from "./ledger.ts";
import { Outcomes } from "./outcomes.ts";
import { Registry } from "./registry.ts";
import { listen, type Listening } from "./server.ts";
import type { CarrierEvent } from "./types.ts";
import type { World } from "./world.ts";

export type { Carrier, CarrierOptions } from "./carrier.ts";
export type { Faults, FaultSettings } from "./faults.ts";
export type { ApiCall, Held, HoldMatch } from "./gates.ts";
export type { InboundDelivery, InboundMessage } from "./inbound.ts";
export type { Ledger } from "./ledger.ts";
export type { DeliveryOutcome } from "./outcomes.ts";
export type { ApiKey, Capabilities, IncomingNumber, MessagingService, NumberSettings } from "./registry.ts";
export { type Algorithm, type Entries, signForm } from "./signature.ts";
export type { Account, CarrierEvent, LedgerMessage, MessageStatus, WebhookAttempt } from "./types.ts";
export type { NewRule, SharedKey, WebhookRule } from "./webhook_rules.ts";

/**
 * Starts a look-alike on loopback.
 *
 * @example
 * const carrier = await startCarrier();
 * carrier.addNumber(carrier.accountSid, { number: "+15005550006", smsUrl: "http://127.0.0.1:8000/sms#rc=3&rp=all" });
 * await carrier.text({ from: "+14155550101", to: "+15005550006", body: "Are you open?" });
 */
export async function startCarrier(options: CarrierOptions = {}): Promise<Carrier> {
  const listeners = new Set<(event: CarrierEvent) => void>();
  const world = newWorld(options, listeners);
  const delivery = new Delivery(world);
  const { accountSid } = world.registry.addAccount(options);
  let listening: Listening | null = null;
  const goDown = async () => {
    await listening?.close();
    listening = null;
  };
  const carrier: Carrier = Object.assign(phones(world, { delivery, accountSid, listeners }), {
    goDown,
    comeBack: async () => {
      listening ??= await listen(handler, Number(new URL(world.url).port));
    },
    stop: async () => {
      world.stopping.abort();
      world.gates.releaseAll();
      await Promise.all(world.background);
      await goDown();
    },
  });
  const handler = (request: Request) => handleApi(world, delivery, request);
  const first = await listen(handler, options.port ?? 0);
  listening = first;
  world.url = `http://127.0.0.1:${first.port}`;
  return carrier;
}

function newWorld(options: CarrierOptions, listeners: ReadonlySet<(event: CarrierEvent) => void>): World {
  return {
    url: "",
    registry: new Registry(),
    ledger: new Ledger(),
    faults: new Faults(options.faults),
    gates: new Gates(),
    outcomes: new Outcomes(),
    random: seededRandom(options.seed ?? 1),
    stepMs: options.stepMs ?? 5,
    stopping: new AbortController(),
    background: new Set(),
    emit: (event) => listeners.forEach((listener) => listener(event)),
  };
}

interface Parts {
  delivery: Delivery;
  accountSid: string;
  listeners: Set<(event: CarrierEvent) => void>;
}

/** Everything but the server's own life. */
function phones(
  world: World,
  { delivery, accountSid, listeners }: Parts,
): Omit<Carrier, "goDown" | "comeBack" | "stop"> {
  const { registry, ledger, faults, gates, outcomes } = world;
  return {
    get url() {
      return world.url;
    },
    accountSid,
    get authToken() {
      return registry.account(accountSid).authToken;
    },
    addAccount: () => registry.addAccount(),
    setAccountStatus: (sid, status) => registry.setStatus(sid, status),
    setTrial: (sid, verified) => registry.setTrial(sid, verified),
    createSecondaryToken: (sid) => registry.createSecondaryToken(sid),
    deleteSecondaryToken: (sid) => registry.deleteSecondaryToken(sid),
    rotateToken: (sid) => registry.promoteToken(sid),
    addApiKey: (sid, permissions) => registry.addApiKey(sid, permissions),
    deleteApiKey: (sid) => registry.deleteApiKey(sid),
    addSharedKey: (sid) => registry.webhookConfiguration(sid).addKey(),
    addWebhookRule: (sid, rule = {}) => registry.webhookConfiguration(sid).addRule(rule),
    deleteWebhookRule: (sid, id) => void registry.webhookConfiguration(sid).rules.delete(id),
    addNumber: (sid, settings) => registry.addNumber(sid, settings),
    configureNumber: (number, settings) => registry.configureNumber(number, settings),
    numbers: () => [...registry.numbers.values()],
    addMessagingService: (sid, settings) => registry.addService(sid, settings),
    addRcsSender: (number, name) => registry.addRcsSender(number, name),
    addTrunk: (sid) => registry.addTrunk(sid),
    text: (input) => receiveInbound(world, delivery, input),
    advance: (sid, status, { errorCode } = {}) => {
      const message = ledger.get(sid);
      if (message === undefined) throw new Error(`The ledger has no message ${sid}`);
      return delivery.advance(message, { status, errorCode: errorCode ?? null });
    },
    refuse: (to, code) => {
      if (code !== null && !isKnownError(code)) {
        throw new Error(`The carrier does not know the error ${code}`);
      }
      outcomes.refuse(to, code);
    },
    deliverAs: (to, outcome) => outcomes.deliver(to, outcome),
    isBlocked: (sender, contact) => registry.isBlocked(sender, contact),
    ledger,
    faults,
    on: (listener) => subscribe(listeners, listener),
    hold: (match = {}) => gates.hold(match),
    beforeCreate: (hook) => subscribe(gates.before, hook),
    afterCreate: (hook) => subscribe(gates.after, hook),
    onCall: (hook) => subscribe(gates.others, hook),
  };
}

function subscribe<T>(all: Set<T>, one: T): () => void {
  all.add(one);
  return () => void all.delete(one);
}
