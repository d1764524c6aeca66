import { type Calls, pauseFor } from "./call.ts";
import { type CsvRecord, csvRecords } from "./csv.ts";
import { SmsError } from "./error.ts";
import type { SendOptions } from "./messages.ts";

/** On what a consent rests. `transactional` covers transactional texts only. */
export type ConsentBasis = "keyword" | "form" | "import" | "contact_wrote_first" | "transactional";

/** When, where and how a contact agreed. Say at least one of `words`, `page` and `form_text`; for a form one of the last two. */
export interface Consent {
  /** In full, as +14155550101. */
  readonly number: string;
  readonly basis: Exclude<ConsentBasis, "contact_wrote_first">;
  readonly given_at: string;
  /** What was said, or where the record is from. */
  readonly words?: string;
  /** The address of the form. */
  readonly page?: string;
  /** What the contact read. */
  readonly form_text?: string;
}

/** What became of a list. */
export interface ConsentImport {
  readonly import: { readonly id: string; readonly created_at: string };
  readonly recorded: number;
  /** Stored before, or twice in the list. */
  readonly known: number;
  readonly rejected: readonly RejectedLine[];
}

export interface RejectedLine {
  /** Counted from 1. */
  readonly line: number;
  readonly code: string;
}

export interface ConsentEntry {
  readonly id: string;
  readonly change: "consent" | "opt_in" | "opt_out" | "sender_blocked";
  readonly basis: ConsentBasis | null;
  readonly said_at: string;
  readonly recorded_at: string;
  readonly source: string;
  readonly words: string | null;
  readonly page: string | null;
  readonly form_text: string | null;
  readonly message_id: string | null;
  readonly import_id: string | null;
}

export interface ContactConsent {
  readonly contact_id: string;
  readonly opted_out_at: string | null;
  /** On what rests that promotional texts may go to them; null: they may not. */
  readonly promotional: ConsentBasis | null;
  readonly transactional: ConsentBasis | null;
  /** Since when broadcasts need a consent. */
  readonly required_from: string | null;
  /** The newest 500, the newest first. */
  readonly history: readonly ConsentEntry[];
}

export interface ContactWithoutConsent {
  readonly id: string;
  readonly number: string;
  readonly name: string | null;
  readonly created_at: string;
  readonly transactional: ConsentBasis | null;
}

export interface CsvImport {
  readonly recorded: number;
  readonly known: number;
  /** How many lines were refused, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** The first 1,000 of them, by the line of the file. */
  readonly rejected: readonly RejectedLine[];
}

const LARGEST_CALL = 1_000;
const MOST_REJECTED = 1_000;
const COLUMNS = ["number", "basis", "given_at", "words", "page", "form_text"] as const;

/** Who agreed to be texted, and the proof of it. docs/rules/consent.md */
export const consents = (calls: Calls) => ({
  /** Up to 1,000. A line that cannot be stored is in `rejected`; the others are stored. */
  record: (list: readonly Consent[], { key }: Pick<SendOptions, "key"> = {}) =>
    calls.verb("sms_record_consents", {
      consents: list,
      ...(key === undefined ? {} : { idempotency_key: key }),
    }),
  /**
   * A file with the columns number, basis, given_at, words, page and form_text, in any order, the first line naming them. A file
   * that was cut off may be given again: what is stored already is known.
   * @throws SmsError INVALID_FILE where number, basis or given_at is not among them
   */
  importCsv: (text: string): Promise<CsvImport> => importCsv(calls, text),
  /** What holds for a contact, and all that was said. @throws SmsError CONTACT_NOT_FOUND */
  get: (contactId: string) => calls.verb("sms_get_consent", { contact_id: contactId }),
  /** Contacts that promotional broadcasts do not reach. */
  async *missing(): AsyncGenerator<ContactWithoutConsent> {
    for (let after: string | null = null;;) {
      const { contacts, next }: { contacts: readonly ContactWithoutConsent[]; next: string | null } =
        await calls
          .verb("sms_list_contacts_without_consent", { after });
      yield* contacts;
      if (next === null) return;
      after = next;
    }
  },
  /** The consent of one contact, or of all, with its evidence: parts of one CSV file, to be written one after the other. */
  async *exportCsv({ contactId }: { readonly contactId?: string } = {}): AsyncGenerator<string> {
    for (let after: string | null = null;;) {
      const { csv, next }: { csv: string; next: string | null } = await calls.verb("sms_export_consents", {
        contact_id: contactId ?? null,
        after,
      });
      yield csv;
      if (next === null) return;
      after = next;
    }
  },
});

async function importCsv(calls: Calls, text: string): Promise<CsvImport> {
  const records = csvRecords(text);
  const header = records.next().value as CsvRecord | undefined;
  const columns = header?.fields?.map((name) => name.trim().toLowerCase().replaceAll(" ", "_")) ?? [];
  if (["number", "basis", "given_at"].some((name) => !columns.includes(name))) {
    throw new SmsError("INVALID_FILE", 0, "The first line of the file must name number, basis and given_at.");
  }
  const result = new Result();
  let lines: { readonly line: number; readonly consent: Partial<Consent> }[] = [];
  const store = async () => {
    if (lines.length === 0) return;
    result.add(await recordWhenFree(calls, lines.map(({ consent }) => consent as Consent)), lines);
    lines = [];
  };
  for (const { line, fields } of records) {
    if (fields === null || fields.length !== columns.length) result.reject(line, "INVALID_LINE");
    else lines.push({ line, consent: consentOf(columns, fields) });
    if (lines.length === LARGEST_CALL) await store();
  }
  await store();
  return result;
}

const consentOf = (columns: readonly string[], fields: readonly string[]): Partial<Consent> =>
  Object.fromEntries(COLUMNS.flatMap((name) => {
    const value = fields[columns.indexOf(name)]?.trim() ?? "";
    return value === "" ? [] : [[name, value]];
  }));

async function recordWhenFree(calls: Calls, consents: readonly Consent[]): Promise<ConsentImport> {
  for (;;) {
    try {
      return await calls.verb("sms_record_consents", { consents });
    } catch (error) {
      if (!(error instanceof SmsError) || error.code !== "RATE_LIMITED") throw error;
      await pauseFor(error.retryAfterMs ?? 1_000);
    }
  }
}

class Result implements CsvImport {
  recorded = 0;
  known = 0;
  readonly refused: Record<string, number> = {};
  readonly rejected: RejectedLine[] = [];

  add({ recorded, known, rejected }: ConsentImport, lines: readonly { readonly line: number }[]): void {
    this.recorded += recorded;
    this.known += known;
    for (const { line, code } of rejected) this.reject(lines[line - 1]?.line ?? line, code);
  }

  reject(line: number, code: string): void {
    this.refused[code] = (this.refused[code] ?? 0) + 1;
    if (this.rejected.length < MOST_REJECTED) this.rejected.push({ line, code });
  }
}
