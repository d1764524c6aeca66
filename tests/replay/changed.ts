/**
 * What is meant to be answered otherwise than it was recorded, each with its cause. Nothing else may differ but names
 * (`names.ts`) and fields that were added (`added_fields.ts`).
 */
import type { Answer } from "./play.ts";

/** Something that a recorded answer holds, and what stands there today. */
interface Change {
  readonly because: string;
  /** Who asked for what, as recorded. */
  readonly requests: RegExp;
  change(answer: Answer): Answer;
}

/** The id of the text to another account's number. */
const STORED_SINCE = 81;

export const CHANGED: readonly Change[] = [
  {
    because: "A client without a session has a good key: it is told to sign in.",
    requests: /^nobody: \w+ functions\/v1\/(?!sms-worker)/,
    change: (answer) =>
      answer.status === 401
        ? { ...answer, body: { code: "MISSING_CREDENTIALS", message: "Sign in first." } }
        : answer,
  },
  {
    because: "The secret key may act for a tenant in every function, and has to name it.",
    requests: /^operator: GET functions\/v1\/sms-accounts$/,
    change: (answer) => ({
      ...answer,
      status: 400,
      body: { code: "INVALID_REQUEST", message: "user_id: with a secret key, name the user" },
    }),
  },
  {
    because: "A broadcast is nobody's answer to a contact: its texts are the system's.",
    requests: /^ada: GET functions\/v1\/sms-conversation\/conv_/,
    change: (answer) =>
      withBody(answer, (object) => object.broadcast_id ? { ...object, sender: "system" } : object),
  },
  {
    because: "A text of an app makes nothing unread. The operator's is all that this conversation has.",
    requests: /^ada: GET functions\/v1\/sms-conversation$/,
    change: (answer) =>
      withBody(
        answer,
        (object) =>
          object.last_message_preview === "From the operator"
            ? { ...object, read_seq: 1, unread: 0 }
            : object,
      ),
  },
  {
    because:
      "People know what they wrote: it makes nothing unread. In this script they alone wrote to these contacts.",
    requests: /^ada: GET functions\/v1\/sms-conversation(\?limit=1)?$/,
    change: (answer) =>
      withBody(
        answer,
        (object) => isPersons(object) ? { ...object, read_seq: object.last_seq, unread: 0 } : object,
      ),
  },
  {
    because: "So what people alone wrote is in no list of unread conversations.",
    requests: /^ada: GET functions\/v1\/sms-conversation\?unread=true/,
    change: (answer) =>
      withBody(
        answer,
        (object) =>
          Array.isArray(object.conversations)
            ? { ...object, conversations: object.conversations.filter((one) => !isPersons(one)) }
            : object,
      ),
  },
  {
    because: "Another account's number is answered like one that nobody has.",
    requests: /^twilio: POST functions\/v1\/sms-webhook/,
    change: (answer) =>
      isOtherAccount(answer)
        ? {
          ...answer,
          status: 200,
          body: "<Response/>",
          headers: { ...answer.headers, "content-type": "text/xml; charset=utf-8" },
        }
        : answer,
  },
  {
    because: "Another account's message is answered like one that is not there.",
    requests: /^twilio: POST functions\/v1\/sms-status/,
    change: (answer) =>
      isOtherAccount(answer)
        ? {
          ...answer,
          status: 404,
          body: { code: "MESSAGE_NOT_FOUND", message: "There is no such message." },
        }
        : answer,
  },
  {
    because: "A text to another account's number is stored for nobody, so it has an id.",
    requests: /^operator: POST rest\/v1\/rpc\/receive_message$/,
    change: (answer) =>
      JSON.stringify(answer.body).includes('"other_account"')
        ? { ...answer, body: { message_id: `<id ${STORED_SINCE}>`, outcome: "unowned" } }
        : answer,
  },
  {
    because: "Ids are numbered as they come, and that text has one.",
    requests:
      /^operator: POST rest\/v1\/rpc\/(claim_replies|finish_replies|claim_deliveries|get_delivery|record_deliveries|create_message_for)$/,
    change: (answer) => ({
      ...answer,
      body: JSON.parse(
        JSON.stringify(answer.body).replaceAll(
          /<id (\d+)>/g,
          (id, n) => Number(n) >= STORED_SINCE ? `<id ${Number(n) + 1}>` : id,
        ),
      ),
    }),
  },
];

function isOtherAccount({ body }: Answer): boolean {
  return JSON.stringify(body).includes('"OTHER_ACCOUNT"');
}

const isPersons = (object: Fields): boolean =>
  object.ai_paused_reason === "person" && object.intent === null && Number(object.unread) > 0;

/** The recorded answer as it is meant to be today. */
export function changedAnswer(answer: Answer): Answer {
  return CHANGED.reduce(
    (now, { requests, change }) => requests.test(now.request) ? change(now) : now,
    answer,
  );
}

type Fields = Readonly<Record<string, unknown>>;

const withBody = (answer: Answer, change: (object: Fields) => Fields): Answer => ({
  ...answer,
  body: eachObject(answer.body, change),
});

function eachObject(value: unknown, change: (object: Fields) => Fields): unknown {
  if (Array.isArray(value)) return value.map((one) => eachObject(one, change));
  if (typeof value !== "object" || value === null) return value;
  return change(
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, eachObject(one, change)])),
  );
}

/** Of rows that were asked for without an order Postgres gives any: only their fields are compared. */
export function withoutChance(answer: Answer): Answer {
  const isAny = /rest\/v1\/\w+\?(?!.*\border=).*\blimit=/.test(answer.request);
  return isAny && Array.isArray(answer.body)
    ? { ...answer, body: answer.body.map((row: object) => Object.keys(row).sort()) }
    : answer;
}
