/** What a text asks for, read from its words. Whole words only: a "weekend" is no "end". */

const OPT_OUT =
  /\b(stop|quit|cease|don'?t|do not|never|no more)\b[^.?!]{0,25}\b(text(s|ing)?|messag(e|es|ing)|contact(ing)?|sms|writ(e|ing)|spam(ming)?)\b|\bunsubscribe\b|\btake me off\b|\bremove (me|my number)\b|\bleave me alone\b/i;
const NOT_OPT_OUT = /\bdon'?t forget\b|\bno (messages?|texts?) (yet|so far)\b|\bdidn'?t\b/i;
const HUMAN =
  /\b(talk|speak|chat|connect|transfer|put me)\b[^.?!]{0,30}\b(human|person|someone|somebody|agent|representative|manager|receptionist|staff|dentist|doctor|owner)\b|\b(real|actual|live) (human|person|agent)\b|\b(call me back|have someone call)\b/i;
const COMPLAINT =
  /\b(complain(t|ing)?|terrible|awful|horrible|rude|unacceptable|disappoint(ed|ing)|angry|furious|refund|worst|disgusting|overcharged|still hurts|not happy|unhappy)\b/i;
const APPOINTMENT =
  /\b(appointments?|book(ed|ing)?|schedule|reschedul\w*|reserv\w+|slots?|fit me in|squeeze me in|make it (on|at)|come (in|by|over|on|at|along|tomorrow|today|next|this|mon|tue|wed|thu|fri|sat|sun)\w*|drop (in|by)|see (the|a|you|dr)|have time|anything free|any openings?|availab\w+)\b/i;
const CANCEL = /\b(cancel|call off|can'?t make|cannot make|won'?t make)\b/i;
const RECALL =
  /\b(what|which|when)\b[^.?!]{0,30}\b(did i (say|tell|ask)|(is|was) my (appointment|booking|name)|(i|we) (agree|book|said))/i;
const GOODBYE =
  /\b(good ?bye|bye|see (you|ya)( (then|soon|later|there))?|talk (soon|later)|take care|good night|cheers|that('?s| is| was) (all|it|everything)|nothing else|no,? thank(s| you)|end (this|the) (chat|conversation)|have a (good|nice|great|lovely) (one|day|evening|night|week|weekend))\b/i;
const GREETING = /^(hi|hello|hey|good (morning|afternoon|evening)|howdy|hola)\b/i;
const QUESTION =
  /\?|^(and |so |but |also )?(what|when|where|who|how|which|why|do|does|did|is|are|can|could|will|would|may|any|tell me)\b|\b(i('d| would) like to know|wondering|need to know)\b/i;
const YES =
  /^(yes|yeah|yep|sure|ok(ay)?|perfect|great|sounds good|that works|works for me|please do|fine)\b/i;
const THANKS = /\b(thanks?|thank you|thx|ty)\b/i;
const PLEASANTRY =
  /\b(thanks?|thank|you|thx|ty|so|very|much|a lot|ok(ay)?|great|perfect|cool|awesome|nice|too|good|bye|goodbye|cheers|see|soon|later|take care|will do|got it|have|a|day|evening|weekend|night|and|lovely|no worries|alright|yes)\b/gi;

export const wantsOptOut = (text: string) => OPT_OUT.test(text) && !NOT_OPT_OUT.test(text);
export const wantsHuman = (text: string) => HUMAN.test(text);
export const complains = (text: string) => COMPLAINT.test(text);
export const wantsAppointment = (text: string) => APPOINTMENT.test(text);
export const cancels = (text: string) => CANCEL.test(text);
export const asksBack = (text: string) => RECALL.test(text);
export const saysGoodbye = (text: string) => GOODBYE.test(text);
export const greets = (text: string) => GREETING.test(text.trim());
export const asks = (text: string) => QUESTION.test(text.trim());
export const agrees = (text: string) => YES.test(text.trim());
export const thanks = (text: string) => THANKS.test(text);

/** Nothing but thanks, agreement, goodbyes and emoji. */
export function isPleasantry(text: string): boolean {
  return text.replaceAll(PLEASANTRY, "").replaceAll(/[^\p{L}\p{N}]/gu, "") === "" && !text.includes("?");
}
