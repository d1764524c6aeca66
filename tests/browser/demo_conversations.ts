/** Conversations as a dental practice has them, for pictures and for looking at: names, emoji, long words, right to left. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { phone } from "../functions/support.ts";

type Line = readonly [
  sender: "contact" | "assistant" | "person",
  body: string,
  more?: {
    status?: string;
    error_code?: string;
    error_message?: string;
    media?: { url: string; content_type?: string }[];
  },
];

interface Talk {
  readonly name: string | null;
  /** How long ago its last text came, in minutes. */
  readonly ago: number;
  readonly lines: readonly Line[];
  /** Columns of its conversation. */
  readonly conversation?: Readonly<Record<string, string | boolean>>;
  readonly unread?: number;
  readonly optedOut?: boolean;
}

const TALKS: readonly Talk[] = [
  {
    name: "Grace Hopper",
    ago: 2,
    unread: 1,
    conversation: { intent: "appointment" },
    lines: [
      ["contact", "Hi, do you have anything free on Friday afternoon?"],
      [
        "assistant",
        "Hi Grace! On Friday we can offer 1:30 pm or 3:15 pm. Which one suits you? The front desk will confirm it by text.",
      ],
      ["contact", "3:15 would be perfect 🙏"],
      [
        "assistant",
        "Great, I have noted Friday at 3:15 pm for a check-up. Please bring your insurance card.",
      ],
      ["contact", "Will do. Is parking free?"],
    ],
  },
  {
    name: "Alan Turing",
    ago: 9,
    unread: 2,
    conversation: { intent: "complaint", waiting_for_person: true },
    lines: [
      ["contact", "I waited 40 minutes yesterday although I had an appointment."],
      [
        "assistant",
        "I am sorry to hear that, Alan. That should not happen. Would you like somebody from the practice to call you?",
      ],
      ["contact", "Yes please, I want to talk to a person."],
      ["contact", "My number is this one."],
    ],
  },
  {
    name: "Radia Perlman",
    ago: 26,
    conversation: { intent: "question", ai_paused_reason: "taken_over" },
    lines: [
      ["contact", "Do you take Delta Dental PPO?"],
      ["assistant", "We work with most insurers. Let me check and get back to you."],
      ["person", "Hi Radia, this is Mia from the front desk. Yes, we are in network with Delta Dental PPO."],
      ["contact", "Wonderful, thank you Mia!"],
      ["person", "You are welcome. See you on Tuesday at 10:30."],
    ],
  },
  {
    name: "שרה לוי",
    ago: 55,
    conversation: { intent: "appointment" },
    lines: [
      ["contact", "שלום, אפשר לקבוע תור ליום שני בבוקר? 😊"],
      ["assistant", "שלום שרה! ביום שני יש לנו מקום בשעה 9:00 או 10:30. מה נוח לך?"],
      ["contact", "9:00 מצוין, תודה!"],
    ],
  },
  {
    name: "Donald Knuth",
    ago: 180,
    conversation: { intent: "support" },
    lines: [
      ["contact", "Can you send me the form again?"],
      ["person", "Here it is: https://brightsmile.example/forms/new-patient", {
        status: "undelivered",
        error_code: "30003",
        error_message: "The recipient's phone is switched off or out of reach.",
      }],
    ],
  },
  {
    name: null,
    ago: 300,
    optedOut: true,
    conversation: { ai_paused_reason: "opted_out" },
    lines: [
      ["person", "Reminder: your cleaning is tomorrow at 9 am."],
      ["contact", "STOP"],
    ],
  },
  {
    name: "أحمد علي",
    ago: 1500,
    conversation: { intent: "question" },
    lines: [
      ["contact", "مرحبا، كم سعر تبييض الأسنان؟"],
      ["assistant", "مرحبا أحمد! تبييض الأسنان يكلف 250 دولارا. هل تريد حجز موعد؟"],
    ],
  },
  {
    name: "Barbara Liskov",
    ago: 1600,
    conversation: { intent: "goodbye", status: "ended" },
    lines: [
      ["contact", "All good, thanks for your help!"],
      ["assistant", "Thank you for texting Bright Smile Dental. Have a lovely day!"],
    ],
  },
  {
    name: "Maximiliane von Oberhausen-Wittgensteinbachtal",
    ago: 3000,
    lines: [
      [
        "contact",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsversammlungsprotokoll",
      ],
      ["assistant", "I am not sure what you mean. Could you say it in other words?"],
      ["contact", "<script>alert('hi')</script> <b>bold?</b> & <img src=x onerror=alert(1)>"],
    ],
  },
  {
    name: "Edsger Dijkstra",
    ago: 4400,
    conversation: { intent: "feedback" },
    lines: [["contact", "The new hygienist is excellent ⭐️⭐️⭐️⭐️⭐️"]],
  },
  {
    name: "Ada Lovelace",
    ago: 5900,
    conversation: { intent: "sales" },
    lines: [["contact", "Do you offer a discount for families?"]],
  },
  { name: null, ago: 9000, lines: [["contact", "👍"]] },
  {
    name: "Tim Berners-Lee",
    ago: 12000,
    lines: [[
      "contact",
      "https://example.com/a/very/long/link?with=many&parameters=that&nobody=reads&but=everybody&pastes=into&texts=1234567890",
    ]],
  },
];

/** @returns the conversations' ids by name */
export async function addDemoConversations(sql: Sql, userId: string): Promise<Map<string, string>> {
  const [number] = await sql`select id, number, account_sid, assistant_id from public.sms_numbers
    where user_id = ${userId} order by created_at limit 1`;
  assert(number);
  const ids = new Map<string, string>();
  for (const talk of TALKS) {
    const contact = phone();
    const last = new Date(Date.now() - talk.ago * 60_000);
    const [person] = await sql`insert into public.sms_contacts ${
      sql({
        user_id: userId,
        number: contact,
        name: talk.name,
        opted_out_at: talk.optedOut ? last : null,
        opt_out_source: talk.optedOut ? "keyword" : null,
      })
    } returning id`;
    const { status = "active" } = talk.conversation ?? {};
    const [conversation] = await sql`insert into public.sms_conversations ${
      sql({
        user_id: userId,
        phone_number_id: number.id,
        contact_id: person?.id,
        assistant_id: number.assistant_id,
        last_seq: talk.lines.length,
        read_seq: talk.lines.length - (talk.unread ?? 0),
        last_message_at: last,
        last_message_preview: talk.lines.at(-1)?.[1].slice(0, 160) ?? null,
        ...talk.conversation,
        ...status === "ended" ? { ended_at: last, end_reason: "assistant" } : {},
      })
    } returning id`;
    for (const [i, [sender, body, more = {}]] of talk.lines.entries()) {
      const inbound = sender === "contact";
      await sql`insert into public.sms_messages ${
        sql({
          message_sid: `SM${crypto.randomUUID().replaceAll("-", "")}`,
          account_sid: number.account_sid,
          conversation_id: conversation?.id,
          user_id: userId,
          seq: i + 1,
          direction: inbound ? "inbound" : "outbound",
          sender,
          kind: sender === "assistant" ? "reply" : "text",
          to_number: inbound ? number.number : contact,
          from_number: inbound ? contact : number.number,
          body,
          status: inbound ? "received" : "delivered",
          num_segments: 1,
          // The beginning of a conversation is a day older than its end.
          created_at: new Date(
            last.getTime() - (talk.lines.length - 1 - i) * 70_000 - (i === 0 ? 86_400_000 : 0),
          ),
          ...more,
          media: sql.json(more.media ?? []),
        })
      }`;
    }
    ids.set(talk.name ?? contact, conversation?.id);
  }
  await sql`update public.sms_conversations set ai_paused_until = 'infinity' where ai_paused_reason = 'taken_over'`;
  return ids;
}
