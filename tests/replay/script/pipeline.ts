/** The pipeline's verbs: with the secret key, and denied to people. */
import { ada, bob, NO_ACCOUNT, NO_ID, nobody, operator, sid, type Step } from "../steps.ts";
import { CAROL, ERIN } from "./receiving.ts";

const size = { batch_size: 5, lease_seconds: 90 };
const JUDY = "+14155550107";
const text = {
  account_sid: "{bobAccount}",
  message_sid: sid(500),
  from_number: JUDY,
  to_number: "{bobNumber}",
  body: "One more thing",
  media: [],
  num_segments: 1,
  opt_out_type: null,
};
const report = {
  account_sid: "{account}",
  message_sid: "{sentSid}",
  from_number: "{number}",
  to_number: CAROL,
  status: "delivered",
  error_code: null,
  error_message: null,
};

/** Verbs of which people hear that they may not; what they are given does not matter. */
const DENIED: readonly [verb: string, args: Record<string, unknown>][] = [
  ["assign_phone_number", {
    owner_id: "{ada}",
    account_sid: "{account}",
    number: "{number}",
    assistant_id: null,
    twilio_sid: null,
  }],
  ["claim_deliveries", size],
  ["claim_listings", size],
  ["claim_lookups", size],
  ["claim_replies", size],
  ["claim_settlements", size],
  ["create_broadcast_for", { owner_id: "{ada}", to_numbers: [CAROL], body: "Psst" }],
  ["create_message_for", { owner_id: "{ada}", to_number: CAROL, body: "Psst" }],
  ["disconnect_twilio_account", { owner_id: "{bob}", account_sid: "{bobAccount}" }],
  ["find_number_accounts", { owner_id: "{bob}", number: null }],
  ["finish_replies", { results: [] }],
  ["fold_stats", {}],
  ["get_delivery", { message_id: "{sent}" }],
  ["get_twilio_account", { account_sid: "{bobAccount}" }],
  ["hurry_listings", {}],
  ["list_credentials", {}],
  ["list_webhooks", { owner_id: "{bob}" }],
  ["receive_message", text],
  ["record_deliveries", { results: [] }],
  ["record_listings", { results: [] }],
  ["record_lookups", { results: [] }],
  ["record_settlements", { results: [] }],
  ["record_status", report],
  ["save_phone_number", { owner_id: "{ada}", account_sid: "{account}", number: "{bobNumber}" }],
  ["save_twilio_account", { owner_id: "{ada}", account_sid: "{bobAccount}" }],
  ["schedule_worker", { functions_url: "https://example.com", worker_key: "k" }],
  ["take_preview_turn", { owner_id: "{ada}" }],
  ["take_turn", { owner_id: "{ada}", action: "replay", per_minute: 1 }],
  ["unassign_phone_number", { owner_id: "{bob}", phone_number_id: "{bobNumberId}" }],
  ["unschedule_worker", {}],
  ["worker_health", {}],
];

const denied: readonly Step[] = [
  ...DENIED.map(([verb, args]) => ada.rpc(verb, args)),
  ...DENIED.slice(0, 8).map(([verb, args]) => nobody.rpc(verb, args)),
];

const allowed: readonly Step[] = [
  operator.rpc("receive_message", text, { keep: { judys: "conversation_id" } }),
  operator.rpc("receive_message", text),
  operator.rpc("receive_message", { ...text, message_sid: sid(501), to_number: "+15005550777" }),
  operator.rpc("receive_message", { ...text, message_sid: sid(502), account_sid: "{account}" }),
  operator.rpc("claim_replies", size, { keep: { job: "jobs.0.job_id", lease: "jobs.0.lease_token" } }),
  operator.rpc("claim_replies", size),
  operator.rpc("finish_replies", {
    results: [{
      job_id: "{job}",
      lease_token: "{lease}",
      conversation_id: "{judys}",
      assistant_id: "{bert}",
      through_seq: 1,
      greeting: false,
      reply: "Certainly.",
      intent: "question",
      end_conversation: false,
      opt_out: false,
      handoff: false,
      shortened: false,
      failure: null,
    }],
  }),
  operator.rpc("claim_deliveries", size, {
    keep: { delivery: "jobs.0.job_id", sending: "jobs.0.lease_token", said: "jobs.0.message_id" },
  }),
  operator.rpc("get_delivery", { message_id: "{said}" }),
  operator.rpc("record_deliveries", {
    results: ["{sending}", "{sending}"].map((lease_token) => ({
      job_id: "{delivery}",
      lease_token,
      message_id: "{said}",
      account_sid: "{bobAccount}",
      outcome: "accepted",
      message_sid: sid(503),
      status: "queued",
      num_segments: 1,
      error_code: null,
      error_message: null,
      retry_after_ms: null,
    })),
  }),
  operator.rpc("get_delivery", { message_id: "{said}" }),
  operator.rpc("get_delivery", { message_id: NO_ID }),
  operator.rpc("claim_lookups", size),
  operator.rpc("record_status", report),
  operator.rpc("record_status", { ...report, account_sid: "{bobAccount}" }),
  operator.rpc("record_status", { ...report, message_sid: sid(504) }),
  operator.rpc("create_message_for", { owner_id: NO_ID, to_number: CAROL, body: "Hello" }),
  operator.rpc("create_message_for", { owner_id: "{bob}", to_number: ERIN, body: "Hello" }),
  operator.rpc("take_turn", { owner_id: "{bob}", action: "replay", per_minute: 1 }),
  operator.rpc("take_turn", { owner_id: "{bob}", action: "replay", per_minute: 1 }),
  operator.rpc("take_turn", { owner_id: NO_ID, action: "replay", per_minute: 1 }),
  operator.rpc("get_twilio_account", { account_sid: NO_ACCOUNT }),
  operator.rpc("get_twilio_account", { account_sid: "{bobAccount}" }),
  operator.rpc("list_webhooks", { owner_id: "{bob}" }),
  operator.rpc("find_number_accounts", { owner_id: "{bob}", number: "{bobNumber}" }),
  operator.rpc("save_phone_number", { owner_id: "{bob}", account_sid: "{account}", number: "{number}" }),
  operator.rpc("save_twilio_account", { owner_id: "{ada}", account_sid: "{bobAccount}" }),
  operator.rpc("schedule_worker", { functions_url: "nonsense", worker_key: "k" }),
  operator.rpc("unassign_phone_number", { owner_id: "{ada}", phone_number_id: "{bobNumberId}" }),
  operator.rpc("choose_sender", { account_sid: "{account}", to_number: CAROL }),
  ada.rpc("choose_sender", { account_sid: "{account}", to_number: CAROL }),
  bob.rpc("choose_sender", { account_sid: "{account}", to_number: ERIN }),
  bob.rpc("list_accounts", { account_sid: "{bobAccount}" }),
  ada.rpc("list_accounts", { account_sid: "{bobAccount}" }),
  bob.rpc("list_phone_numbers", {}),
  ada.rpc("list_phone_numbers", { phone_number_id: "{bobNumberId}" }),
];

/** Last: Bob's number and account go. */
const end: readonly Step[] = [
  bob.call("DELETE", "sms-numbers/{bobNumberId}"),
  bob.call("DELETE", "sms-numbers/{bobNumberId}"),
  bob.call("DELETE", "sms-accounts/{bobAccount}"),
  bob.get("sms-accounts"),
  bob.post("sms-send", { to: ERIN, body: "Hello" }),
];

export default [...denied, ...allowed, ...end];
