/** What the contact texts in the demo, and what has to be true after each text. */

/** How the world looks after a text and all that it caused. */
export interface Outcome {
  /** What the assistant sent, or null. */
  reply: { body: string; kind: string; status: string } | null;
  intent: string | null;
  conversationStatus: string;
  optedOut: boolean;
  /** What the carrier itself answered to a keyword. */
  carrierReply: boolean;
}

export interface Turn {
  says: string;
  /** Whether the assistant answers at all. */
  answered: boolean;
  /** Printed when it holds; the demo fails when it does not. */
  shows: string;
  holds(outcome: Outcome): boolean;
}

const answered = (says: string, shows: string, holds: Turn["holds"]): Turn => ({
  says,
  answered: true,
  shows,
  holds: (outcome) => outcome.reply?.status === "delivered" && holds(outcome),
});

const silent = (says: string, shows: string, holds: Turn["holds"]): Turn => ({
  says,
  answered: false,
  shows,
  holds: (outcome) => outcome.reply === null && holds(outcome),
});

export const TURNS: readonly Turn[] = [
  answered("Hi", "greeted with the assistant's first message", (o) => o.reply?.kind === "greeting"),
  answered(
    "When are you open on Saturday?",
    "answered from the assistant's instructions",
    (o) => /9 am to 1 pm/.test(o.reply?.body ?? ""),
  ),
  answered("And on Sunday?", "answered in context", (o) => /closed/i.test(o.reply?.body ?? "")),
  answered(
    "Can I come in on Tuesday at 10?",
    "understood as an appointment",
    (o) => o.intent === "appointment" && /Tuesday/.test(o.reply?.body ?? ""),
  ),
  answered(
    "Great, thanks. Bye!",
    "said goodbye, and the conversation ended",
    (o) => o.reply?.kind === "goodbye" && o.conversationStatus === "ended",
  ),
  silent("STOP", "opt-out recorded; only the carrier answers", (o) => o.optedOut && o.carrierReply),
  silent("Are you still there?", "stored, and not answered after STOP", (o) => o.optedOut),
  silent("START", "opt-in recorded; only the carrier answers", (o) => !o.optedOut && o.carrierReply),
  answered("How much is whitening?", "answered again", (o) => /\$250/.test(o.reply?.body ?? "")),
];
