-- Pausing, resuming and canceling a broadcast.

-- Counted when asked: every delivery of the broadcast would have to write a stored counter. Archived ones are counted already.
create function sms_private.broadcast_totals(broadcast uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(s.status, s.messages), '{}')
  from (
    select t.status, sum(t.messages)::bigint as messages
    from (
      select m.status, count(*) as messages from public.sms_messages m where m.broadcast_id = broadcast group by m.status
      union all
      select a.status, a.messages from sms_private.archived_totals(broadcast) a) t
    group by t.status) s
$$;
comment on function sms_private.broadcast_totals is
  'How many messages of a broadcast have each status: { status: count }. As the caller, under its policies.';

-- Pauses with a moment, resumes with null. Jobs are locked in the order of their messages, as in cancel_waiting: so the two
-- never wait for each other in a circle.
create function sms_private.hold_deliveries(broadcast uuid, since timestamptz)
returns void
language sql volatile set search_path = ''
as $$
  with changing as (
    select job.id, message.send_at, message.held_until from public.sms_messages message join sms_private.jobs job on job.message_id = message.id
    where message.broadcast_id = broadcast and job.kind = 'deliver'
      and case when since is null then job.held_at is not null
          else job.held_at is null and not job.in_flight and job.set_aside_at is null end
    order by message.id for update of job
  )
  update sms_private.jobs job
  set held_at = since,
    -- A pause does not use up the time in which the text may leave. That time begins at send_at. Quiet hours are counted already.
    held_for = case when since is null then coalesce(job.held_for, '0')
        + greatest('0', clock_timestamp() - greatest(job.held_at, changing.send_at, changing.held_until))
      else job.held_for end
  from changing where job.id = changing.id
$$;
comment on function sms_private.hold_deliveries is
  'Holds the deliveries of a broadcast that no worker has claimed, since a moment; for null, lets its held deliveries go on.';

-- A worker may have a message when its broadcast is paused, and give it back unsent. The next claim holds it then.
-- The claim locks the broadcast, so that sms_resume_broadcast waits for it and finds what it held: a delivery that stayed
-- held after the resume would never leave. The claim itself waits for nobody: while somebody changes the broadcast, the
-- message stays as it is, for the next claim.
create function sms_private.hold_if_paused(message public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if message.broadcast_id is null then
    return false;
  end if;
  if not exists (
    select from public.sms_broadcasts broadcast
    where broadcast.id = message.broadcast_id and broadcast.paused_at is not null and broadcast.canceled_at is null) then
    return false;
  end if;
  perform from public.sms_broadcasts broadcast
  where broadcast.id = message.broadcast_id and broadcast.paused_at is not null and broadcast.canceled_at is null
  for share skip locked;
  if found then
    update sms_private.jobs job set held_at = clock_timestamp() where job.message_id = message.id and job.kind = 'deliver';
  end if;
  return true;
end
$$;
comment on function sms_private.hold_if_paused is
  'True for a delivery that must not be claimed now: its broadcast is paused, and it is held, or is being changed. The caller holds the locks of message and job.';

-- As report_status(), for many. The caller holds the broadcast's lock.
create function sms_private.cancel_broadcast_messages(broadcast uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  taken_back uuid[];
begin
  -- In the order of cancel_waiting, which locks message after message. Messages that a claim took meanwhile are not found.
  with waiting as (
    select m.id from public.sms_messages m join sms_private.jobs j on j.message_id = m.id
    where m.broadcast_id = broadcast and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null
      -- A message that may have left before is settled by its claim.
      and j.resent_at is null
    order by m.id for no key update of m for update of j
  ), gone as (
    delete from sms_private.jobs j using waiting w where j.message_id = w.id and j.kind = 'deliver' returning j.message_id
  )
  select array_agg(g.message_id) into taken_back from gone g;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source)
  select m.user_id, m.id, 'canceled', 'CANCELED_BY_USER', 'user'
  from public.sms_messages m where m.id = any (taken_back) order by m.id;
  update public.sms_messages m
  set status = 'canceled', error_code = 'CANCELED_BY_USER',
    error_message = 'You canceled this broadcast before this text left.', date_updated = clock_timestamp()
  where m.id = any (taken_back)
    and sms_private.status_rank('canceled', null) > sms_private.status_rank(m.status, m.error_code);
end
$$;
comment on function sms_private.cancel_broadcast_messages is
  'Cancels the messages of a broadcast that no worker has claimed.';

create function sms_private.change_my_broadcast(broadcast_id uuid, change text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  broadcast public.sms_broadcasts;
begin
  select * into broadcast from public.sms_broadcasts v
  where v.id = change_my_broadcast.broadcast_id and v.user_id = (select sms_private.tenant_id()) for no key update;
  if not found then
    return jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND');
  end if;
  if broadcast.canceled_at is not null and change <> 'canceled' then
    return jsonb_build_object('outcome', 'TOO_LATE');
  end if;
  case change
  when 'paused' then
    update public.sms_broadcasts v set paused_at = coalesce(v.paused_at, clock_timestamp())
    where v.id = broadcast.id returning * into broadcast;
    perform sms_private.hold_deliveries(broadcast.id, clock_timestamp());
  when 'resumed' then
    update public.sms_broadcasts v set paused_at = null where v.id = broadcast.id returning * into broadcast;
    perform sms_private.hold_deliveries(broadcast.id, null);
  when 'canceled' then
    update public.sms_broadcasts v set canceled_at = coalesce(v.canceled_at, clock_timestamp())
    where v.id = broadcast.id returning * into broadcast;
    perform sms_private.cancel_broadcast_messages(broadcast.id);
    -- The rest may have left before. Its claim settles it, so the pause must not hold it back.
    perform sms_private.hold_deliveries(broadcast.id, null);
  end case;
  return jsonb_build_object('outcome', change, 'broadcast', to_jsonb(broadcast), 'totals', sms_private.broadcast_totals(broadcast.id));
end
$$;
comment on function sms_private.change_my_broadcast is
  'sms_pause_broadcast, sms_resume_broadcast and sms_cancel_broadcast, as definer, for sms_private.tenant_id().';

create function public.sms_pause_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_broadcast(broadcast_id, 'paused') $$;
comment on function public.sms_pause_broadcast is
  'Holds back the messages of a broadcast that no worker has claimed yet, until sms_resume_broadcast. Returns { outcome: paused, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND, TOO_LATE (canceled).';

create function public.sms_resume_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_broadcast(broadcast_id, 'resumed') $$;
comment on function public.sms_resume_broadcast is
  'Lets a paused broadcast go on where it stopped. Returns { outcome: resumed, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND, TOO_LATE (canceled).';

create function public.sms_cancel_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_broadcast(broadcast_id, 'canceled') $$;
comment on function public.sms_cancel_broadcast is
  'Cancels the messages of a broadcast that have not left, for good. Returns { outcome: canceled, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND.';

create function public.sms_get_broadcast(broadcast_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(
    (select jsonb_build_object('outcome', 'found', 'broadcast', to_jsonb(b), 'totals', sms_private.broadcast_totals(b.id))
     from public.sms_broadcasts b where b.id = sms_get_broadcast.broadcast_id),
    jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND'))
$$;
comment on function public.sms_get_broadcast is
  'A broadcast of the signed-in tenant and what became of its messages, under the tenant''s policies. Returns { outcome: found, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND.';
