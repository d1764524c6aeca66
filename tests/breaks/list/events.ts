import type { Break } from "../break.ts";

const database = "tests/database/events.test.ts";
const post = "tests/unit/sms/outside/post.test.ts";
const address = "tests/unit/sms/outside/public_address.test.ts";

export const eventBreaks: Break[] = [
  {
    name: "a tenant's address is told of other tenants",
    in: "sms_private.note_event",
    find: "join sms_private.event_endpoints e on e.active and (e.user_id = tenant or e.user_id is null)",
    replace: "join sms_private.event_endpoints e on e.active",
    caughtBy: [database],
  },
  {
    name: "an update that changes no status is an event",
    in: "sms_private.note_message",
    find: "elsif (new.status, new.error_code) is distinct from (old.status, old.error_code) then",
    replace: "else",
    caughtBy: [database],
  },
  {
    name: "who is nobody manages the operator's addresses",
    in: "sms_private.save_my_endpoint",
    find: "coalesce((select sms_private.tenant_id()), sms_private.nobody())",
    replace: "(select sms_private.tenant_id())",
    caughtBy: ["tests/database/access_verbs.test.ts", database],
  },
  {
    name: "a worker that lost its lease records its answer",
    in: "sms_private.record_event",
    find: "    and leased.lease_token = (result ->> 'lease_token')::uuid for update;",
    replace: "    for update;",
    caughtBy: [database],
  },
  {
    name: "410 is a failure like any other",
    in: "sms_private.count_event_failure",
    find: "when status = 410 then 'gone'",
    replace: "when false then 'gone'",
    caughtBy: [database],
  },
  {
    name: "the secret before signs for ever",
    in: "public.sms_claim_events",
    find: "case when e.previous_until > clock_timestamp() then e.previous_secret end",
    replace: "e.previous_secret",
    caughtBy: [database],
  },
  {
    name: "an address that hangs takes all slots",
    in: "sms_private.event_turns",
    find: "where not t.failing or f.calls + t.place <= 20",
    replace: "where true",
    caughtBy: [database],
  },
  {
    name: "only one of the addresses that a name leads to is checked",
    in: "supabase/functions/_shared/sms/outside/post.ts",
    find: "ips.some((ip) => !mayConnect(ip, deps))",
    replace: "ips.slice(0, 1).some((ip) => !mayConnect(ip, deps))",
    caughtBy: [post],
  },
  {
    name: "an IPv6 address outside of what is routed counts as public",
    in: "supabase/functions/_shared/sms/outside/public_address.ts",
    find: 'return address.kind() === "ipv4" || (address.toByteArray()[0] ?? 0) >> 5 === 1;',
    replace: 'return address.kind() !== "";',
    caughtBy: [address],
  },
  {
    name: "an address gets events without a signature of the current secret",
    in: "supabase/functions/sms-worker/events/sign.ts",
    find: "secrets.map((secret) =>",
    replace: "secrets.slice(1).map((secret) =>",
    caughtBy: ["tests/functions/events.test.ts"],
  },
];
