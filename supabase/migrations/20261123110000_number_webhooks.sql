-- What stands between a number and its assistant at Twilio: begun, then recorded as Twilio confirmed it.

alter table public.phone_numbers
  add column webhook_version bigint not null default 0,
  add column webhook_checked_at timestamptz,
  add constraint webhook_is_explained check (
    (webhook_status <> 'configured' or (sms_url is not null and configured_at is not null))
    and (webhook_status not in ('failed', 'drifted') or webhook_error is not null));
comment on column public.phone_numbers.webhook_version is
  'Counts what was begun and recorded about Twilio''s side: who reports on an older version is not heard.';
comment on column public.phone_numbers.webhook_checked_at is 'When Twilio was last asked and answered, or failed to.';

-- What an attempt has to bring about: the number, and the trunk that its account wants it on.
create function private.webhook_of(n public.phone_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('phone_number', to_jsonb(n), 'main_trunk_sid', (
    select a.trunk_sid from public.twilio_accounts a where a.account_sid = n.account_sid))
$$;
comment on function private.webhook_of is 'A number and the trunk that it should be on (null: its account names none).';
revoke execute on function private.webhook_of from public, anon, authenticated;
grant execute on function private.webhook_of to service_role;

create function private.begin_webhook(phone_number_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  n public.phone_numbers;
begin
  update public.phone_numbers p
  set webhook_status = 'pending', webhook_error = null, webhook_version = p.webhook_version + 1
  where p.id = begin_webhook.phone_number_id returning * into strict n;
  return private.webhook_of(n);
end
$$;
comment on function private.begin_webhook is
  'Begins an attempt to set up a number at Twilio. Until its end is recorded the number is pending, also if nobody lives to record it.';
revoke execute on function private.begin_webhook from public, anon, authenticated;
grant execute on function private.begin_webhook to service_role;

create function private.is_disconnected(n public.phone_numbers)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (select from public.twilio_accounts a
                 where a.account_sid = n.account_sid and a.disconnected_at is not null)
$$;
comment on function private.is_disconnected is 'Whether the account of a number is disconnected.';
revoke execute on function private.is_disconnected from public, anon, authenticated;
grant execute on function private.is_disconnected to service_role;

create function public.repair_phone_number(owner_id uuid, phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if not exists (select from public.phone_numbers n
                 where n.id = repair_phone_number.phone_number_id and n.user_id = owner_id) then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  end if;
  return public.repair_any_phone_number(repair_phone_number.phone_number_id);
end
$$;
comment on function public.repair_phone_number is
  'Begins setting up a tenant''s number anew. Outcomes: begun, NUMBER_NOT_FOUND (also for another tenant''s), ACCOUNT_DISCONNECTED.';
revoke execute on function public.repair_phone_number from public, anon, authenticated;
grant execute on function public.repair_phone_number to service_role;

-- Apart from the tenants' own, so that no null or forgotten owner ever means everybody's.
create function public.repair_any_phone_number(phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  n public.phone_numbers;
begin
  select * into n from public.phone_numbers p where p.id = repair_any_phone_number.phone_number_id;
  if n.id is null then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  elsif private.is_disconnected(n) then
    -- The row goes on saying what to do.
    return jsonb_build_object('outcome', 'ACCOUNT_DISCONNECTED');
  end if;
  return jsonb_build_object('outcome', 'begun') || private.begin_webhook(n.id);
end
$$;
comment on function public.repair_any_phone_number is
  'Begins setting up any number anew, for the operator. Outcomes: begun, NUMBER_NOT_FOUND, ACCOUNT_DISCONNECTED.';
revoke execute on function public.repair_any_phone_number from public, anon, authenticated;
grant execute on function public.repair_any_phone_number to service_role;

create function public.record_webhook(
  phone_number_id uuid, seen_version bigint, webhook_status text, webhook_error text default null,
  twilio_sid text default null, sms_url text default null, trunk_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  confirmed boolean := record_webhook.webhook_status = 'configured';
  n public.phone_numbers;
begin
  update public.phone_numbers p
  set webhook_status = record_webhook.webhook_status,
    webhook_error = case when confirmed then null else left(record_webhook.webhook_error, 1000) end,
    webhook_checked_at = clock_timestamp(), webhook_version = p.webhook_version + 1,
    -- What Twilio confirmed last stays until it confirms something else.
    configured_at = case when confirmed then clock_timestamp() else p.configured_at end,
    twilio_sid = case when confirmed then record_webhook.twilio_sid else p.twilio_sid end,
    sms_url = case when confirmed then record_webhook.sms_url else p.sms_url end,
    trunk_sid = case when confirmed then record_webhook.trunk_sid else p.trunk_sid end
  where p.id = record_webhook.phone_number_id and p.webhook_version = seen_version
    -- Who only looks does not judge an attempt that may still be under way.
    and not (p.webhook_status = 'pending' and record_webhook.webhook_status = 'drifted')
    -- A process may remember the token for a while (docs/credentials.md), and Twilio still take it.
    and not private.is_disconnected(p)
  returning * into n;
  if n.id is not null then
    return jsonb_build_object('outcome', 'recorded', 'phone_number', to_jsonb(n));
  end if;
  select * into n from public.phone_numbers p where p.id = record_webhook.phone_number_id;
  return case when n.id is null then jsonb_build_object('outcome', 'NUMBER_NOT_FOUND')
    else jsonb_build_object('outcome', 'superseded', 'phone_number', to_jsonb(n)) end;
end
$$;
comment on function public.record_webhook is
  'How an attempt at Twilio''s side, or a look at it, ended: configured with what Twilio confirmed, or failed or drifted with what to do. Outcomes: recorded, superseded (something newer was begun or recorded, or the account is disconnected), NUMBER_NOT_FOUND.';
revoke execute on function public.record_webhook from public, anon, authenticated;
grant execute on function public.record_webhook to service_role;

create function public.list_webhooks(owner_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'webhooks',
    coalesce(jsonb_agg(private.webhook_of(n) order by n.number, n.id), '[]'))
  from public.phone_numbers n where n.user_id = owner_id
$$;
comment on function public.list_webhooks is
  'A tenant''s numbers, each with the trunk that it should be on, to be compared with Twilio.';
revoke execute on function public.list_webhooks from public, anon, authenticated;
grant execute on function public.list_webhooks to service_role;

create function public.list_phone_numbers(phone_number_id uuid default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when phone_number_id is not null and count(*) = 0
    then jsonb_build_object('outcome', 'NUMBER_NOT_FOUND')
    else jsonb_build_object('outcome', 'listed', 'phone_numbers',
      coalesce(jsonb_agg(to_jsonb(n) order by n.number, n.id), '[]')) end
  from public.phone_numbers n
  where n.user_id = (select auth.uid())
    and (list_phone_numbers.phone_number_id is null or n.id = list_phone_numbers.phone_number_id)
$$;
comment on function public.list_phone_numbers is
  'The signed-in tenant''s numbers, or one of them, with the state of their webhooks. Outcomes: listed, NUMBER_NOT_FOUND (also for another tenant''s).';
revoke execute on function public.list_phone_numbers from public, anon, service_role;
grant execute on function public.list_phone_numbers to authenticated;
