import { z } from "zod";
import { AccountSid, Uuid } from "../../supabase/functions/_shared/sms/contract/common.ts";
import type { Operation } from "./document.ts";

const FORM = "application/x-www-form-urlencoded";
const TwilioForm = z.looseObject({
  AccountSid,
  MessageSid: z.string().regex(/^[A-Z]{2}[0-9a-f]{32}$/),
}).describe("As Twilio posts it.");

/** What Twilio and the schedule call. */
export const pipeline: readonly Operation[] = [{
  method: "post",
  path: "/sms-webhook",
  summary: "A text comes in",
  callers: ["twilio"],
  body: { schema: TwilioForm, contentType: FORM },
  answers: { 200: { description: "Empty TwiML.", contentType: "text/xml" } },
  verbs: ["sms_receive_message"],
}, {
  method: "post",
  path: "/sms-status",
  summary: "Twilio tells how a message fares",
  callers: ["twilio"],
  parameters: { query: z.object({ message_id: Uuid.optional().describe("Our id of the message.") }) },
  body: { schema: TwilioForm, contentType: FORM },
  answers: { 200: { description: "Recorded." } },
  verbs: ["sms_record_status"],
}, {
  method: "post",
  path: "/sms-worker",
  summary: "Wake the worker",
  callers: ["worker"],
  answers: {
    202: { description: "It works on after the answer.", schema: z.object({ accepted: z.literal(true) }) },
  },
}, {
  method: "get",
  path: "/sms-worker",
  summary: "How the queue is, and who woke the worker last",
  callers: ["worker"],
  parameters: {
    query: z.object({
      ask: z.enum(["model", "address"]).optional().describe(
        "model: asks the model's server as well. address: asks whether the address that Twilio is given leads to this project.",
      ),
    }),
  },
  answers: {
    200: { description: "Figures; docs/operations.md.", schema: z.record(z.string(), z.unknown()) },
  },
}];
