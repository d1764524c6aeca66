import type { Sql } from "postgres";
import type { z } from "zod";
import type {
  KillRequest,
  SimulatorState,
  SwitchesRequest,
  TextRequest,
  ThreadQuery,
  UnderWay,
} from "./contract.ts";
import { picture, PICTURE_TYPE } from "./picture.ts";
import type { Pulse } from "./pulse.ts";
import { Refused } from "./refused.ts";
import { Switches, type SwitchesOptions } from "./switches.ts";
import { tallyOf } from "./tally.ts";
import { messagesBetween, type Parties, phoneText } from "./texts.ts";

export interface PhonesOptions extends SwitchesOptions {
  readonly modelUrl: string;
  readonly leaseSeconds: number;
  /** The superuser: the simulator compares what the carrier has with what the database has. */
  readonly sql: Sql;
  readonly pulse: Pulse;
  onError(error: unknown): void;
}

/** The phones of everybody who texts the look-alike carrier's numbers. */
export class Phones {
  readonly #switches: Switches;
  readonly #since = new Date();

  constructor(private readonly options: PhonesOptions) {
    this.#switches = new Switches(options);
  }

  /** @throws Refused for a number that the carrier does not have */
  text({ from, to, body, media, copies = this.#switches.copies }: z.output<typeof TextRequest>): void {
    const { carrier, onError } = this.options;
    if (!carrier.numbers().some(({ number }) => number === to)) {
      throw new Refused(404, "UNKNOWN_NUMBER", `The carrier has no number ${to}`);
    }
    const pictures = media.map(() => ({ contentType: PICTURE_TYPE, content: picture() }));
    // Not awaited: its webhook may take 15 seconds with its retries, and the ledger shows how that goes.
    carrier.text({ from, to, body, media: pictures, copies }).catch(onError);
  }

  /** @throws Refused for switches of a model that is not ours */
  async switch(changes: SwitchesRequest): Promise<void> {
    if (this.options.model === null && (changes.modelFails || changes.slowModelSeconds)) {
      throw new Refused(409, "NOT_SIMULATED", "This stack uses another model, which has no switches");
    }
    await this.#switches.set(changes);
    this.options.pulse.beat();
  }

  async kill(kill: KillRequest): Promise<void> {
    await this.#switches.kill(kill);
    this.options.pulse.beat();
  }

  async state({ phone, number: asked }: ThreadQuery): Promise<SimulatorState> {
    const { carrier, model, modelUrl, leaseSeconds, sql } = this.options;
    const number = asked ?? carrier.numbers()[0]?.number ?? null;
    const parties = { phone, number };
    const messages = messagesBetween(carrier, parties);
    const [stored, underWay, tally] = await Promise.all([
      this.#stored(messages.map(({ sid }) => sid)),
      this.#underWay(parties),
      tallyOf({ sql, ledger: carrier.ledger, since: this.#since, now: new Date() }),
    ]);
    return {
      simulated: true,
      phone,
      number,
      otherModelUrl: model === null ? modelUrl : null,
      leaseSeconds,
      numbers: carrier.numbers().map(({ number, smsUrl }) => ({ number, hasWebhook: smsUrl !== "" })),
      switches: this.#switches.state,
      doomed: this.#switches.doomed,
      texts: messages.map((message) => phoneText(message, stored)),
      optedOut: number !== null && carrier.isBlocked(number, phone),
      underWay,
      tally,
    };
  }

  async #stored(sids: string[]): Promise<Set<string>> {
    const rows = await this.options.sql<{ message_sid: string }[]>`
      select message_sid from public.sms_messages where message_sid = any(${sids}::text[])`;
    return new Set(rows.map(({ message_sid }) => message_sid));
  }

  async #underWay({ phone, number }: Parties): Promise<UnderWay> {
    const [row] = await this.options.sql<UnderWay[]>`
      select coalesce(bool_or(j.kind = 'reply'), false) as answer, count(*) filter (where j.kind = 'deliver')::int as texts
      from sms_private.jobs j
      join public.sms_contacts k on k.id = j.contact_id
      join public.sms_numbers p on p.id = j.phone_number_id
      where k.number = ${phone} and p.number = ${number} and j.set_aside_at is null`;
    return { answer: row?.answer ?? false, texts: row?.texts ?? 0 };
  }
}
