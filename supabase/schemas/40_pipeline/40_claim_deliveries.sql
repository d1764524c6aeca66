-- Sending, first half: lease the deliveries that are due, checked at the last moment.

-- The worker of such a delivery never reported back. Twilio may or may not have the message, so it is not simply sent again.
create function sms_private.mark_lost_deliveries()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
  job sms_private.jobs;
begin
  for message in
    select s.* from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
    where j.kind = 'deliver' and j.in_flight and not j.unconfirmed and j.lease_expires_at <= clock_timestamp()
    limit 100
    for no key update of s, j skip locked
  loop
    begin
      perform sms_private.report_status(message, 'unconfirmed', 'OUTCOME_UNKNOWN',
        'The connection to the carrier was lost while this text was handed over. It is not sent again before its fate is known.',
        null, 'worker', '{lease_expired}');
    exception when others then
      -- It is looked for at Twilio all the same.
      update sms_private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.kind = 'deliver' and j.message_id = message.id;
    end;
    -- The token stays: a worker that was only slow may still report the outcome.
    update sms_private.jobs j set unconfirmed = true
    where j.kind = 'deliver' and j.message_id = message.id returning j.* into job;
    perform sms_private.ask_for_outcome(job, message.account_sid);
  end loop;
end
$$;
comment on function sms_private.mark_lost_deliveries is
  'Marks deliveries whose lease ran out as unconfirmed; they stay in flight until their fate is known.';

-- The caller holds the number's pace row.
create function sms_private.claim_for_number(
  number_id uuid, priority int, slots int, lease_seconds int, message_ids uuid[])
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
  pace sms_private.sender_pace;
  job sms_private.jobs;
  message public.sms_messages;
  refusal record;
  free_at timestamptz;
  claimed jsonb := '[]';
  -- An index scan can be limited by this variable, but not by clock_timestamp(), which is volatile.
  moment timestamptz := clock_timestamp();
  restored_at timestamptz := coalesce(sms_private.restored_at(), '-infinity');
  segments_left bigint;
  segments bigint;
  today date := sms_private.utc_day();
  own sms_private.quiet_hours;
  -- What this claim has found out about hours.
  known jsonb := '{}';
  hours record;
  is_promotion boolean;
begin
  select * into strict number from public.sms_numbers n where n.id = number_id;
  select * into strict pace from sms_private.sender_pace p where p.phone_number_id = number_id;
  segments_left := sms_private.segments_left(number);
  if pace.segments_day <> today then
    pace.segments := 0;
  end if;
  free_at := pace.next_at - interval '1 second' * (1 - 1 / number.segments_per_second);
  pace.next_at := greatest(pace.next_at, clock_timestamp() - interval '1 second');
  for job in
    -- Two branches, because one generic plan for both would read the whole queue to find one message by its id.
    (select j.* from sms_private.jobs j
     where message_ids is null and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
    union all
    (select j.* from sms_private.jobs j
     where j.message_id = any (message_ids) and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
  loop
    -- GCRA: the segments of one second may leave at once, this message included; at 1/s that is one a second.
    exit when jsonb_array_length(claimed) >= slots
      or pace.next_at > clock_timestamp() + interval '1 second' * (1 - 1 / number.segments_per_second);
    select s.* into message from public.sms_messages s
    join sms_private.jobs j on j.message_id = s.id and j.kind = 'deliver'
    where s.id = job.message_id and not j.in_flight and j.held_at is null and j.due_at <= moment
      and sms_private.pair_is_free(j)
    for no key update of s, j skip locked;
    -- What a restored backup had still to send is looked for first: doubt_restored().
    continue when not found or (message.created_at < restored_at and job.resent_at is null);
    select * into refusal from sms_private.refuse_delivery(message, job);
    if refusal.code is not null then
      continue when case when refusal.code = 'EXPIRED' then not sms_private.tell_of_expiry(message) else false end;
      perform sms_private.cancel_delivery(message, refusal.code, refusal.explanation);
      continue;
    end if;
    continue when sms_private.hold_if_paused(message);
    -- A text that serves, and every answer of the assistant, pays nothing for what follows.
    is_promotion := message.purpose = 'promotional' or message.broadcast_id is not null;
    if is_promotion then
      if own.user_id is null then
        select * into own from sms_private.quiet_hours q where q.user_id = message.user_id;
        own.user_id := message.user_id;
      end if;
      is_promotion := sms_private.is_promotion(message, own);
    end if;
    if is_promotion then
      select * into hours from sms_private.hours_for(message, job, own, known);
      known := hours.known;
      if not (hours.answer ->> 'open')::boolean then
        perform sms_private.hold_until(message, job, (hours.answer ->> 'opens_at')::timestamptz);
        continue;
      end if;
      is_promotion := message.purpose = 'promotional';
      continue when is_promotion
        and sms_private.take_patience(message, job, (hours.answer ->> 'max_per_day')::int) is not null;
    end if;
    segments := greatest(message.num_segments, 1);
    if segments > segments_left then
      perform sms_private.cancel_delivery(message, 'SEGMENTS_PER_DAY',
        'The limit of segments a day is used up. There is room again at midnight (UTC); the operator may raise it.');
      continue;
    end if;
    if segments_left is not null then
      segments_left := segments_left - segments;
      pace.segments := pace.segments + segments;
    end if;
    update sms_private.jobs j
    set in_flight = true, attempts = j.attempts + 1, lease_token = gen_random_uuid(),
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = job.id returning * into job;
    if is_promotion then
      perform sms_private.note_promotion(message.id, job.contact_id);
    end if;
    pace.next_at := greatest(pace.next_at, clock_timestamp())
      + interval '1 second' * (segments / number.segments_per_second);
    claimed := claimed || jsonb_build_object('job_id', job.id, 'lease_token', job.lease_token, 'message_id', message.id,
      'user_id', message.user_id, 'account_sid', message.account_sid,
      'from_number', coalesce(message.via, message.from_number), 'to_number', sms_private.recipient_of(message), 'body', message.body,
      'media_urls', (select coalesce(jsonb_agg(a -> 'url'), '[]') from jsonb_array_elements(message.media) a));
  end loop;
  -- A number that sends less than once a minute holds nothing back, and writes no mark.
  if jsonb_array_length(claimed) > 0 and free_at > pace.last_served_at and free_at > moment - interval '1 minute' then
    if pace.marked_at < moment - interval '1 minute' then
      pace.marked_at := sms_private.mark_pace(number_id);
    end if;
    -- A worker that looks at the queue within a second is on time.
    pace.held_seconds := pace.held_seconds + extract(epoch from
      case when free_at > moment - interval '1 second' then moment else free_at end - pace.last_served_at);
  end if;
  update sms_private.sender_pace p
  set next_at = pace.next_at, last_served_at = clock_timestamp(), held_seconds = pace.held_seconds,
    marked_at = pace.marked_at, segments_day = today, segments = pace.segments
  where p.phone_number_id = number_id and jsonb_array_length(claimed) > 0;
  return claimed;
end
$$;
comment on function sms_private.claim_for_number is
  'Leases the due deliveries of one number and priority, by age, within its pace. Cancels those that must not go out any more.';

-- sms-send claims one message. It waits until another claim of the same number ends, which takes milliseconds. A worker's
-- claim goes on to the next number instead.
create function public.sms_claim_deliveries(
  batch_size int, lease_seconds int, message_ids uuid[] default null, per_sender int default 50,
  per_tenant int default 200, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  slots int := least(greatest(batch_size, 0), 500);
  free int := slots;
  room int;
  taken_here int;
  share int;
  waiting record;
  taken jsonb;
  -- { tenant: deliveries } that this claim took.
  taken_for jsonb := '{}';
  claimed jsonb := '[]';
  next_due timestamptz;
  moment timestamptz := clock_timestamp();
  -- What is switched off is not claimed.
  first_priority int := sms_private.first_priority();
begin
  perform sms_private.mark_lost_deliveries();
  perform sms_private.doubt_restored();
  for waiting in
    -- The most urgent first, of any tenant. Among equals tenants take turns, and so do the numbers of each tenant.
    with leased as materialized (
      select j.user_id, count(*)::int as deliveries from sms_private.jobs j
      where j.kind = 'deliver' and j.in_flight and not j.unconfirmed group by j.user_id
    )
    select p.id, n.user_id, urgency.priority, count(*) over (partition by urgency.priority) as peers,
      coalesce((select l.deliveries from leased l where l.user_id = n.user_id), 0) as leased,
      row_number() over (partition by urgency.priority, n.user_id order by pace.last_served_at) as turn
    from (
      select w.id from sms_private.numbers_with_deliveries() w (id) where message_ids is null
      union
      select j.phone_number_id from sms_private.jobs j where j.kind = 'deliver' and j.message_id = any (message_ids)
    ) p
    join public.sms_numbers n on n.id = p.id
    join sms_private.sender_pace pace on pace.phone_number_id = p.id
    cross join generate_series(first_priority, 3) as urgency (priority)
    cross join lateral (
      select from sms_private.jobs j
      where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
        and j.phone_number_id = p.id and j.priority = urgency.priority and j.due_at <= moment
      order by j.due_at limit 1) due
    where pace.next_at <= clock_timestamp() + interval '1 second' * (1 - 1 / n.segments_per_second)
    order by urgency.priority, turn, pace.last_served_at
  loop
    -- More in one transaction would hold back the first of them.
    room := least(free, 50 - jsonb_array_length(claimed));
    exit when room <= 0;
    taken_here := coalesce((taken_for ->> waiting.user_id::text)::int, 0);
    share := least(room, per_sender,
      -- An equal share of this claim for each number that is as urgent.
      greatest(1, ceil(slots::numeric / waiting.peers)::int),
      per_tenant - waiting.leased - taken_here,
      case when in_hand is not null then
        sms_private.slots_for(free, coalesce((in_hand ->> waiting.user_id::text)::int, 0) + taken_here) end);
    continue when share <= 0;
    if cardinality(message_ids) = 1 then
      perform from sms_private.sender_pace p where p.phone_number_id = waiting.id for update;
    else
      perform from sms_private.sender_pace p where p.phone_number_id = waiting.id for update skip locked;
      continue when not found;
    end if;
    taken := sms_private.claim_for_number(waiting.id, waiting.priority, share, lease_seconds, message_ids);
    claimed := claimed || taken;
    free := free - jsonb_array_length(taken);
    taken_for := taken_for || jsonb_build_object(waiting.user_id, taken_here + jsonb_array_length(taken));
  end loop;
  if least(free, 50 - jsonb_array_length(claimed)) <= 0 then
    next_due := clock_timestamp();
  else
    next_due := sms_private.next_delivery_due(first_priority);
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_deliveries is
  'Leases due deliveries: by priority, numbers in turn, within each number''s pace, and only one in flight per number and contact. With message_ids only those; for one it waits until another claim of its number is over. in_hand ({ tenant: jobs }) is what the caller works on already: slots are shared by slots_for(); null for a caller without slots. Returns { jobs, next_due_in_ms }.';
