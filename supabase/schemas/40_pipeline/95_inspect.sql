-- What `deno task doctor` asks: what is connected, and what of it is not as it should be.

-- A definer: the secret key need not have rights on Realtime's schema.
create function sms_private.live_updates_state()
returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null or to_regclass('realtime.messages') is null
      then 'unavailable'
    when (select count(*) from pg_trigger t where t.tgname = 'announce_changes' and t.tgenabled <> 'D'
        and t.tgrelid in ('public.sms_conversations'::regclass, 'public.sms_messages'::regclass)) = 2
      and exists (select from pg_policy p where p.polrelid = to_regclass('realtime.messages')
        and p.polname = 'sms_listen_to_own')
      then 'set_up'
    else 'missing' end
$$;
comment on function sms_private.live_updates_state is
  'set_up, missing (sms_private.set_up_live_updates() mends it), or unavailable: the project has no Realtime.';

-- Not more than an answer can hold: who has so many sees by the first ones what is wrong.
create function public.sms_inspect()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'inspected',
    'now', clock_timestamp(),
    'accounts', (
      select coalesce(jsonb_agg(to_jsonb(one) order by one.account_sid), '[]') from (
        select account.account_sid, account.shared, unreadable.account_id is not null as credentials_unreadable
        from public.sms_accounts account
        left join sms_private.unreadable_accounts() unreadable on unreadable.account_id = account.id
        where account.disconnected_at is null
        order by (unreadable.account_id is not null) desc, account.id limit 100) one),
    'numbers', (
      select coalesce(jsonb_agg(to_jsonb(one) order by one.number, one.id), '[]') from (
        select number.id, number.number, sms_private.country_of(number.number) as country, number.account_sid,
          number.assistant_id is not null as has_assistant,
          number.webhook_status, number.webhook_error, number.sms_url, account.trunk_sid as main_trunk_sid
        from public.sms_numbers number
        join public.sms_accounts account on account.account_sid = number.account_sid and account.disconnected_at is null
        order by number.webhook_status = 'configured', number.id limit 100) one),
    'numbers_in_all', (select count(*) from public.sms_numbers),
    'live_updates', sms_private.live_updates_state(),
    'extensions', (
      select coalesce(jsonb_object_agg(e.extname, e.extnamespace::regnamespace), '{}')
      from pg_extension e where e.extname in ('pg_trgm', 'btree_gin', 'pg_cron', 'pg_net', 'supabase_vault')))
$$;
comment on function public.sms_inspect is
  'For the operator: 100 connected accounts and 100 numbers at most, those with a problem first, without any secret; whether live updates are set up; where the extensions are. Outcome: inspected.';
