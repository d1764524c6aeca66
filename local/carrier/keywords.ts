/**
 * Opt-out keywords as Twilio handles them on long codes by default: a message that is one of these words and nothing
 * else, in any case. https://help.twilio.com/articles/223134027 (keywords, replies, 21610) and
 * https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out (the list with REVOKE and OPTOUT; OptOutType).
 */

export type OptOutType = "STOP" | "START" | "HELP";

const words: Readonly<Record<OptOutType, readonly string[]>> = {
  STOP: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
  START: ["START", "YES", "UNSTOP"],
  HELP: ["HELP", "INFO"],
};

/** Twilio's own answers; an account can change them only with Advanced Opt-Out. */
export const carrierReplies: Readonly<Record<OptOutType, string>> = {
  STOP: "You have successfully been unsubscribed. You will not receive any more messages from this number. " +
    "Reply START to resubscribe.",
  START: "You have successfully been re-subscribed to messages from this number. Reply HELP for help. " +
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
  HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
};

/**
 * What Twilio takes the text for. "STOP PLEASE" is not a keyword. YES is an everyday answer: it counts only from a
 * contact who is opted out.
 */
export function keywordOf(body: string, isBlocked: boolean): OptOutType | null {
  const word = body.trim().toUpperCase();
  if (word === "YES" && !isBlocked) return null;
  for (const type of ["STOP", "START", "HELP"] as const) {
    if (words[type].includes(word)) return type;
  }
  return null;
}
