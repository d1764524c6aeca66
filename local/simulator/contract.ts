/** What the phone simulator of the local stack asks and is told. The page takes its types from here. */
import { z } from "zod";
import type { MessageStatus } from "../carrier/mod.ts";

const phoneNumber = z.string().regex(
  /^\+[1-9]\d{6,14}$/,
  "must be a number in E.164 form, such as +14155550101",
);

/** Whose conversation with which number is looked at. Without a number it is the carrier's first. */
export const ThreadQuery = z.strictObject({ phone: phoneNumber, number: phoneNumber.optional() });
export type ThreadQuery = z.infer<typeof ThreadQuery>;

/** A phone texts a number. */
export const TextRequest = z.strictObject({
  from: phoneNumber,
  to: phoneNumber,
  body: z.string().max(1_600).default(""),
  /** The look-alike has one picture to send. */
  media: z.array(z.literal("picture")).max(10).default([]),
  /** How often the same webhook is delivered at once. Default 1, or 3 while webhooks are duplicated. */
  copies: z.int().min(1).max(10).optional(),
}).refine(({ body, media }) => body.trim() !== "" || media.length > 0, "says nothing and shows nothing");
export type TextRequest = z.input<typeof TextRequest>;

/** The faults that stay until they are switched off. */
const switches = {
  /** Every answer of the model takes so much longer. 0 is off. */
  slowModelSeconds: z.int().min(0).max(120),
  /** The model answers every call with an error. */
  modelFails: z.boolean(),
  /** The carrier's API takes no connection. Phones still text. */
  carrierDown: z.boolean(),
  /** Every webhook and delivery report comes three times at once. */
  duplicateWebhooks: z.boolean(),
  /** No delivery report arrives. */
  reportsLost: z.boolean(),
};
export const SwitchesRequest = z.strictObject(switches).partial();
export type SwitchesRequest = z.infer<typeof SwitchesRequest>;
export type SwitchesState = Readonly<z.infer<z.ZodObject<typeof switches>>>;

/** A function's process is killed, at once or in the middle of its next piece of work; `never` takes that back. */
export const KillRequest = z.strictObject({
  process: z.enum(["sms-worker", "sms-webhook"]),
  when: z.enum(["now", "next", "never"]),
});
export type KillRequest = z.infer<typeof KillRequest>;

/** A text as the carrier's ledger has it. */
export interface PhoneText {
  readonly sid: string;
  /** Who wrote it: the phone, the number, or the carrier itself. */
  readonly writer: "phone" | "number" | "carrier";
  readonly body: string;
  readonly pictures: readonly PhonePicture[];
  /** ISO 8601, as all times here. */
  readonly at: string;
  readonly status: MessageStatus;
  readonly errorCode: number | null;
  readonly history: readonly { readonly status: MessageStatus; readonly at: string }[];
  /** The requests that the carrier made about it, when they were over. */
  readonly requests: readonly WebhookResult[];
  /** Whether the database has it under the carrier's SID. */
  readonly stored: boolean;
}

export interface PhonePicture {
  readonly sid: string;
  readonly contentType: string;
  /** Where the project said it is. Null: sent by the phone. */
  readonly url: string | null;
}

export interface WebhookResult {
  /** The status that was reported; `received` for the text itself. */
  readonly reported: string;
  /** 1 for the first request, 2 for the first retry. */
  readonly attempt: number;
  /** The HTTP status, or why there was none. */
  readonly answer: number | "connect" | "read";
}

/** What the database has under way for the two that are looked at. */
export interface UnderWay {
  /** An answer is due or being written. */
  readonly answer: boolean;
  /** Texts that the carrier does not have yet, or may not have. */
  readonly texts: number;
}

/** Everything since the stack was started: what the carrier has, against what the database says. */
export interface Tally {
  /** Texts from phones, by the carrier's ledger. */
  readonly texted: number;
  readonly stored: number;
  /** Stored texts that an answer is due for. */
  readonly waiting: number;
  /** Stored texts that an answer came after. */
  readonly answered: number;
  /** Texts that the carrier took from the project. */
  readonly sent: number;
  readonly delivered: number;
  /** Of the sent ones, those that never arrived. */
  readonly failed: number;
  readonly lost: number;
  readonly doubled: number;
}

/** Another carrier is in use: there is nothing to simulate. */
export interface NothingSimulated {
  readonly simulated: false;
  readonly carrierUrl: string;
}

export interface Simulated {
  readonly simulated: true;
  readonly phone: string;
  /** Null where the carrier has none. */
  readonly number: string | null;
  /** Null where the look-alike answers. */
  readonly otherModelUrl: string | null;
  /** How long work of a dead worker waits for its successor, at most. */
  readonly leaseSeconds: number;
  readonly numbers: readonly { readonly number: string; readonly hasWebhook: boolean }[];
  readonly switches: SwitchesState;
  /** Processes that will be killed in the middle of their next piece of work. */
  readonly doomed: readonly KillRequest["process"][];
  readonly texts: readonly PhoneText[];
  /** Whether the carrier blocks the number's texts to the phone, after STOP. */
  readonly optedOut: boolean;
  readonly underWay: UnderWay;
  readonly tally: Tally;
}

export type SimulatorState = NothingSimulated | Simulated;
