-- A number's webhook at Twilio: repaired, recorded, listed.

create function sms_private.number_view(number public.sms_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(number) || jsonb_build_object('webhook_problem', sms_private.webhook_problem_of(number),
    'credentials_unreadable', sms_private.is_number_unreadable(number))
$$;
comment on function sms_private.number_view is
  'A number as its tenant is shown it: the row, why webhooks for it are refused, and whether its account can still be used.';

create function public.sms_repair_number(owner_id uuid, phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if not exists (select from public.sms_numbers n
                 where n.id = sms_repair_number.phone_number_id and n.user_id = owner_id) then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  end if;
  return public.sms_repair_any_number(sms_repair_number.phone_number_id);
end
$$;
comment on function public.sms_repair_number is
  'Begins setting up a tenant''s number anew. Outcomes: begun, NUMBER_NOT_FOUND (also for another tenant''s), ACCOUNT_DISCONNECTED.';

-- A verb of its own, so that a forgotten owner (null) can never mean the numbers of all tenants.
create function public.sms_repair_any_number(phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  number public.sms_numbers;
begin
  select * into number from public.sms_numbers p where p.id = sms_repair_any_number.phone_number_id;
  if number.id is null then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  elsif sms_private.is_disconnected(number) then
    -- The row goes on saying what to do.
    return jsonb_build_object('outcome', 'ACCOUNT_DISCONNECTED');
  end if;
  return jsonb_build_object('outcome', 'begun') || sms_private.begin_webhook(number.id);
end
$$;
comment on function public.sms_repair_any_number is
  'Begins setting up any number anew, for the operator. Outcomes: begun, NUMBER_NOT_FOUND, ACCOUNT_DISCONNECTED.';

create function public.sms_record_webhook(
  phone_number_id uuid, seen_version bigint, webhook_status text, webhook_error text default null,
  twilio_sid text default null, sms_url text default null, trunk_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  confirmed boolean := sms_record_webhook.webhook_status = 'configured';
  number public.sms_numbers;
begin
  update public.sms_numbers p
  set webhook_status = sms_record_webhook.webhook_status,
    webhook_error = case when confirmed then null else left(sms_record_webhook.webhook_error, 1000) end,
    webhook_checked_at = clock_timestamp(), webhook_version = p.webhook_version + 1,
    -- What Twilio confirmed last stays until it confirms something else.
    configured_at = case when confirmed then clock_timestamp() else p.configured_at end,
    twilio_sid = case when confirmed then sms_record_webhook.twilio_sid else p.twilio_sid end,
    sms_url = case when confirmed then sms_record_webhook.sms_url else p.sms_url end,
    trunk_sid = case when confirmed then sms_record_webhook.trunk_sid else p.trunk_sid end
  where p.id = sms_record_webhook.phone_number_id and p.webhook_version = seen_version
    -- A look at Twilio does not judge a set-up that may still be under way.
    and not (p.webhook_status = 'pending' and sms_record_webhook.webhook_status = 'drifted')
    -- A process may still have the old token in memory (docs/credentials.md), and Twilio may still accept it.
    and not sms_private.is_disconnected(p)
  returning * into number;
  if number.id is not null then
    return jsonb_build_object('outcome', 'recorded', 'phone_number', sms_private.number_view(number));
  end if;
  select * into number from public.sms_numbers p where p.id = sms_record_webhook.phone_number_id;
  return case when number.id is null then jsonb_build_object('outcome', 'NUMBER_NOT_FOUND')
    else jsonb_build_object('outcome', 'superseded', 'phone_number', sms_private.number_view(number)) end;
end
$$;
comment on function public.sms_record_webhook is
  'How an attempt at Twilio''s side, or a look at it, ended: configured with what Twilio confirmed, or failed or drifted with what to do. Outcomes: recorded, superseded (something newer was begun or recorded, or the account is disconnected), NUMBER_NOT_FOUND.';

create function public.sms_list_webhooks(owner_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when not sms_private.is_user(owner_id) then jsonb_build_object('outcome', 'USER_NOT_FOUND')
    else jsonb_build_object('outcome', 'listed', 'webhooks',
      coalesce(jsonb_agg(sms_private.webhook_of(n) order by n.number, n.id), '[]')) end
  from public.sms_numbers n where n.user_id = owner_id
$$;
comment on function public.sms_list_webhooks is
  'A tenant''s numbers, each with the trunk that it should be on, to be compared with Twilio. Outcomes: listed, USER_NOT_FOUND.';

create function public.sms_list_numbers(phone_number_id uuid default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when phone_number_id is not null and count(*) = 0
    then jsonb_build_object('outcome', 'NUMBER_NOT_FOUND')
    else jsonb_build_object('outcome', 'listed', 'phone_numbers',
      coalesce(jsonb_agg(sms_private.number_view(n) order by n.number, n.id), '[]')) end
  from public.sms_numbers n
  where n.user_id = (select sms_private.tenant_id())
    and (sms_list_numbers.phone_number_id is null or n.id = sms_list_numbers.phone_number_id)
$$;
comment on function public.sms_list_numbers is
  'The signed-in tenant''s numbers, or one of them, with the state of their webhooks. Outcomes: listed, NUMBER_NOT_FOUND (also for another tenant''s).';
