import { asSentence, stems } from "./words.ts";

/** What a question and the sentence that answers it have in common without sharing a word. */
const TOPICS: { asked: RegExp; told: RegExp }[] = [
  {
    asked: /\b(costs?|price[sd]?|pricing|charges?|fees?|how much|expensive|rates?)\b/i,
    told: /[$€£]\s?\d|\d\s?(€|£|dollars|euros?)|\bfree of charge\b/i,
  },
  {
    asked: /\b(open|opening|close[sd]?|closing|hours?|weekend)\b/i,
    told: /\b(open|opening|closed?|hours)\b|\d\s?[ap]\.?m\b|\d:\d\d/i,
  },
  {
    asked: /\b(where|address|located|location|find you|directions?|get there)\b/i,
    told: /\b(address|located|street|st\.|road|avenue|ave\.?|square|lane|boulevard|next to)\b/i,
  },
  { asked: /\b(park|parking|car)\b/i, told: /\b(parking|garage|car park)\b/i },
  {
    asked: /\b(phone|call you|telephone|e-?mail|website|reach you)\b/i,
    told: /\b(phone|call|telephone|e-?mail|website|www\.)\b|@|\+\d/i,
  },
  {
    asked: /\b(pay|payment|cards?|cash|insurance|insured)\b/i,
    told: /\b(pay|payment|cards?|cash|insurance|insurers?)\b/i,
  },
  {
    asked: /\b(services?|offer|treatments?)\b/i,
    told: /\b(services?|offer|treatments?|specialise|specialize)\b/i,
  },
];

/** Sentences that tell the assistant how to behave are no facts for the contact. */
const INSTRUCTION =
  /^(you('re| are| must| should| may)?\b|your (job|task|role|answer|repl)|act as|be\b|answer|repl(y|ies)|respond|keep|never|always|do(n't| not)|use|if|when|treat|ignore|write|return|set|output|speak|only|please|help|offer to|ask|tell|say|avoid|remember|the (contact|customer|user|assistant|text|message|conversation)|this conversation|rules?\b|today is|now\b)/i;

const ABBREVIATION = /\b(?:Dr|Mr|Mrs|Ms|St|Ave|No|a\.m|p\.m|e\.g|i\.e|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.$/;

/** The facts in an assistant's prompt, as sentences that can be sent to a contact. */
export function factsOf(prompt: string): string[] {
  const facts = prompt.split(/\n+/).flatMap(sentences).map((part) => part.replace(/^[\s\-*•#>]+/, "").trim());
  return [...new Set(facts.flatMap(asFact))];
}

function sentences(line: string): string[] {
  const parts: string[] = [];
  for (const piece of line.split(/(?<=[.!?;])\s+/)) {
    const last = parts.at(-1);
    if (last !== undefined && ABBREVIATION.test(last)) parts[parts.length - 1] = `${last} ${piece}`;
    else parts.push(piece);
  }
  return parts;
}

function asFact(sentence: string): string[] {
  if (sentence.length < 4 || /[{}`<>]|_\w|\bjson\b/i.test(sentence)) return [];
  const introduction = /^you(?:'re| are) [^,]*,\s*(?=(?:a|an|the|open|at|in|on)\b)(.+)$/i.exec(sentence);
  if (introduction?.[1]) return [asSentence(`We are ${introduction[1]}`)];
  if (INSTRUCTION.test(sentence)) return [];
  const label =
    /^((?:opening )?hours|address|prices?|phone|e-?mail|website|parking|location|services?)\s*:\s*(.+)$/i;
  const [, name, rest] = label.exec(sentence) ?? [];
  if (name && rest) return [asSentence(`Our ${name.toLowerCase()}: ${rest.replace(/;$/, "")}`)];
  return /:$/.test(sentence) ? [] : [asSentence(sentence.replace(/;$/, ""))];
}

/** The facts that answer a question, best first, at most three; none if nothing fits. */
export function answersTo(question: string, facts: string[]): string[] {
  const chosen: string[] = [];
  let open = stems(question);
  while (chosen.length < 3) {
    const topics = chosen.length === 0 ? TOPICS.filter((topic) => topic.asked.test(question)) : [];
    const ranked = facts
      .filter((fact) => !chosen.includes(fact))
      .map((fact) => ({ fact, score: score(fact, open, topics, facts) }))
      .sort((a, b) => b.score - a.score);
    const best = ranked[0];
    if (!best || best.score < 1.5) break;
    chosen.push(best.fact);
    const covered = new Set(stems(best.fact));
    open = open.filter((stem) => !covered.has(stem));
  }
  return chosen;
}

/** A shared word counts more the fewer facts have it. */
function score(fact: string, asked: string[], topics: typeof TOPICS, facts: string[]): number {
  const told = new Set(stems(fact));
  const shared = asked.filter((stem) => told.has(stem));
  const rarity = shared.map((stem) => 1 + 1 / facts.filter((other) => stems(other).includes(stem)).length);
  const topical = topics.filter((topic) => topic.told.test(fact)).length;
  return rarity.reduce((sum, weight) => sum + weight, 0) + 1.5 * topical;
}

/** "You are the assistant of Bright Smile Dental." → "Bright Smile Dental" */
export function businessName(prompt: string): string | null {
  const pattern =
    /\b(?:assistant|receptionist|agent|front desk)\s+(?:of|for|at)\s+(?:the\s+)?((?:[A-Z][\w&'’]*|of|and|&)(?:\s+(?:[A-Z][\w&'’]*|of|and|&))*)/;
  return pattern.exec(prompt)?.[1] ?? null;
}
