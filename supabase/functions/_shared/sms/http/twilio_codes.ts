/**
 * Twilio's error codes in words that a person can act on: what happened, and what to do. A code whose page nobody has read is not
 * here, and is answered with a link to its page.
 *
 * Source: the page of each code, https://www.twilio.com/docs/api/errors/CODE; docs/compatibility.md says when they were read.
 * Nothing is copied: the words are ours.
 */
export const TWILIO_CODES: Readonly<Record<string, string>> = {
  // A message, or the call that should create one.
  14107:
    "Too many texts went to this recipient within 30 seconds. Wait a minute, and make sure that no two machines answer each other.",
  20003:
    "Twilio refused the account's credentials. Connect it again. The operator's are TWILIO_AUTH_TOKEN or SMS_TWILIO_API_KEY.",
  20005: "The Twilio account is not active. Look at its state in the Twilio console.",
  20404: "Twilio no longer has this account or resource.",
  20429: "Twilio asked us to slow down. Send the message again later.",
  21211: "The recipient is not a valid phone number.",
  21212: "The sender is not a valid phone number. Choose a number of the Twilio account.",
  21265:
    "The recipient is a short code, which cannot receive texts from Twilio. Use an ordinary phone number.",
  21266: "The sender and the recipient are the same number. Choose another recipient.",
  21268:
    "The recipient is a premium-rate or information number, which Twilio does not text. Use another number.",
  21402: "Twilio does not accept the webhook URL. It must be public: see SMS_PUBLIC_URL.",
  21408:
    "Sending to this country is not enabled. Enable it under Messaging > Geo permissions in the Twilio console.",
  21602: "A message needs a text or media.",
  21606: "The sender is not a number of this Twilio account that can send texts.",
  21608: "A trial account can only text numbers that were verified in the Twilio console.",
  21609: "Twilio does not accept the address for delivery reports. It must be public: see SMS_PUBLIC_URL.",
  21610: "The recipient has opted out of this sender. They can text START to opt in again.",
  21611: "The sender's queue at Twilio is full. Wait until it has drained, or use more senders.",
  21612: "Twilio cannot reach this recipient from this sender, for example a short code abroad.",
  21614: "The recipient's number cannot receive texts, for example a landline.",
  21617: "The message is longer than 1,600 characters.",
  21620: "A media URL is not valid. It has to be public and reachable by Twilio.",
  21623: "There are more than 10 media.",
  21635: "The recipient's number is a landline, which cannot receive texts.",
  21657:
    "The recipient's country does not accept this sender. Register it for that country, or choose another sender.",
  21659:
    "The sender is not a number at Twilio, or a short code of another country. If it is being moved to Twilio, wait for that.",
  21660:
    "The sender belongs to another Twilio account or subaccount. Connect the account that owns the number.",
  21661: "The sender cannot send texts. Choose a number of the Twilio account that can.",
  21663: "The number is of another Twilio region, and only US1 works here. Set its messaging region to US1.",
  21670: "Media cannot be sent in this Twilio region. Set the number's messaging region to US1.",
  30001: "The sender's queue at Twilio was full, so the message expired. Send more slowly.",
  30002: "The Twilio account was suspended after the message was accepted.",
  30003: "The recipient's phone is switched off or out of reach.",
  30004: "The recipient blocks messages, or cannot receive them.",
  30005: "The recipient's number does not exist or is not in service.",
  30006: "The recipient's number is a landline or its carrier is not reachable.",
  30007: "A carrier filtered the message as unwanted. Check its wording and the sender's registration.",
  30008: "The carrier did not deliver the message and did not say why.",
  30009: "A part of the incoming message did not reach Twilio. Ask the sender to send it again.",
  30010:
    "The text cost more than the price limit that was set for it. Twilio no longer has such limits, so send it again.",
  30011: "The recipient's phone cannot receive pictures or other media. Send the text without them.",
  30017:
    "The recipient's carrier was too busy to take media. Send it again later, and large sendings more slowly.",
  30019: "The message is larger than the recipient's carrier allows. Send a shorter text or smaller media.",
  30022:
    "Texts left faster than carriers allow for the sender's registration. Send more slowly, above all to the same recipient.",
  30023:
    "The business has sent all that T-Mobile allows it in a day. Send again after midnight, Pacific time.",
  30024:
    "The recipient's carrier does not know this sender yet. Finish its registration at Twilio; then it takes some time.",
  30032: "The toll-free sender is not verified. Verify it in the Twilio console.",
  30033:
    "The campaign that the sender is registered for is suspended. Ask Twilio's support why, and what to change.",
  30034: "The sender is not registered for A2P 10DLC. Register its brand and campaign in the Twilio console.",
  30035:
    "The sender's registration is not finished with the carriers. Wait until the Twilio console shows it as registered.",
  30036: "The text waited too long at Twilio and was not sent. Send it again, and send more slowly.",
  30037: "Sending is switched off for this Twilio account. Ask Twilio's support to switch it on.",
  30038: "Twilio holds back incoming one-time passwords. Have the password sent to a mobile phone instead.",
  30039:
    "Twilio took the incoming message for a machine's and did not pass it on. If a person wrote it, write to them yourself.",
  30040: "The recipient's carrier takes only sender names that are registered. Register the name at Twilio.",
  30041:
    "The sender must be registered before it texts numbers of the United Kingdom. Give Twilio the letter of authorization it asks for.",
  30044: "A trial account cannot send texts this long. Shorten the text, or upgrade the Twilio account.",
  30047:
    "Twilio's Compliance Toolkit could not hold the message until an hour in which it may go out. Send it again.",
  30410: "The carrier took too long. The message may be tried again.",
  30450:
    "Twilio suspects fraud and blocks texts to this number for 15 to 30 minutes. Send the text again after that.",
  30453:
    "Twilio suspects fraud and blocks texts to this number for a few hours. Send again later, or put the number on Twilio's safe list.",
  30454:
    "The trial account has used up the messages it may send. Upgrade the Twilio account, and send again some hours later.",
  30500: "Twilio had an error of its own. Send the text again, and ask Twilio's support if that fails too.",
  30610:
    "Twilio blocked the text because of quiet hours where the recipient is. Send it by day, or let Twilio put such texts off.",
  30640:
    "Twilio blocked the text because the recipient is known for lawsuits about texts. Take the number off your lists.",
  60728:
    "The account's hourly limit of messages is used up. Wait an hour, or have the limit raised at Twilio.",
  63017: "The Twilio account and its subaccounts together send too fast. Send more slowly.",
  63038:
    "The account's daily limit of messages is used up. Try again tomorrow, or raise the limit at Twilio.",
  70051:
    "Twilio did not authorize this. A Restricted API key lacks a permission for it: allow it at Twilio, or use a Standard key.",

  // The registration of a sender in the US: the console shows these, and no message carries them.
  30451:
    "The toll-free verification could not be submitted: the address is not valid. Correct it, and submit again.",
  30475:
    "The toll-free verification was rejected: people must agree to texts to use the service. Make that optional.",
  30501:
    "The toll-free verification was rejected: political texts need a Campaign Verify token. Get one, and submit again.",
  30511:
    "The toll-free verification was rejected: the script for spoken consent is missing. Submit its exact words.",
  30513:
    "The toll-free verification was rejected: the consent is unclear. Ask plainly, and apart from other terms.",
  30896:
    "The campaign was rejected: it does not show how people agree to get texts. Describe every way, and submit again.",
  30907:
    "The campaign was rejected: its website does not match the registered business. Make the two match, and submit again.",
  30908:
    "The campaign was rejected: its privacy policy is missing or incomplete. Say there that phone numbers are not shared for marketing.",
  30909:
    "The campaign was rejected: reviewers could not check how people agree to get texts. Describe each step, with links or pictures.",
  30913:
    "The campaign was rejected: one consent covers both marketing and other texts. Ask for the two separately, and submit again.",
  30917:
    "The campaign was rejected: not every way to agree is described. Describe each one, or remove those you do not use.",
  30919:
    "The campaign was rejected: its website says too little about the business or its texts. Say more there, and submit again.",
  30922:
    "The campaign was rejected: its website could not be checked. Make sure that it is public and works, and submit again.",
  30923:
    "The campaign was rejected: people must agree to texts to use the service. Make that optional, and submit again.",
  30924:
    "The campaign was rejected: the form does not say what people agree to. Name the kind of texts, how often, the cost, and STOP.",
  30932:
    "The campaign was rejected: its privacy policy lets phone numbers be shared. Say there that they are not, and submit again.",
  30990:
    "The campaign is suspended and sends nothing. Read Twilio's e-mail about it, and send no such texts by another campaign.",
};
