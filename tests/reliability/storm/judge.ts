/** What became of every message. What the carrier's ledger says is true; the database is compared with it. */
import type { LedgerMessage } from "../../../local/carrier/mod.ts";
import type { Plan, Step } from "./plan.ts";
import { APOLOGY, idsIn, type Stage } from "./stage.ts";
import { readStored, type Stored, type StoredText } from "./stored.ts";

/** The ledger of a storm. Counts of messages, but for the last three. */
export interface Tally {
  /** Texts of contacts that the carrier took. */
  received: number;
  /** Those that are in the database. */
  stored: number;
  /** Questions that an answer in the carrier's ledger is about. */
  answered: number;
  /** Texts of ours that the carrier took. */
  sent: number;
  /** Those that it delivered. */
  delivered: number;
  /** Not stored; or not answered, or not sent, and nothing says why. */
  lost: number;
  /** Taken twice by the carrier, answered twice, or stored twice. */
  doubled: number;
  /** Still under way when nothing happens any more. */
  stuck: number;
  /** Texts whose status is not the carrier's. */
  wrong_status: number;
  /** Questions not answered and texts not sent, of which the database says why. */
  set_aside: number;
  /** The longest time from a question to its answer, both as the carrier took them. */
  longest_delay_s: number;
  seed: number;
  /** Why texts were set aside, and how many. */
  reasons: Record<string, number>;
  /** What is wrong, a line each; empty when all is well. */
  complaints: string[];
}

export async function judge(stage: Stage, plan: Plan, forgiven?: ReadonlySet<number>): Promise<Tally> {
  const { ledger } = stage.carrier;
  return compare(plan, await readStored(stage.sql), {
    inbound: ledger.inbound(),
    outbound: ledger.outbound(),
  }, forgiven);
}

/** What the carrier had to do with, without its own answers to keywords. */
export interface Truth {
  inbound: LedgerMessage[];
  outbound: LedgerMessage[];
}

/** @param forgiven steps of programs that may have come to nothing: stored after the backup that was restored, and not sent */
export function compare(
  plan: Plan,
  stored: Stored,
  truth: Truth,
  forgiven: ReadonlySet<number> = new Set(),
): Tally {
  return new Judge(plan, stored, truth, forgiven).tally();
}

class Judge {
  readonly #complaints: string[] = [];
  readonly #reasons: Record<string, number> = {};
  readonly #counts = { stored: 0, answered: 0, lost: 0, doubled: 0, stuck: 0, wrong_status: 0, set_aside: 0 };
  #longestDelayMs = 0;

  readonly #apologies: Map<string, LedgerMessage[]>;

  constructor(
    readonly plan: Plan,
    readonly stored: Stored,
    readonly truth: Truth,
    readonly forgiven: ReadonlySet<number>,
  ) {
    this.#apologies = Map.groupBy(truth.outbound.filter(({ body }) => body === APOLOGY), ({ to }) => to);
  }

  /** Everything that the carrier sent was genuine, whichever key signed it. */
  #signatures(): void {
    for (const { sid, webhooks } of [...this.truth.inbound, ...this.truth.outbound]) {
      const refused = webhooks.filter(({ status }) => status === 403).length;
      if (refused > 0) this.#complaints.push(`${refused} genuine webhooks of ${sid} were refused`);
    }
  }

  tally(): Tally {
    this.#storing();
    this.#sending();
    this.#answering();
    this.#apologizing();
    this.#signatures();
    for (const job of this.stored.unfinished) this.#count("stuck", `${job} is still to be done`);
    const { stored, answered, ...rest } = this.#counts;
    return {
      received: this.truth.inbound.length,
      stored,
      answered,
      sent: this.truth.outbound.length,
      delivered: this.truth.outbound.filter(({ status }) => status === "delivered").length,
      ...rest,
      longest_delay_s: Math.round(this.#longestDelayMs / 100) / 10,
      seed: this.plan.seed,
      reasons: this.#reasons,
      complaints: this.#complaints,
    };
  }

  #count(what: "lost" | "doubled" | "stuck" | "wrong_status", complaint: string): void {
    this.#counts[what]++;
    this.#complaints.push(`${what}: ${complaint}`);
  }

  #setAside(reason: string): void {
    this.#counts.set_aside++;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }

  /** Each text of a contact is there, once. */
  #storing(): void {
    for (const { sid, body } of this.truth.inbound) {
      const times = this.stored.inbound.get(sid) ?? 0;
      if (times > 0) this.#counts.stored++;
      if (times === 0) this.#count("lost", `${sid} (${body}) is not stored`);
      if (times > 1) this.#count("doubled", `${sid} (${body}) is stored ${times} times`);
    }
  }

  /** Each text of ours was taken once at most, and its status is what the carrier says. */
  #sending(): void {
    const taken = Map.groupBy(this.truth.outbound, messageIdOf);
    const bySid = new Map([...this.stored.outbound.values()].map((text) => [text.message_sid, text]));
    for (const [id, messages] of taken) {
      const [first, ...again] = messages;
      // What was sent after a backup has an id that the restored database does not know.
      const text = this.stored.outbound.get(id ?? "") ?? bySid.get(first?.sid ?? "");
      for (const { sid, body } of again) this.#count("doubled", `${body} was sent again as ${sid}`);
      if (!first) continue;
      if (!text) this.#count("lost", `${first.sid} (${first.body}) was sent and is not stored`);
      else if (again.length === 0) this.#compare(text, first);
    }
    const sids = new Set(this.truth.outbound.map(({ sid }) => sid));
    for (const text of this.stored.outbound.values()) {
      if (taken.has(text.id) || sids.has(text.message_sid ?? "")) continue;
      // Provably not taken, or nobody can know: both say so.
      if (text.error_code !== null && ["failed", "canceled", "unconfirmed"].includes(text.status)) continue;
      const what = `${text.body} is ${text.status}, and the carrier never had it`;
      this.#count(text.status === "pending" ? "stuck" : "wrong_status", what);
    }
  }

  #compare(text: StoredText, message: LedgerMessage): void {
    if (text.message_sid === message.sid && text.status === message.status) return;
    this.#count(
      "wrong_status",
      `${text.body} is ${text.status} as ${text.message_sid}, and the carrier says ` +
        `${message.status} as ${message.sid}`,
    );
  }

  /** Each question is answered once, and each text of a program sent once; or it says why not. */
  #answering(): void {
    const answers = byIds(this.truth.outbound, "q");
    const sends = byIds(this.truth.outbound, "s");
    const questions = byIds(this.truth.inbound, "q");
    const unanswerable = questionsBeforeStop(this.plan, this.truth.inbound);
    for (const step of this.plan.steps) {
      if (step.kind === "keyword") continue;
      const found = (step.kind === "send" ? sends : answers).get(step.id) ?? [];
      const [first] = found;
      if (found.length > 1) {
        this.#count("doubled", `step ${step.id} to ${step.contact.number} was said ${found.length} times`);
      }
      if (step.kind === "question" && first) {
        this.#counts.answered++;
        if (!unanswerable.has(step.id)) this.#timed(first, questions.get(step.id)?.[0]);
      }
      if (!first && !unanswerable.has(step.id)) this.#missing(step);
    }
  }

  /** Not again while an apology is the last thing that was said. */
  #apologizing(): void {
    for (const [contact, said] of Map.groupBy(this.truth.outbound, ({ to }) => to)) {
      const again = said.filter(({ body }, at) => body === APOLOGY && said[at - 1]?.body === APOLOGY);
      for (const { sid } of again) this.#count("doubled", `${contact} was told ${APOLOGY} again as ${sid}`);
    }
  }

  /** What was apologized for, and came up again with the contact's next text, is no late answer. */
  #timed(answer: LedgerMessage, question: LedgerMessage | undefined): void {
    if (!question) return;
    const apologies = this.#apologies.get(answer.to) ?? [];
    const isBetween = (at: Date) => at >= question.dateCreated && at <= answer.dateCreated;
    if (apologies.some(({ dateCreated }) => isBetween(dateCreated))) return;
    const delay = answer.dateCreated.getTime() - question.dateCreated.getTime();
    this.#longestDelayMs = Math.max(this.#longestDelayMs, delay);
  }

  #missing(step: Step): void {
    const reason = this.stored.reasonFor(step);
    if (reason !== null) return this.#setAside(reason);
    if (step.kind === "send" && this.forgiven.has(step.id)) return this.#setAside("LOST_WITH_BACKUP");
    const { id, kind, contact: { number } } = step;
    const silence = this.stored.silences.get(number) ?? "no reason";
    this.#count(
      "lost",
      `step ${id} (${kind} of ${number}) came to nothing; the conversation says ${silence}`,
    );
  }
}

/** Our own id stands in the callback's address. */
const messageIdOf = ({ statusCallback }: LedgerMessage): string | null =>
  statusCallback === null ? null : new URL(statusCallback).searchParams.get("message_id");

function byIds(messages: readonly LedgerMessage[], letter: "q" | "s"): Map<number, LedgerMessage[]> {
  const found = new Map<number, LedgerMessage[]>();
  for (const message of messages) {
    for (const id of idsIn(message.body, letter)) found.set(id, [...(found.get(id) ?? []), message]);
  }
  return found;
}

/** Who says STOP gets no answer to what they asked just before, nor to what they say until START. */
function questionsBeforeStop({ steps }: Plan, inbound: readonly LedgerMessage[]): Set<number> {
  const found = new Set<number>();
  const texts = Map.groupBy(inbound, ({ from }) => from);
  for (const [contact, said] of Map.groupBy(steps, ({ contact }) => contact)) {
    const lastStop = said.findLastIndex((step) => step.kind === "keyword" && step.word === "STOP");
    const start = startInOneSecond(texts.get(contact.number) ?? [])
      ? -1
      : said.findIndex((step, at) => at > lastStop && step.kind === "keyword" && step.word === "START");
    const until = lastStop === -1 ? 0 : start === -1 ? said.length : start;
    for (const { id } of said.slice(0, until)) found.add(id);
  }
  return found;
}

/**
 * Whether the list alone brought the START that followed the last STOP, and both came in one second: the list has no more
 * than seconds, so the STOP stays the last word (docs/rules/opt-out.md).
 */
function startInOneSecond(texts: readonly LedgerMessage[]): boolean {
  const lastStop = texts.findLastIndex(({ body }) => body === "STOP");
  const stop = texts[lastStop];
  const start = texts.find(({ body }, at) => at > lastStop && body === "START");
  if (!stop || !start || start.webhooks.some(({ status }) => status === 200)) return false;
  return secondOf(start) === secondOf(stop);
}

const secondOf = ({ dateCreated }: LedgerMessage): number => Math.floor(dateCreated.getTime() / 1000);
