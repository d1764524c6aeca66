-- What a tenant does with a broadcast once it is stored: look, pause, resume, cancel.

-- Counted, not kept: a counter would be written by every delivery of the broadcast.
create function private.broadcast_totals(broadcast uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(s.status, s.texts), '{}')
  from (select m.status, count(*) as texts from public.sms_messages m where m.broadcast_id = broadcast group by m.status) s
$$;
comment on function private.broadcast_totals is 'How many texts of a broadcast have each status: { status: count }. As the caller, under its policies.';
revoke execute on function private.broadcast_totals from public, anon;
grant execute on function private.broadcast_totals to authenticated, service_role;

-- report_status for many. The caller holds the broadcast's lock.
create function private.cancel_broadcast_texts(broadcast uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  taken_back uuid[];
begin
  -- In the order of cancel_waiting, which locks message after message. What a claim took meanwhile is not found any more.
  with waiting as (
    select m.id from public.sms_messages m join private.jobs j on j.message_id = m.id
    where m.broadcast_id = broadcast and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null
      -- One that may have left before (20261123120000) is settled by its claim, which knows how.
      and j.resent_at is null
    order by m.id for no key update of m for update of j
  ), gone as (
    delete from private.jobs j using waiting w where j.message_id = w.id and j.kind = 'deliver' returning j.message_id
  )
  select array_agg(g.message_id) into taken_back from gone g;
  insert into public.message_events (user_id, message_id, status, error_code, source)
  select m.user_id, m.id, 'canceled', 'CANCELED_BY_USER', 'user'
  from public.sms_messages m where m.id = any (taken_back) order by m.id;
  update public.sms_messages m
  set status = 'canceled', error_code = 'CANCELED_BY_USER',
    error_message = 'You canceled this broadcast before this text left.', date_updated = clock_timestamp()
  where m.id = any (taken_back)
    and private.status_rank('canceled', null) > private.status_rank(m.status, m.error_code);
end
$$;
comment on function private.cancel_broadcast_texts is 'Takes back the texts of a broadcast that no worker has claimed.';
revoke execute on function private.cancel_broadcast_texts from public, anon, authenticated;
grant execute on function private.cancel_broadcast_texts to service_role;

-- Lock order: broadcast → message → job.
create function private.change_my_broadcast(broadcast_id uuid, change text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  b public.broadcasts;
begin
  select * into b from public.broadcasts v
  where v.id = change_my_broadcast.broadcast_id and v.user_id = (select auth.uid()) for no key update;
  if not found then
    return jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND');
  end if;
  if b.canceled_at is not null and change <> 'canceled' then
    return jsonb_build_object('outcome', 'TOO_LATE');
  end if;
  case change
  when 'paused' then
    update public.broadcasts v set paused_at = coalesce(v.paused_at, clock_timestamp()) where v.id = b.id returning * into b;
    perform private.hold_deliveries(b.id);
  when 'resumed' then
    update public.broadcasts v set paused_at = null where v.id = b.id returning * into b;
    perform private.release_deliveries(b.id);
  when 'canceled' then
    update public.broadcasts v set canceled_at = coalesce(v.canceled_at, clock_timestamp()) where v.id = b.id returning * into b;
    perform private.cancel_broadcast_texts(b.id);
  end case;
  return jsonb_build_object('outcome', change, 'broadcast', to_jsonb(b), 'totals', private.broadcast_totals(b.id));
end
$$;
comment on function private.change_my_broadcast is
  'pause_broadcast, resume_broadcast and cancel_broadcast, as definer; the owner is auth.uid().';
revoke execute on function private.change_my_broadcast from public, anon;
grant execute on function private.change_my_broadcast to authenticated;

create function public.pause_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.change_my_broadcast(broadcast_id, 'paused') $$;
comment on function public.pause_broadcast is
  'Holds back the texts of a broadcast that no worker has claimed yet, until resume_broadcast. Returns { outcome: paused, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND, TOO_LATE (canceled).';
revoke execute on function public.pause_broadcast from public, anon, service_role;
grant execute on function public.pause_broadcast to authenticated;

create function public.resume_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.change_my_broadcast(broadcast_id, 'resumed') $$;
comment on function public.resume_broadcast is
  'Lets a paused broadcast go on where it stopped. Returns { outcome: resumed, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND, TOO_LATE (canceled).';
revoke execute on function public.resume_broadcast from public, anon, service_role;
grant execute on function public.resume_broadcast to authenticated;

create function public.cancel_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.change_my_broadcast(broadcast_id, 'canceled') $$;
comment on function public.cancel_broadcast is
  'Takes back the texts of a broadcast that have not left, for good. Returns { outcome: canceled, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND.';
revoke execute on function public.cancel_broadcast from public, anon, service_role;
grant execute on function public.cancel_broadcast to authenticated;

create function public.get_broadcast(broadcast_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(
    (select jsonb_build_object('outcome', 'found', 'broadcast', to_jsonb(b), 'totals', private.broadcast_totals(b.id))
     from public.broadcasts b where b.id = get_broadcast.broadcast_id),
    jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND'))
$$;
comment on function public.get_broadcast is
  'A broadcast of the signed-in tenant and what became of its texts, under their policies. Returns { outcome: found, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND.';
revoke execute on function public.get_broadcast from public, anon, service_role;
grant execute on function public.get_broadcast to authenticated;
