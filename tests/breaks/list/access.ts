import type { Break } from "../break.ts";

const disconnect = "tests/database/disconnect_account.test.ts";

export const accessBreaks: Break[] = [
  {
    name: "a backend that acts for a tenant keeps its own rights",
    in: "supabase/schemas/50_people/acting_for.sql",
    find: "set search_path = '' set role = 'authenticated'\nas",
    replace: "set search_path = ''\nas",
    caughtBy: ["tests/database/acting_for.test.ts"],
  },
  {
    name: "after a call for a tenant the transaction keeps the tenant's claims",
    in: "sms_private.call_as",
    find:
      "perform set_config('request.jwt.claims', claims, true), set_config('request.jwt.claim.sub', subject, true);",
    replace: "",
    caughtBy: ["tests/database/acting_for.test.ts"],
  },
  {
    name: "a signed-in user may name another user",
    in: "supabase/functions/_shared/sms/http/owner.ts",
    find: "if (userId === undefined || userId.toLowerCase() === caller.userId) return caller.userId;",
    replace: "return userId ?? caller.userId;",
    caughtBy: ["tests/unit/sms/http/owner.test.ts"],
  },
  {
    name: "everybody sees all conversations",
    in: "supabase/schemas/20_tables/50_conversations.sql",
    find: "for select to authenticated\n  using ((select sms_private.tenant_id()) = user_id);",
    replace: "for select to authenticated\n  using (true);",
    caughtBy: ["tests/database/access_rows.test.ts"],
  },
  {
    name: "everybody sees all messages",
    in: "supabase/schemas/20_tables/70_messages.sql",
    find:
      "create policy select_own on public.sms_messages for select to authenticated\n  using ((select sms_private.tenant_id()) = user_id);",
    replace: "create policy select_own on public.sms_messages for select to authenticated\n  using (true);",
    caughtBy: ["tests/database/access_rows.test.ts"],
  },
  {
    name: "another tenant's conversation is found by its id",
    in: "sms_private.find_conversation",
    find: "where c.id = find_conversation.conversation_id and c.user_id = tenant",
    replace: "where c.id = find_conversation.conversation_id",
    caughtBy: ["tests/database/refusals.test.ts"],
  },
  {
    name: "a tenant may write any column of a conversation",
    in: "supabase/schemas/90_grants.sql",
    find: "grant update (ai_enabled) on public.sms_conversations to authenticated;",
    replace: "grant update on public.sms_conversations to authenticated;",
    caughtBy: ["tests/database/access_grants.test.ts"],
  },
  {
    name: "a private function is open to every signed-in user",
    in: "supabase/schemas/90_grants.sql",
    find: "revoke all on all functions in schema sms_private from public, anon, authenticated, service_role;",
    replace: "",
    caughtBy: ["tests/database/access_tenancy.test.ts"],
  },
  {
    name: "a tenant changes another tenant's broadcast",
    in: "sms_private.change_my_broadcast",
    find: "and v.user_id = (select sms_private.tenant_id())",
    replace: "",
    caughtBy: ["tests/database/access_verbs.test.ts"],
  },
  {
    name: "another tenant's Twilio account can be taken",
    in: "public.sms_save_account",
    find: "where t.user_id is not distinct from owner_id",
    replace: "where true",
    caughtBy: ["tests/database/accounts.test.ts"],
  },
  {
    name: "a disconnected account still signs webhooks",
    in: "public.sms_get_account",
    find: " and a.disconnected_at is null",
    replace: "",
    caughtBy: [disconnect],
  },
  {
    name: "a disconnected account's waiting messages stay in the queue",
    in: "public.sms_disconnect_account",
    find: "perform sms_private.silence_numbers(numbers);",
    replace: "",
    caughtBy: [disconnect],
  },
  {
    name: "a look at Twilio judges a set-up that is under way",
    in: "public.sms_record_webhook",
    find: "and not (p.webhook_status = 'pending'",
    replace: "and not (false and p.webhook_status = 'pending'",
    caughtBy: ["tests/database/number_webhooks.test.ts"],
  },
  {
    name: "a broadcast counts as an answer in the figures",
    in: "sms_private.is_answer",
    find: " and message.broadcast_id is null",
    replace: "",
    caughtBy: ["tests/database/answer_times.test.ts"],
  },
  ...["message", "conversation", "job"].map((row): Break => ({
    name: `the rules of a ${row}'s row are not checked`,
    in: `sms_private.check_${row}`,
    find: "return broken is null or",
    replace: "return true or",
    caughtBy: ["tests/database/row_rules.test.ts", "tests/database/rules.test.ts"],
  })),
];
