/**
 * What a webhook's answer makes Twilio send. The product answers `<Response/>` and means nothing by it; a handler
 * that answered "OK" as text/plain would send the contact an "OK", so the ledger has to know.
 * https://www.twilio.com/docs/messaging/twiml#twilio-supported-content-types
 */

/** The texts to send, in order. */
export function repliesIn(answer: { contentType: string | null; body: string }): string[] {
  const type = (answer.contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "text/plain") return answer.body.trim() === "" ? [] : [answer.body];
  if (!["text/xml", "application/xml", "text/html"].includes(type)) return [];
  const messages = [...answer.body.matchAll(/<(Message|Sms)\b[^>]*?(?:\/>|>([\s\S]*?)<\/\1>)/g)];
  return messages.map((match) => textOf(match[2] ?? "")).filter((text) => text !== "");
}

function textOf(inner: string): string {
  const body = /<Body\b[^>]*>([\s\S]*?)<\/Body>/.exec(inner)?.[1] ?? inner;
  return unescapeXml(body.replace(/<[^>]*>/g, "")).trim();
}

function unescapeXml(text: string): string {
  return text
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&amp;/g, "&");
}
