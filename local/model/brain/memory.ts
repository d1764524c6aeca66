import { type ChatMessage, textOf } from "../request.ts";
import { saysGoodbye, wantsAppointment } from "./signs.ts";
import { findWhen, type When } from "./when.ts";

/** A conversation as the brain sees it. */
export interface Talk {
  /** All system text. */
  prompt: string;
  /** What the business says about itself: the system text up to the last line of dashes, after which rules follow. */
  knowledge: string;
  /** What the contact said since our last answer, in order. */
  fresh: string;
  /** What the contact said before that, oldest first. */
  earlier: string[];
  /** Our last answer; empty if there is none. */
  lastAnswer: string;
  name: string | null;
  /** The day and time of the appointment talked about so far, without what is fresh. */
  appointment: When | null;
  /** Our last answer ended the conversation. */
  ended: boolean;
}

export function readTalk(messages: ChatMessage[]): Talk {
  const isSystem = (message: ChatMessage) => message.role === "system" || message.role === "developer";
  const turns = messages.filter((message) => message.role === "user" || message.role === "assistant");
  const lastIndex = turns.findLastIndex((turn) => turn.role === "assistant");
  const past = turns.slice(0, lastIndex + 1);
  const earlier = past.filter((turn) => turn.role === "user").map(textOf);
  const fresh = turns.slice(lastIndex + 1).map(textOf).join("\n");
  const answers = past.filter((turn) => turn.role === "assistant").map(textOf);
  const lastAnswer = answers.at(-1) ?? "";
  const beforeLast = past.slice(past.slice(0, -1).findLastIndex((turn) => turn.role === "assistant") + 1, -1);
  const prompt = messages.filter(isSystem).map(textOf).join("\n");
  return {
    prompt,
    knowledge: prompt.replace(/^\s*---+\s*$(?![\s\S]*^\s*---+\s*$)[\s\S]*/m, ""),
    fresh,
    earlier,
    lastAnswer,
    name: findName([...earlier, fresh]) ?? nameOnFile(prompt),
    appointment: earlierAppointment(past),
    ended: /\bthis conversation had ended\b/i.test(prompt) ||
      lastAnswer !== "" && (saysGoodbye(lastAnswer) || saysGoodbye(beforeLast.map(textOf).join("\n"))),
  };
}

/** The appointment starts where it is first asked for; what is said later about the day wins. */
function earlierAppointment(past: ChatMessage[]): When | null {
  const start = past.findIndex((turn) => turn.role === "user" && wantsAppointment(textOf(turn)));
  if (start < 0) return null;
  const said = past.slice(start).filter((turn) => turn.role === "user").map((turn) => findWhen(textOf(turn)));
  return said.reduce((known, next) => ({ ...known, ...next }), {});
}

function findName(texts: string[]): string | null {
  for (const text of texts.toReversed()) {
    const told = /\bmy name(?:'s| is)\s+(\p{L}[\p{L}'’-]*)/iu.exec(text)?.[1] ??
      /(?:\b(?:[Tt]his is|[Ii]t's)|\b[Ii](?:'m|’m| am))\s+(\p{Lu}[\p{Ll}'’-]+)(?=[\s,.!]|$)/u.exec(text)?.[1];
    if (told) return told.charAt(0).toUpperCase() + told.slice(1);
  }
  return null;
}

function nameOnFile(prompt: string): string | null {
  return /\bname is on file as: "([^"]+)"/.exec(prompt)?.[1] ?? null;
}
