-- Sending, first half: lease the deliveries that are due, checked at the last moment.

-- A claimed delivery whose worker never came back may or may not be at Twilio: never send it again blindly.
create function sms_private.mark_lost_deliveries()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  m public.sms_messages;
begin
  for m in
    select s.* from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
    where j.kind = 'deliver' and j.in_flight and j.lookup_at is null and j.lease_expires_at <= clock_timestamp()
    limit 100
    for no key update of s, j skip locked
  loop
    begin
      perform sms_private.report_status(m, 'unconfirmed', 'OUTCOME_UNKNOWN',
        'The connection to the carrier was lost while this text was handed over. It is not sent again before its fate is known.',
        null, 'worker', '{lease_expired}');
    exception when others then
      -- Looked for all the same: whether Twilio has it is the same question.
      update sms_private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.kind = 'deliver' and j.message_id = m.id;
    end;
    -- The token stays: a worker that was only slow may still say what became of it.
    update sms_private.jobs j set lookup_at = sms_private.first_lookup_at(j.lease_expires_at)
    where j.kind = 'deliver' and j.message_id = m.id;
  end loop;
end
$$;
comment on function sms_private.mark_lost_deliveries is 'Marks deliveries whose lease ran out as unconfirmed; they stay in flight until their fate is known.';

-- Takes what one number may send now. The caller holds the number's pace row.
create function sms_private.claim_of_sender(sender uuid, level int, room int, lease_seconds int, message_ids uuid[])
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  n public.sms_numbers;
  pace sms_private.sender_pace;
  job sms_private.jobs;
  m public.sms_messages;
  refusal record;
  claimed jsonb := '[]';
  -- A parameter can bound an index scan; clock_timestamp() itself is asked again for every row.
  moment timestamptz := clock_timestamp();
begin
  select * into strict n from public.sms_numbers p where p.id = sender;
  select * into strict pace from sms_private.sender_pace p where p.phone_number_id = sender;
  pace.next_at := greatest(pace.next_at, clock_timestamp() - interval '1 second');
  for job in
    -- Apart, so that a plan made for both finds single texts by their ids and all others in their order.
    (select j.* from sms_private.jobs j
     where message_ids is null and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = sender and j.priority = level and j.due_at <= moment
       and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit room * 4)
    union all
    (select j.* from sms_private.jobs j
     where j.message_id = any (message_ids) and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = sender and j.priority = level and j.due_at <= moment
       and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit room * 4)
  loop
    -- GCRA: one second's worth may leave at once, less the text itself; at 1/s that is one a second.
    exit when jsonb_array_length(claimed) >= room
      or pace.next_at > clock_timestamp() + interval '1 second' * (1 - 1 / n.segments_per_second);
    select s.* into m from public.sms_messages s
    join sms_private.jobs j on j.message_id = s.id and j.kind = 'deliver'
    where s.id = job.message_id and not j.in_flight and j.held_at is null and j.due_at <= moment
      and sms_private.pair_is_free(j)
    for no key update of s, j skip locked;
    continue when not found;
    select * into refusal from sms_private.refuse_delivery(m, job);
    if refusal.code is not null then
      perform sms_private.cancel_delivery(m, refusal.code, refusal.explanation);
      continue;
    end if;
    continue when sms_private.hold_if_paused(m);
    update sms_private.jobs j
    set in_flight = true, attempts = j.attempts + 1, lease_token = gen_random_uuid(),
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = job.id returning * into job;
    pace.next_at := greatest(pace.next_at, clock_timestamp())
      + interval '1 second' * (greatest(m.num_segments, 1) / n.segments_per_second);
    claimed := claimed || jsonb_build_object('job_id', job.id, 'lease_token', job.lease_token, 'message_id', m.id,
      'user_id', m.user_id, 'account_sid', m.account_sid, 'from_number', m.from_number, 'to_number', m.to_number,
      'body', m.body, 'media_urls', (select coalesce(jsonb_agg(a -> 'url'), '[]') from jsonb_array_elements(m.media) a));
  end loop;
  update sms_private.sender_pace p set next_at = pace.next_at, last_served_at = clock_timestamp()
  where p.phone_number_id = sender and jsonb_array_length(claimed) > 0;
  return claimed;
end
$$;
comment on function sms_private.claim_of_sender is
  'Leases the due deliveries of one number and priority, by age, within its pace; settles as canceled what must not go out.';

-- Who claims one text has somebody waiting for its answer, and two of them must not miss each other: it waits for the
-- other claim of its number, which takes milliseconds, where a worker goes on to the next number. It waits for nothing
-- else, and whoever holds a pace waits for nobody, so there is no circle.
create function public.sms_claim_deliveries(
  batch_size int, lease_seconds int, message_ids uuid[] default null, per_sender int default 50,
  per_tenant int default 100, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 500);
  free int := room;
  held int;
  share int;
  s record;
  taken jsonb;
  claimed jsonb := '[]';
  next_due timestamptz;
  moment timestamptz := clock_timestamp();
begin
  perform sms_private.mark_lost_deliveries();
  for s in
    -- The most urgent first, whosever they are; among equals tenants take turns, and so do each tenant's numbers.
    select p.id, n.user_id, level.priority, count(*) over (partition by level.priority) as peers,
      row_number() over (partition by level.priority, n.user_id order by pace.last_served_at) as turn
    from (
      select w.id from sms_private.waiting_senders() w (id) where message_ids is null
      union
      select j.phone_number_id from sms_private.jobs j where j.kind = 'deliver' and j.message_id = any (message_ids)
    ) p
    join public.sms_numbers n on n.id = p.id
    join sms_private.sender_pace pace on pace.phone_number_id = p.id
    cross join generate_series(0, 3) as level (priority)
    cross join lateral (
      select from sms_private.jobs j
      where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
        and j.phone_number_id = p.id and j.priority = level.priority and j.due_at <= moment
      order by j.due_at limit 1) due
    where pace.next_at <= clock_timestamp() + interval '1 second' * (1 - 1 / n.segments_per_second)
    order by level.priority, turn, pace.last_served_at
  loop
    exit when free <= 0;
    held := coalesce((in_hand ->> s.user_id::text)::int, 0);
    share := least(free, per_sender,
      -- An equal share of this claim for everybody who is as urgent.
      greatest(1, ceil(room::numeric / s.peers)::int),
      per_tenant - (select count(*)::int from sms_private.jobs j
        where j.user_id = s.user_id and j.kind = 'deliver' and j.in_flight and j.lookup_at is null),
      -- One more only while more slots are free than the tenant has in hand.
      case when in_hand is not null then (free - held + 1) / 2 end);
    continue when share <= 0;
    if cardinality(message_ids) = 1 then
      perform from sms_private.sender_pace p where p.phone_number_id = s.id for update;
    else
      perform from sms_private.sender_pace p where p.phone_number_id = s.id for update skip locked;
      continue when not found;
    end if;
    taken := sms_private.claim_of_sender(s.id, s.priority, share, lease_seconds, message_ids);
    claimed := claimed || taken;
    free := free - jsonb_array_length(taken);
    in_hand := in_hand || jsonb_build_object(s.user_id, held + jsonb_array_length(taken));
  end loop;
  if free <= 0 then
    next_due := clock_timestamp();
  else
    next_due := sms_private.next_delivery_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_deliveries is
  'Leases due deliveries: by priority, numbers in turn, within each number''s pace, and only one in flight per sender and contact. With message_ids only those; for one it waits until another claim of its number is over. in_hand ({ tenant: jobs }) is what the caller works on already: a tenant gets one more only while more slots are free than it has in hand; null for a caller without slots. Returns { jobs, next_due_in_ms }.';
