import { type ChatMessage, textOf } from "./request.ts";

/** What the demo assistant answers: the product's own shape (_shared/sms/model/shapes.ts). */
export interface Thought {
  reply: string;
  intent: string;
  end_conversation: boolean;
  opt_out: boolean;
  handoff: boolean;
}

const OPT_OUT =
  /\b(stop|quit|don'?t|never)\b[^.?!]{0,25}\b(text|messag|contact|writ)\w*|\bunsubscribe\b|\btake me off\b/i;
const WANTS_AN_END =
  /\b(wrong number|no more|not interested|leave me alone|harass|spam|get off (this|your|the) list)|\bunsubscribe|\b(texts?|messages?)\b[^.?!]{0,15}\bstop\b/i;
const PERSON = /\b(talk|speak|connect)\b[^.?!]{0,30}\b(human|person|some(one|body)|manager|receptionist)\b/i;
const GOODBYE = /\b(bye|goodbye|see you|that'?s all|have a (nice|good|great|lovely))\b/i;
const THANKS = /^(thanks?( you)?|ok(ay)?|great|bye|you too|\p{Extended_Pictographic}|\W)+$/iu;
const COMPLAINT = /\b(complain|terrible|awful|rude|unhappy|disappointed|refund)/i;
const VISIT = /\b(come (in|by|over)|can i come|appointment|book|reserve|schedule)\b/i;
const QUESTION =
  /\?|^\s*(what|when|where|who|which|how|is|are|do|does|can|could|will|would|and on|what about)\b/i;
const GREETING = /^\s*(hi|hello|hey|good (morning|afternoon|evening))\b/i;
const DAY = /\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow)\b/i;
const TIME = /\b(?:at|around)\s+(\d{1,2}(?:[:.]\d\d)?(?:\s?[ap]\.?m\b)?)/i;

/** Words of a question that say nothing about what is asked. */
const FILLERS = new Set(
  "a an and are at can come could do does for have how i in is it me much my of on or please the there to was we what when where will with would you your"
    .split(" "),
);

/** Answers the contact's latest messages by simple rules, from the assistant's prompt alone. */
export function think(messages: readonly ChatMessage[]): Thought {
  const said = messages.filter(({ role }) => role === "user" || role === "assistant");
  const latest = said.slice(said.findLastIndex(({ role }) => role === "assistant") + 1).map(textOf).join(
    "\n",
  );
  const before = said.filter(({ role }) => role === "user").map(textOf).join("\n");
  const system = messages.filter(({ role }) => role === "system").map(textOf).join("\n");
  const [prompt = ""] = system.split(/^---$/m);
  if (OPT_OUT.test(latest)) {
    return thought("Understood. You will get no more texts from us.", "other", { opt_out: true });
  }
  if (system.includes("This conversation had ended") && THANKS.test(latest)) {
    return thought("", "goodbye", { end_conversation: true });
  }
  if (PERSON.test(latest)) {
    return thought("Of course. A colleague will write to you here.", "support", { handoff: true });
  }
  if (GOODBYE.test(latest)) return thought("Thank you. Goodbye!", "goodbye", { end_conversation: true });
  if (COMPLAINT.test(latest)) {
    return thought("I am sorry to hear that. I will pass it on to the team.", "complaint");
  }
  if (VISIT.test(latest)) return thought(appointment(latest), "appointment");
  if (QUESTION.test(latest)) return thought(answer(latest, before, factsIn(prompt)), "question");
  return thought(
    GREETING.test(latest) ? "Hello! How can I help you?" : "Thank you for your message. How can I help you?",
  );
}

/** The other shape that the product asks for: whether texts are an opt-out. */
export function decide(messages: readonly ChatMessage[]): { answer: "yes" | "no" | "unsure" } {
  const said = messages.filter(({ role }) => role === "user").map(textOf).join("\n");
  return { answer: OPT_OUT.test(said) || WANTS_AN_END.test(said) ? "yes" : "no" };
}

function thought(reply: string, intent = "other", flags: Partial<Thought> = {}): Thought {
  return { reply, intent, end_conversation: false, opt_out: false, handoff: false, ...flags };
}

function appointment(latest: string): string {
  const [day, time] = [DAY.exec(latest)?.[0], TIME.exec(latest)?.[1]];
  if (day && time) return `${capital(day)} at ${time}: I have noted it, and we will confirm.`;
  if (day) return `${capital(day)} works. Which time would suit you?`;
  return "Gladly. Which day and which time would suit you?";
}

/** The sentence of the prompt that shares most words with the question; of equal ones the first. */
function answer(latest: string, before: string, facts: string[]): string {
  // "And on Sunday?" goes on with the question before.
  const asked = wordsOf(/^\s*(and|what about)\b/i.test(latest) ? before : latest);
  const day = DAY.exec(latest)?.[0].toLowerCase();
  const shared = (fact: string) => {
    const words = wordsOf(fact);
    return asked.filter((word) => words.includes(word)).length + (day && words.includes(stem(day)) ? 2 : 0);
  };
  const [best] = facts.map((fact) => ({ fact, score: shared(fact) })).sort((a, b) => b.score - a.score);
  return best && best.score > 0
    ? best.fact
    : "I do not know that, but I will pass your question on to the team.";
}

/** What the prompt says about the business. Sentences that tell the assistant what to do are left out. */
function factsIn(prompt: string): string[] {
  return prompt.split(/(?<=[.!?;])\s+|\n+/).map((part) => capital(part.trim().replace(/;$/, ".")))
    .filter((part) =>
      part !== "" && !/^(you (are|answer|must)|for an|never|always|do not|keep|answer)\b/i.test(part)
    );
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.filter((word) => !FILLERS.has(word)).map(stem))];
}

/** "cleanings" finds "cleaning". */
const stem = (word: string) => word.length > 4 ? word.replace(/(ing)?s?$/, "") : word;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
