import type { PhoneText, Tally } from "./api.ts";

// What the simulator says about texts.

export interface TextState {
  readonly tone: "waiting" | "good" | "bad";
  readonly label: string;
}

/** How far a text got, in the carrier's eyes and, for those of the phone, in the database's. */
export function textState(text: PhoneText): TextState {
  return text.writer === "phone" ? sentState(text) : receivedState(text);
}

function sentState({ stored, requests }: PhoneText): TextState {
  if (stored) return { tone: "good", label: `Stored${howOften(requests)}` };
  const last = requests.at(-1);
  if (!last) return { tone: "waiting", label: "Sending" };
  return { tone: "bad", label: `Not taken: ${answerWords(last.answer)}` };
}

/** The same text, called again after a failure, or delivered several times at once. */
function howOften(requests: PhoneText["requests"]): string {
  const copies = requests.filter(({ attempt }) => attempt === 1).length;
  const tries = Math.max(...requests.map(({ attempt }) => attempt));
  if (copies > 1) return ` once, came ${copies} times`;
  return tries > 1 ? `, after ${tries} calls` : "";
}

function receivedState({ writer, status, errorCode, requests }: PhoneText): TextState {
  if (writer === "carrier") return { tone: "good", label: "The carrier's own answer" };
  if (status === "undelivered" || status === "failed") {
    return { tone: "bad", label: `Never arrived${errorCode === null ? "" : `: error ${errorCode}`}` };
  }
  if (status !== "delivered" && status !== "read") return { tone: "waiting", label: "On its way" };
  const told = requests.some(({ reported, answer }) => reported === "delivered" && answer === 200);
  return told
    ? { tone: "good", label: "Delivered" }
    : { tone: "waiting", label: "Delivered, not reported yet" };
}

export function answerWords(answer: number | "connect" | "read"): string {
  if (answer === "connect") return "nobody answered";
  return answer === "read" ? "no answer came" : `answered ${answer}`;
}

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly tone: "neutral" | "good" | "bad";
  /** What it counts; shown as a tooltip. */
  readonly meaning: string;
}

function deliveredWords({ delivered, failed, sent }: Tally): string {
  if (delivered + failed < sent) return `${delivered} of ${sent}`;
  return failed > 0 ? `${delivered}, ${failed} failed` : String(delivered);
}

/** The tally, in the order in which a text goes. */
export function figures(tally: Tally): Figure[] {
  const proof = (count: number) => ({ value: String(count), tone: count === 0 ? "good" : "bad" }) as const;
  const neutral = (value: string) => ({ value, tone: "neutral" }) as const;
  return [
    {
      label: "Texted",
      ...neutral(String(tally.texted)),
      meaning: "Texts from phones, by the carrier's ledger",
    },
    { label: "Stored", ...neutral(String(tally.stored)), meaning: "Of those, how many the database has" },
    {
      label: "Answered",
      ...neutral(tally.waiting > 0 ? `${tally.answered} + ${tally.waiting} due` : String(tally.answered)),
      meaning: "Stored texts that an answer came after; due: an answer is being written",
    },
    {
      label: "Delivered",
      ...neutral(deliveredWords(tally)),
      meaning: "Texts that reached a phone, of those that the carrier took",
    },
    {
      label: "Lost",
      ...proof(tally.lost),
      meaning: "Texts not stored ten minutes later, and texts called sent that the carrier never had",
    },
    {
      label: "Doubled",
      ...proof(tally.doubled),
      meaning: "Texts that the carrier took again for the same row",
    },
  ];
}
