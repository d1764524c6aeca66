/**
 * Which numbers ring the same telephone. Networks put through a number in its old spelling and in today's, and hand over either
 * as the sender: https://github.com/chatwoot/chatwoot/pull/14174 (Twilio, +521 for +52),
 * https://github.com/chatwoot/chatwoot/pull/14264 (Brazil, Argentina). Twilio's list of who opted out has the number that sent
 * STOP, letter by letter. Written by itself, from the pages named here: a second opinion on the product's table.
 */
type Spelling = readonly [old: RegExp, today: string];

const SPELLINGS: readonly Spelling[] = [
  // The 0 that is dialled at home stays when somebody takes the brackets out of "+44 (0)7700 …".
  [/^\+(44|49|33|31|41|43|46|61|27|66|81|82|62|233|234|254|880|972)0(?=[1-9])/, "+$1"],
  // https://www.twilio.com/en-us/guidelines/mx/sms
  [/^\+521(\d{10})$/, "+52$1"],
  // https://en.wikipedia.org/wiki/Telephone_numbers_in_Argentina: texts go to the number without the 9.
  [/^\+549(\d{10})$/, "+54$1"],
  // https://en.wikipedia.org/wiki/Telephone_numbers_in_Brazil: not for trunked radio, whose numbers begin with 7.
  [/^\+55([1-9][1-9])([689]\d{7})$/, "+55$19$2"],
  // https://fr.allafrica.com/stories/202411300249.html
  [/^\+229([24569]\d{7})$/, "+22901$1"],
  // https://fr.wikipedia.org/wiki/Liste_des_indicatifs_t%C3%A9l%C3%A9phoniques_en_C%C3%B4te_d%27Ivoire: by operator.
  [/^\+225([045678][1-3]\d{6})$/, "+22501$1"],
  [/^\+225([045678][4-6]\d{6})$/, "+22505$1"],
  [/^\+225([045678][7-9]\d{6})$/, "+22507$1"],
  // http://www.itu.int/dms_pub/itu-t/opb/sp/T-SP-OB.1063-2014-OAS-PDF-E.pdf
  [/^\+237([79]\d{7})$/, "+2376$1"],
  // http://news.alibreville.com/h/114469.html
  [/^\+2410?([256]\d{6})$/, "+2416$1"],
  [/^\+2410?([47]\d{6})$/, "+2417$1"],
  // https://www.icta.mu/telecom-numbering/
  [/^\+230([79]\d{6})$/, "+2305$1"],
  // https://mobifone.vn and https://en.wikipedia.org/wiki/Telephone_numbers_in_Vietnam
  [/^\+8416([2-9]\d{7})$/, "+843$1"],
  [/^\+84120(\d{7})$/, "+8470$1"],
  [/^\+84123(\d{7})$/, "+8483$1"],
];

/** Today's spelling of a number: the same for all that ring one telephone. */
export function telephoneOf(number: string): string {
  return SPELLINGS.reduce((spelt, [old, today]) => spelt.replace(old, today), number);
}
