-- What the routes of the replaced system ask for.

-- Bodies there name an account, and no sender or a placeholder: the number this contact was last texted from, else the
-- oldest one, of that account.
create function public.sms_choose_sender(account_sid text, to_number text)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with mine as (
    select n.id, n.number, n.created_at from public.sms_numbers n
    where n.user_id = (select sms_private.tenant_id()) and n.account_sid = sms_choose_sender.account_sid
  ), own_account as (
    select a.disconnected_at from public.sms_accounts a
    where a.user_id = (select sms_private.tenant_id()) and a.account_sid = sms_choose_sender.account_sid
  )
  select case
    -- Not the caller's own account: then one of the operator's, on which the caller was given a number.
    when not exists (select from own_account o where o.disconnected_at is null)
      and (exists (select from own_account) or not exists (select from mine))
      then jsonb_build_object('outcome', 'CONNECT_ACCOUNT_FIRST')
    else jsonb_build_object('outcome', 'chosen', 'from_number', coalesce(
      (select m.number from public.sms_conversations c
       join mine m on m.id = c.phone_number_id
       where c.contact_id = (select sms_private.my_contact(sms_choose_sender.to_number))
         and c.user_id = (select sms_private.tenant_id())
       order by c.last_message_at desc nulls last, c.id desc limit 1),
      (select m.number from mine m order by m.created_at, m.id limit 1)))
  end
$$;
comment on function public.sms_choose_sender is
  'The caller''s number on a Twilio account that a message to this contact goes out from; null when it has none. Outcomes: chosen, CONNECT_ACCOUNT_FIRST (the account is not the caller''s, or is disconnected, and the caller was given no number on it).';

create function public.sms_list_message_numbers()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'numbers', coalesce(jsonb_agg(number order by number), '[]'))
  from (
    select k.number from public.sms_contacts k
    where k.user_id = (select sms_private.tenant_id()) and exists (
      select from public.sms_conversations c where c.contact_id = k.id and c.user_id = k.user_id and c.last_seq > 0)
    union
    select n.number from public.sms_numbers n
    where n.user_id = (select sms_private.tenant_id()) and exists (
      select from public.sms_conversations c where c.phone_number_id = n.id and c.user_id = n.user_id
        and c.last_seq > 0)
    union
    -- A stranger's keyword has no conversation.
    select m.from_number from public.sms_messages m
    where m.user_id = (select sms_private.tenant_id()) and m.conversation_id is null
  ) as numbers
$$;
comment on function public.sms_list_message_numbers is
  'Every number that the caller''s messages came from or went to, its own ones included. Returns { outcome: listed, numbers }.';

create function sms_private.count_my_messages(from_at timestamptz, to_at timestamptz)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  -- Before the first message and after the last, in quarters of an hour, as all figures are kept.
  range_from timestamptz := date_bin('15 minutes', greatest(from_at, '2000-01-01 00:00:00+00'),
    '2000-01-01 00:00:00+00');
  range_to timestamptz := date_bin('15 minutes',
    least(to_at, '2100-01-01 00:00:00+00') + interval '15 minutes' - interval '1 microsecond',
      '2000-01-01 00:00:00+00');
begin
  if range_from >= range_to then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  return (
    select jsonb_build_object('outcome', 'counted',
      'total', coalesce(sum(f.messages), 0),
      'inbound', coalesce(sum(f.messages) filter (where f.facet = 'inbound'), 0),
      'outbound', coalesce(sum(f.messages) filter (where f.facet = 'outbound'), 0),
      'sent', coalesce(sum(f.messages) filter (where f.label = 'sent'), 0),
      'delivered', coalesce(sum(f.messages) filter (where f.label in ('delivered', 'read')), 0),
      'failed', coalesce(sum(f.messages) filter (where f.label in ('failed', 'undelivered')), 0))
    from sms_private.stat_facets(tenant, null, null, range_from, range_to,
      sms_private.unfolded_figures(tenant, null, null, range_from, range_to)) f
    where f.facet in ('inbound', 'outbound'));
end
$$;
comment on function sms_private.count_my_messages is 'sms_count_messages, as definer, for sms_private.tenant_id().';

-- Over any range: what has no series needs no buckets.
create function public.sms_count_messages(from_at timestamptz default null, to_at timestamptz default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.count_my_messages(from_at, to_at) $$;
comment on function public.sms_count_messages is
  'How many messages the caller has, from the beginning or from_at until now or to_at (widened to quarters of an hour). Returns { outcome: counted, total, inbound, outbound, sent, delivered, failed }, or INVALID_RANGE.';
