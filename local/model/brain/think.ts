import type { ChatMessage } from "../request.ts";
import { answer, recall } from "./answer.ts";
import { book, isBooking } from "./booking.ts";
import { businessName, factsOf } from "./facts.ts";
import { readTalk, type Talk } from "./memory.ts";
import * as signs from "./signs.ts";
import { sayWhen } from "./when.ts";
import { utterances } from "./words.ts";

/** What the assistant would say, before it is put into the shape that was asked for. */
export interface Thought {
  reply: string;
  /** Names for the intent, best first: the schema picks the first it knows. */
  intent: string[];
  end_conversation: boolean;
  opt_out: boolean;
  handoff: boolean;
}

const APPOINTMENT = ["appointment", "booking", "scheduling"];
const QUESTION = ["question", "inquiry", "information"];
const COMPLAINT = ["complaint", "problem", "support"];
const OTHER = ["other", "general", "unknown"];

/** Answers the contact's last texts by simple rules, from the prompt and the history alone. */
export function think(messages: ChatMessage[]): Thought {
  const talk = readTalk(withoutRejected(messages));
  const name = talk.name ? `, ${talk.name}` : "";
  if (signs.wantsOptOut(talk.fresh)) {
    return thought("Understood. You will get no more texts from us.", ["opt_out", ...OTHER], {
      opt_out: true,
    });
  }
  if (talk.ended && signs.isPleasantry(talk.fresh)) {
    return thought("", ["goodbye", ...OTHER], { end_conversation: true });
  }
  if (signs.wantsHuman(talk.fresh)) {
    return thought(
      `Of course${name}. A colleague will get back to you here.`,
      ["handoff", "human", ...OTHER],
      {
        handoff: true,
      },
    );
  }
  return converse(talk, name);
}

/** An answer that is followed by instructions alone ("say it shorter") is to be given anew. */
function withoutRejected(messages: ChatMessage[]): ChatMessage[] {
  const answer = messages.findLastIndex((message) => message.role === "assistant");
  const after = messages.slice(answer + 1);
  if (answer < 0 || after.length === 0 || after.some((message) => message.role === "user")) return messages;
  return messages.toSpliced(answer, 1);
}

function converse(talk: Talk, name: string): Thought {
  const facts = factsOf(talk.knowledge);
  const parts: string[] = [];
  const complaint = signs.complains(talk.fresh);
  if (complaint) parts.push(`I am sorry to hear that${name}. I will pass it on to the team.`);
  const booking = isBooking(talk) && !signs.asksBack(talk.fresh);
  if (booking) parts.push(book(talk, facts));
  if (signs.asksBack(talk.fresh)) parts.push(recall(talk));
  const questions = utterances(talk.fresh).filter((said) => isQuestion(said, booking));
  const found = [...new Set(questions.flatMap((question) => answer(question, talk, facts)))];
  parts.push(...found);
  const asked = questions.length > 0 || signs.asksBack(talk.fresh);
  if (questions.length > 0 && found.length === 0) {
    parts.push("I do not know that, but I will pass your question on to the team.");
  }
  const leaving = signs.saysGoodbye(talk.fresh) && !asked;
  if (leaving) parts.push(farewell(talk, name));
  if (parts.length === 0) parts.push(smallTalk(talk, name, facts));
  const intent = complaint
    ? COMPLAINT
    : booking
    ? APPOINTMENT
    : asked
    ? QUESTION
    : leaving
    ? ["goodbye", ...OTHER]
    : OTHER;
  return thought(fitTo(characterLimit(talk.prompt), parts), intent, { end_conversation: leaving });
}

function isQuestion(said: string, booking: boolean): boolean {
  if (!signs.asks(said) || signs.asksBack(said) || (signs.saysGoodbye(said) && !said.includes("?"))) {
    return false;
  }
  return !(booking && signs.wantsAppointment(said));
}

function farewell(talk: Talk, name: string): string {
  const when = talk.appointment?.day ? ` See you ${sayWhen(talk.appointment)}.` : "";
  return `${signs.thanks(talk.fresh) ? "You are welcome" : "Thank you"}${name}.${when} Goodbye!`;
}

function smallTalk(talk: Talk, name: string, facts: string[]): string {
  if (signs.thanks(talk.fresh)) return `You are welcome${name}!`;
  if (signs.agrees(talk.fresh)) return `Great${name}. Is there anything else?`;
  const business = businessName(talk.knowledge);
  if (signs.greets(talk.fresh)) {
    return `Hello${name}! ${business ? `This is ${business}. ` : ""}How can I help you?`;
  }
  const fitting = answer(talk.fresh, talk, facts)[0];
  return fitting ?? `Thank you for your message${name}. How can I help you?`;
}

/** The tightest "at most N characters" in the instructions. */
function characterLimit(prompt: string): number {
  const limits = prompt.matchAll(
    /\b(?:at most|under|no more than|fewer than|maximum of|max\.?)\s+(\d{2,4})\s+(?:plain\s+)?characters/gi,
  );
  return Math.min(Infinity, ...[...limits].map((match) => Number(match[1])));
}

/** Whole sentences as long as they fit. */
function fitTo(limit: number, parts: string[]): string {
  let reply = "";
  for (const part of parts) {
    const longer = reply ? `${reply} ${part}` : part;
    if (longer.length > limit) return reply || part.slice(0, limit);
    reply = longer;
  }
  return reply;
}

function thought(reply: string, intent: string[], flags: Partial<Thought>): Thought {
  return { end_conversation: false, opt_out: false, handoff: false, ...flags, reply, intent };
}
