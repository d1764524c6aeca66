/** The inbox: lists, pages, changes and attachments, by function and by verb. */
import { ada, bob, NO_ID, nobody, requestsOf, type Step } from "../steps.ts";
import { CAROL, DAVE } from "./receiving.ts";

const late = requestsOf("bob, too late");

const reading: readonly Step[] = [
  ada.get("sms-conversation"),
  ada.get("sms-conversation?limit=1", { keep: { cursor: "next_cursor" } }),
  ada.get("sms-conversation?limit=1&cursor={cursor}"),
  ada.get("sms-conversation?status=ended"),
  ada.get("sms-conversation?search=0101"),
  ada.get("sms-conversation?unread=true&answered_by=person"),
  ada.get("sms-conversation?intent=booking"),
  ada.get("sms-conversation?status=closed"),
  ada.get("sms-conversation?limit=0"),
  ada.get("sms-conversation?cursor=nonsense"),
  ada.get(`sms-conversation?search=${"x".repeat(101)}`),
  ada.get("sms-conversation?nobody_knows_this=1"),
  bob.get("sms-conversation"),
  nobody.get("sms-conversation"),
  late.get("sms-conversation"),
  ada.get("sms-conversation/{carolsConversation}"),
  ada.get("sms-conversation/{carolsConversation}?limit=2"),
  ada.get(`sms-conversation/phone-${CAROL}?from={number}`),
  ada.get(`sms-conversation/conv_${DAVE}`),
  bob.get("sms-conversation/{carolsConversation}"),
  bob.get(`sms-conversation/phone-${CAROL}`),
  ada.get("sms-conversation/nonsense"),
  ada.get("sms-conversation/{carolsConversation}/nonsense"),
  nobody.get("sms-conversation/{carolsConversation}"),
];

const changing: readonly Step[] = [
  ada.call("PATCH", "sms-conversation/{carolsConversation}", { read_through: 2 }),
  ada.call("PATCH", "sms-conversation/{carolsConversation}", { ai_enabled: false }),
  ada.call("PATCH", "sms-conversation/{carolsConversation}", { ai_enabled: true, status: "ended" }),
  ada.call("PATCH", "sms-conversation/{carolsConversation}", { status: "active" }),
  ada.call("PATCH", "sms-conversation/{carolsConversation}", {}),
  ada.call("PATCH", "sms-conversation/{carolsConversation}", { status: "closed" }),
  ada.call("PATCH", "sms-conversation/{carolsConversation}", { ai_enabled: "off" }),
  ada.call("DELETE", "sms-conversation/{carolsConversation}"),
  bob.call("PATCH", "sms-conversation/{carolsConversation}", { ai_enabled: false }),
  nobody.call("PATCH", "sms-conversation/{carolsConversation}", { ai_enabled: false }),
];

const attachments: readonly Step[] = [
  ada.get("sms-conversation/{picturesIn}/media/{pictured}/0"),
  ada.get("sms-conversation/{picturesIn}/media/{pictured}/1"),
  ada.get(`sms-conversation/{picturesIn}/media/${NO_ID}/0`),
  bob.get("sms-conversation/{picturesIn}/media/{pictured}/0"),
  nobody.get("sms-conversation/{picturesIn}/media/{pictured}/0"),
  ada.rpc("get_attachment", { conversation_id: "{picturesIn}", message_id: "{pictured}", attachment: 0 }),
  bob.rpc("get_attachment", { conversation_id: "{picturesIn}", message_id: "{pictured}", attachment: 0 }),
];

const mine = { conversation_id: "{carolsConversation}" };
const verbs: readonly Step[] = [
  ada.rpc("search_conversations", { search: "0101", page_size: 5 }),
  ada.rpc("search_conversations", { page_size: 0 }),
  bob.rpc("search_conversations", { search: "0101", page_size: 5 }),
  nobody.rpc("search_conversations", {}),
  ada.rpc("get_conversation", { ...mine, page_size: 2 }),
  bob.rpc("get_conversation", mine),
  nobody.rpc("get_conversation", mine),
  ada.rpc("list_messages_with", { contact_number: CAROL, page_size: 2 }),
  bob.rpc("list_messages_with", { contact_number: CAROL }),
  ada.rpc("list_message_numbers"),
  nobody.rpc("list_message_numbers"),
  ada.rpc("mark_read", { ...mine, through_seq: 3 }),
  bob.rpc("mark_read", { ...mine, through_seq: 3 }),
  ada.rpc("take_over", mine),
  bob.rpc("take_over", mine),
  nobody.rpc("take_over", mine),
  ada.rpc("hand_back", mine),
  bob.rpc("hand_back", mine),
  ada.rpc("update_conversation", { ...mine, read_through: 4 }),
  ada.rpc("update_conversation", mine),
  bob.rpc("update_conversation", { ...mine, ai_enabled: false }),
  bob.rpc("end_conversation", mine),
  nobody.rpc("end_conversation", mine),
  ada.rpc("end_conversation", { conversation_id: "{picturesIn}" }),
  ada.rpc("cancel_message", { message_id: "{later}" }),
  ada.rpc("cancel_message", { message_id: "{later}" }),
  bob.rpc("cancel_message", { message_id: "{later}" }),
  ada.rpc("opt_out_contact", { contact_id: "{carol}" }),
  bob.rpc("opt_out_contact", { contact_id: "{carol}" }),
  nobody.rpc("opt_out_contact", { contact_id: "{carol}" }),
  ada.rpc("create_message", { to_number: CAROL, body: "Are you there?" }),
  bob.rpc("create_message", { to_number: CAROL, body: "Hello", from_number: "{number}" }),
  nobody.rpc("create_message", { to_number: CAROL, body: "Psst" }),
  ada.rpc("take_over", { conversation_id: "nonsense" }),
];

export default [...reading, ...changing, ...attachments, ...verbs];
