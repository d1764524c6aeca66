-- What the routes of the system that was replaced ask for, and nothing else does (docs/design.md, section 7).

-- Bodies there name an account, and no sender or a placeholder: the number this contact was last texted from, else the
-- oldest one, of that account.
create function public.choose_sender(account_sid text, to_number text)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with mine as (
    select n.id, n.number, n.created_at from public.phone_numbers n
    where n.user_id = (select auth.uid()) and n.account_sid = choose_sender.account_sid
  ), own_account as (
    select a.disconnected_at from public.twilio_accounts a
    where a.user_id = (select auth.uid()) and a.account_sid = choose_sender.account_sid
  )
  select case
    -- Not the caller's own account: then one of the operator's, on which the caller was given a number.
    when not exists (select from own_account o where o.disconnected_at is null)
      and (exists (select from own_account) or not exists (select from mine))
      then jsonb_build_object('outcome', 'CONNECT_ACCOUNT_FIRST')
    else jsonb_build_object('outcome', 'chosen', 'from_number', coalesce(
      (select m.number from public.contacts k
       join public.conversations c on c.contact_id = k.id
       join mine m on m.id = c.phone_number_id
       where k.user_id = (select auth.uid()) and k.number = choose_sender.to_number
       order by c.last_message_at desc nulls last, c.id desc limit 1),
      (select m.number from mine m order by m.created_at, m.id limit 1)))
  end
$$;
comment on function public.choose_sender is
  'The caller''s number on a Twilio account that a text to this contact goes out from; null when it has none. Outcomes: chosen, CONNECT_ACCOUNT_FIRST (the account is not the caller''s, or is disconnected, and the caller was given no number on it).';
revoke execute on function public.choose_sender from public, anon, service_role;
grant execute on function public.choose_sender to authenticated;

create function public.list_message_numbers()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'numbers', coalesce(jsonb_agg(number order by number), '[]'))
  from (
    select k.number from public.contacts k
    where k.user_id = (select auth.uid()) and exists (
      select from public.conversations c where c.contact_id = k.id and c.user_id = k.user_id and c.last_seq > 0)
    union
    select n.number from public.phone_numbers n
    where n.user_id = (select auth.uid()) and exists (
      select from public.conversations c where c.phone_number_id = n.id and c.user_id = n.user_id and c.last_seq > 0)
    union
    -- A stranger's keyword has no conversation.
    select m.from_number from public.sms_messages m
    where m.user_id = (select auth.uid()) and m.conversation_id is null
  ) as numbers
$$;
comment on function public.list_message_numbers is
  'Every number that the caller''s texts came from or went to, its own ones included. Returns { outcome: listed, numbers }.';
revoke execute on function public.list_message_numbers from public, anon, service_role;
grant execute on function public.list_message_numbers to authenticated;

create function private.count_my_messages(from_at timestamptz, to_at timestamptz)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- Before the first text and after the last, in quarters of an hour, as all figures are kept.
  range_from timestamptz := date_bin('15 minutes', greatest(from_at, '2000-01-01 00:00:00+00'), '2000-01-01 00:00:00+00');
  range_to timestamptz := date_bin('15 minutes',
    least(to_at, '2100-01-01 00:00:00+00') + interval '15 minutes' - interval '1 microsecond', '2000-01-01 00:00:00+00');
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
    from private.stat_facets((select auth.uid()), null, null, range_from, range_to) f
    where f.facet in ('inbound', 'outbound'));
end
$$;
comment on function private.count_my_messages is 'count_messages, as definer; the owner is auth.uid().';
revoke execute on function private.count_my_messages from public, anon;
grant execute on function private.count_my_messages to authenticated;

-- Over any range: what has no series needs no buckets.
create function public.count_messages(from_at timestamptz default null, to_at timestamptz default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.count_my_messages(from_at, to_at) $$;
comment on function public.count_messages is
  'How many texts the caller has, from the beginning or from_at until now or to_at (widened to quarters of an hour). Returns { outcome: counted, total, inbound, outbound, sent, delivered, failed }, or INVALID_RANGE.';
revoke execute on function public.count_messages from public, anon, service_role;
grant execute on function public.count_messages to authenticated;
