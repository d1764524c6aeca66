-- For whoever created a text and waits for what becomes of it.

create function public.get_delivery(message_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(
    (select jsonb_build_object('outcome', 'found',
       'state', case
         when j.id is null or j.set_aside_at is not null then 'settled'
         when j.in_flight and j.lookup_at is null then 'in_hand'
         else 'waiting' end,
       'message', to_jsonb(m))
     from public.sms_messages m
     left join private.jobs j on j.message_id = m.id and j.kind = 'deliver'
     where m.id = get_delivery.message_id and m.direction = 'outbound'),
    jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND'))
$$;
comment on function public.get_delivery is
  'An outbound text and where its delivery stands. Returns { outcome: found, state, message }, state being settled (nothing more is tried), in_hand (a worker has claimed it, and nobody knows its outcome yet) or waiting (due later, for its pace, to be tried again, or its outcome unknown); or MESSAGE_NOT_FOUND.';
revoke execute on function public.get_delivery from public, anon, authenticated;
grant execute on function public.get_delivery to service_role;
