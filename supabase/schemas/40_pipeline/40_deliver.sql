-- The one path to Twilio: claim, call, record.

create function sms_private.waiting_senders()
returns setof uuid
language sql stable rows 20 set search_path = ''
as $$
  -- Hops from number to number in the index: as many steps as there are numbers, however long their queues.
  with recursive senders as (
    (select j.phone_number_id as id from sms_private.jobs j
     where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight order by 1 limit 1)
    union all
    select (select j.phone_number_id from sms_private.jobs j
            where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.phone_number_id > p.id
            order by 1 limit 1)
    from senders p where p.id is not null
  )
  select p.id from senders p where p.id is not null
$$;
comment on function sms_private.waiting_senders is 'The numbers that have texts waiting to be claimed.';
grant execute on function sms_private.waiting_senders to service_role;

-- When a waiting worker should look again: the earliest moment at which some number has both a due text and pace.
create function sms_private.next_delivery_due()
returns timestamptz
language sql stable set search_path = ''
as $$
  select least(
    (select min(greatest(first.due_at, pace.next_at - interval '1 second' * (1 - 1 / n.segments_per_second)))
     from sms_private.waiting_senders() p (id)
     join public.sms_numbers n on n.id = p.id
     join sms_private.sender_pace pace on pace.phone_number_id = p.id
     cross join lateral (
       -- One look into the index a priority, however long the queue.
       select min(q.due_at) as due_at
       from generate_series(0, 3) as level
       cross join lateral (
         select j.due_at from sms_private.jobs j
         where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.phone_number_id = p.id
           -- What is held is never due.
           and j.priority = level and j.due_at < now() + interval '50 years' and sms_private.pair_is_free(j)
         order by j.due_at limit 1) q) first
     -- A number whose texts are all held has nothing to wait for.
     where exists (
       select from sms_private.jobs w
       where w.kind = 'deliver' and w.set_aside_at is null and not w.in_flight and w.phone_number_id = p.id
         and w.due_at < now() + interval '50 years')),
    (select min(j.lease_expires_at) from sms_private.jobs j where j.kind = 'deliver' and j.in_flight and j.lookup_at is null))
$$;
comment on function sms_private.next_delivery_due is 'When the next delivery can be claimed, or a lease runs out; null when there is none.';
grant execute on function sms_private.next_delivery_due to service_role;

-- Order within a pair: nothing joins what is in flight, nothing overtakes what is to be tried again, unless it is held.
create function sms_private.pair_is_free(job sms_private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select not exists (
      select from sms_private.jobs f
      where f.kind = 'deliver' and f.set_aside_at is null and f.id <> job.id
        and f.phone_number_id = job.phone_number_id and f.contact_id = job.contact_id
        and (f.in_flight or (f.attempts > 0 and f.id < job.id and f.due_at < now() + interval '50 years'))));
end
$$;
comment on function sms_private.pair_is_free is 'Whether no other text of the same sender and contact is in flight, or older and to be tried again.';
grant execute on function sms_private.pair_is_free to service_role;

-- The caps are counted only for what they bound.
create function sms_private.refuse_delivery(
  m public.sms_messages, job sms_private.jobs, out code text, out explanation text)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  select r.code, r.explanation into refuse_delivery.code, refuse_delivery.explanation
  from public.sms_contacts k
  join public.sms_conversations c on c.id = m.conversation_id
  left join public.sms_numbers n on n.id = job.phone_number_id and n.user_id = m.user_id
    and n.account_sid = m.account_sid and n.number = m.from_number
  left join public.sms_accounts a on a.account_sid = m.account_sid
  left join public.sms_broadcasts b on b.id = m.broadcast_id
  left join lateral (
    select r.reason from sms_private.reply_cap(m.user_id, m.conversation_id, 1) r
    where m.sender = 'assistant' and m.kind <> 'opt_out_confirmation') cap on true
  cross join lateral (values
    (m.kind <> 'opt_out_confirmation' and k.opted_out_at is not null,
      'RECIPIENT_OPTED_OUT', 'The contact opted out. Only their START lets you text them again.'),
    (exists (select from sms_private.sender_blocks s where s.phone_number_id = job.phone_number_id and s.contact_id = k.id),
      'RECIPIENT_OPTED_OUT', 'The contact opted out of this number at the carrier. They can text START to it.'),
    (n.id is null, 'NOT_YOUR_NUMBER', 'The sending number is not yours any more.'),
    (a.disconnected_at is not null,
      'ACCOUNT_DISCONNECTED', 'The Twilio account of the sending number is disconnected. Connect it again to send from it.'),
    (not sms_private.may_text(m.user_id, m.from_number, m.to_number),
      'COUNTRY_NOT_ALLOWED', 'Texts to this country are not allowed for your account.'),
    (m.sender = 'assistant' and m.kind <> 'opt_out_confirmation' and not c.ai_enabled,
      'ASSISTANT_OFF', 'The assistant was switched off here before this text left.'),
    (sms_private.person_is_first(m, c), 'PERSON_ANSWERED', 'A person answered or took over here before this text left.'),
    (b.canceled_at is not null, 'CANCELED_BY_USER', 'You canceled this broadcast before this text left.'),
    (cap.reason is not null, 'REPLY_CAP', 'The limit of automatic replies is used up.')
  ) as r (holds, code, explanation)
  where k.id = job.contact_id and r.holds
  limit 1;
end
$$;
comment on function sms_private.refuse_delivery is 'Why a text must not go out any more; nulls when it may.';
grant execute on function sms_private.refuse_delivery to service_role;

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
grant execute on function sms_private.mark_lost_deliveries to service_role;

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
       and j.phone_number_id = sender and j.priority = level and j.due_at <= moment
       and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit room * 4)
    union all
    (select j.* from sms_private.jobs j
     where j.message_id = any (message_ids) and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.phone_number_id = sender and j.priority = level and j.due_at <= moment
       and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit room * 4)
  loop
    -- GCRA: one second's worth may leave at once, less the text itself; at 1/s that is one a second.
    exit when jsonb_array_length(claimed) >= room
      or pace.next_at > clock_timestamp() + interval '1 second' * (1 - 1 / n.segments_per_second);
    select s.* into m from public.sms_messages s
    join sms_private.jobs j on j.message_id = s.id and j.kind = 'deliver'
    where s.id = job.message_id and not j.in_flight and j.due_at <= moment and sms_private.pair_is_free(j)
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
grant execute on function sms_private.claim_of_sender to service_role;

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
      where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.phone_number_id = p.id
        and j.priority = level.priority and j.due_at <= moment
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
grant execute on function public.sms_claim_deliveries to service_role;

-- The attempt that just ended provably handed nothing over. Of an earlier one that may not be known: doubt remains.
create function sms_private.release_delivery(job sms_private.jobs)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if job.resent_at is null then
    perform sms_private.withdraw_doubt(job.message_id);
  end if;
  update sms_private.jobs j
  set in_flight = false, lookup_at = null, lookup_token = null, lookups = 0, lease_token = null, lease_expires_at = null
  where j.id = job.id;
end
$$;
comment on function sms_private.release_delivery is
  'Gives a delivery back to the queue after an attempt that handed nothing over; takes our doubt back, unless the text was sent before. The caller holds message and job.';
grant execute on function sms_private.release_delivery to service_role;

-- Never before the late worker's own request must have ended: what it still creates would be missed.
create function sms_private.first_lookup_at(lease_expires_at timestamptz)
returns timestamptz
language sql volatile set search_path = ''
as $$ select greatest(clock_timestamp(), lease_expires_at + sms_private.span_setting('lookup_wait_seconds')) $$;
comment on function sms_private.first_lookup_at is 'When to look for a text for the first time: after its lease, and a request''s time-out more.';
grant execute on function sms_private.first_lookup_at to service_role;

-- One outcome. A text that Twilio took is a fact, whoever holds the lease now.
create function sms_private.record_delivery(result jsonb, max_attempts int)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  sid text := result ->> 'message_sid';
  m public.sms_messages;
  job sms_private.jobs;
begin
  select * into m from public.sms_messages s
  where s.id = (result ->> 'message_id')::uuid and s.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  if result ->> 'outcome' = 'accepted' then
    return sms_private.tie_sid(m, sid, result ->> 'status', null, null, 'create', (result ->> 'num_segments')::int);
  end if;

  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'refused' then
    if result ->> 'error_code' = '21610' then
      perform sms_private.block_sender(job, m);
    end if;
    delete from sms_private.jobs j where j.id = job.id;
    perform sms_private.report_status(m, 'failed', result ->> 'error_code', result ->> 'error_message', null, 'create');
  when 'retry' then
    if job.attempts >= max_attempts and job.resent_at is not null then
      perform sms_private.give_up_on(m, 'It is not known whether this text left, and it could not be sent again.');
      return 'recorded';
    end if;
    if job.attempts >= max_attempts then
      perform sms_private.report_status(m, 'failed', coalesce(result ->> 'error_code', 'CARRIER_UNAVAILABLE'),
        coalesce(result ->> 'error_message', 'The carrier could not be reached.'), null, 'worker');
      perform sms_private.release_delivery(job);
      update sms_private.jobs j
      set set_aside_at = clock_timestamp(),
        last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
      where j.id = job.id;
      return 'set_aside';
    end if;
    perform sms_private.release_delivery(job);
    update sms_private.jobs j
    set last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500),
      due_at = clock_timestamp() + make_interval(secs => greatest(
        coalesce((result ->> 'retry_after_ms')::numeric / 1000, 0), least(2 ^ job.attempts, 300) * (0.5 + random())))
    where j.id = job.id;
  when 'not_started' then
    perform sms_private.release_delivery(job);
    -- due_at stays: it keeps the text's place before newer ones of its pair.
    update sms_private.jobs j set attempts = greatest(j.attempts - 1, 0) where j.id = job.id;
  when 'unknown' then
    perform sms_private.report_status(m, 'unconfirmed', 'OUTCOME_UNKNOWN',
      coalesce(result ->> 'error_message', 'The carrier did not answer. The text is not sent again before its fate is known.'),
      null, 'worker');
    update sms_private.jobs j
    -- Somebody may be looking already: a worker that says late that it does not know changes nothing.
    set lookup_at = coalesce(j.lookup_at, sms_private.first_lookup_at(j.lease_expires_at)),
      last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
    where j.id = job.id;
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return 'recorded';
end
$$;
comment on function sms_private.record_delivery is 'sms_record_deliveries for one result.';
grant execute on function sms_private.record_delivery to service_role;

create function public.sms_record_deliveries(results jsonb, max_attempts int default 8)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
begin
  for result in select r from jsonb_array_elements(results) r order by r ->> 'message_id' loop
    begin
      outcome := sms_private.record_delivery(result, max_attempts);
    exception when others then
      -- The lease runs out and the text becomes unconfirmed: nothing is lost, nothing is sent twice. sms_worker_health() shows it.
      outcome := 'error';
      update sms_private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;
comment on function public.sms_record_deliveries is
  'Records what became of claimed deliveries. Outcomes: recorded, doubled, stale (another worker has it), set_aside, not_found, error.';
grant execute on function public.sms_record_deliveries to service_role;

create function public.sms_get_delivery(message_id uuid)
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
     left join sms_private.jobs j on j.message_id = m.id and j.kind = 'deliver'
     where m.id = sms_get_delivery.message_id and m.direction = 'outbound'),
    jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND'))
$$;
comment on function public.sms_get_delivery is
  'An outbound text and where its delivery stands. Returns { outcome: found, state, message }, state being settled (nothing more is tried), in_hand (a worker has claimed it, and nobody knows its outcome yet) or waiting (due later, for its pace, to be tried again, or its outcome unknown); or MESSAGE_NOT_FOUND.';
grant execute on function public.sms_get_delivery to service_role;
