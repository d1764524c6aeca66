-- Pausing, resuming and canceling a broadcast.

-- Counted, not kept: a counter would be written by every delivery of the broadcast.
create function sms_private.broadcast_totals(broadcast uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(s.status, s.texts), '{}')
  from (select m.status, count(*) as texts from public.sms_messages m where m.broadcast_id = broadcast group by m.status) s
$$;
comment on function sms_private.broadcast_totals is 'How many texts of a broadcast have each status: { status: count }. As the caller, under its policies.';

create function sms_private.hold_span()
returns interval
language sql immutable parallel safe set search_path = ''
as $$ select interval '876600 hours' $$;
comment on function sms_private.hold_span is 'How much later a held delivery is due: a hundred years.';

create function sms_private.hold_deliveries(broadcast uuid)
returns void
language sql volatile set search_path = ''
as $$
  -- In the order of cancel_waiting, which locks message after message.
  with waiting as (
    select j.id from public.sms_messages m join sms_private.jobs j on j.message_id = m.id
    where m.broadcast_id = broadcast and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null
      and j.due_at < now() + interval '50 years'
    order by m.id for update of j
  )
  update sms_private.jobs j set due_at = j.due_at + sms_private.hold_span() from waiting w where j.id = w.id
$$;
comment on function sms_private.hold_deliveries is 'Holds the deliveries of a broadcast that no worker has claimed.';

create function sms_private.release_deliveries(broadcast uuid)
returns void
language sql volatile set search_path = ''
as $$
  with held as (
    select j.id from public.sms_messages m join sms_private.jobs j on j.message_id = m.id
    where m.broadcast_id = broadcast and j.kind = 'deliver' and j.due_at > now() + interval '50 years'
    order by m.id for update of j
  )
  update sms_private.jobs j set due_at = j.due_at - sms_private.hold_span() from held h where j.id = h.id
$$;
comment on function sms_private.release_deliveries is 'Makes the held deliveries of a broadcast due again, when they were.';

-- A text that was claimed when its broadcast was paused, and came back unsent, meets the pause at its next claim.
-- The broadcast is locked, so that sms_resume_broadcast waits for this claim and finds what it held: what it did not find
-- would be due in a hundred years, and lost. A claim waits for nobody: while somebody changes the broadcast, the text
-- stays as it is, for the next claim.
create function sms_private.hold_if_paused(m public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if not exists (
    select from public.sms_broadcasts b
    where b.id = m.broadcast_id and b.paused_at is not null and b.canceled_at is null) then
    return false;
  end if;
  perform from public.sms_broadcasts b
  where b.id = m.broadcast_id and b.paused_at is not null and b.canceled_at is null for share skip locked;
  if found then
    update sms_private.jobs j set due_at = j.due_at + sms_private.hold_span() where j.message_id = m.id and j.kind = 'deliver';
  end if;
  return true;
end
$$;
comment on function sms_private.hold_if_paused is
  'True for a delivery that must not be claimed now: its broadcast is paused, and it is held, or is being changed. The caller holds the locks of text and job.';

-- report_status for many. The caller holds the broadcast's lock.
create function sms_private.cancel_broadcast_texts(broadcast uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  taken_back uuid[];
begin
  -- In the order of cancel_waiting, which locks message after message. What a claim took meanwhile is not found any more.
  with waiting as (
    select m.id from public.sms_messages m join sms_private.jobs j on j.message_id = m.id
    where m.broadcast_id = broadcast and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null
      -- One that may have left before (20261123120000) is settled by its claim, which knows how.
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
comment on function sms_private.cancel_broadcast_texts is 'Takes back the texts of a broadcast that no worker has claimed.';

-- Lock order: broadcast → message → job.
create function sms_private.change_my_broadcast(broadcast_id uuid, change text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  b public.sms_broadcasts;
begin
  select * into b from public.sms_broadcasts v
  where v.id = change_my_broadcast.broadcast_id and v.user_id = (select sms_private.tenant_id()) for no key update;
  if not found then
    return jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND');
  end if;
  if b.canceled_at is not null and change <> 'canceled' then
    return jsonb_build_object('outcome', 'TOO_LATE');
  end if;
  case change
  when 'paused' then
    update public.sms_broadcasts v set paused_at = coalesce(v.paused_at, clock_timestamp()) where v.id = b.id returning * into b;
    perform sms_private.hold_deliveries(b.id);
  when 'resumed' then
    update public.sms_broadcasts v set paused_at = null where v.id = b.id returning * into b;
    perform sms_private.release_deliveries(b.id);
  when 'canceled' then
    update public.sms_broadcasts v set canceled_at = coalesce(v.canceled_at, clock_timestamp()) where v.id = b.id returning * into b;
    perform sms_private.cancel_broadcast_texts(b.id);
    -- What is left may have left us before, and is settled by its claim: the pause must not hold that back.
    perform sms_private.release_deliveries(b.id);
  end case;
  return jsonb_build_object('outcome', change, 'broadcast', to_jsonb(b), 'totals', sms_private.broadcast_totals(b.id));
end
$$;
comment on function sms_private.change_my_broadcast is
  'sms_pause_broadcast, sms_resume_broadcast and sms_cancel_broadcast, as definer, for sms_private.tenant_id().';

create function public.sms_pause_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_broadcast(broadcast_id, 'paused') $$;
comment on function public.sms_pause_broadcast is
  'Holds back the texts of a broadcast that no worker has claimed yet, until sms_resume_broadcast. Returns { outcome: paused, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND, TOO_LATE (canceled).';

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
  'Takes back the texts of a broadcast that have not left, for good. Returns { outcome: canceled, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND.';

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
  'A broadcast of the signed-in tenant and what became of its texts, under their policies. Returns { outcome: found, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND.';
