-- Sending, second half: record what Twilio answered.

-- The attempt that just ended certainly handed nothing over. After an earlier attempt that may not be certain: then the
-- message stays unconfirmed.
create function sms_private.release_delivery(job sms_private.jobs)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if job.resent_at is null then
    perform sms_private.mark_pending_again(job.message_id);
  end if;
  delete from sms_private.questions question where question.message_id = job.message_id;
  update sms_private.jobs j
  set in_flight = false, unconfirmed = false, lease_token = null, lease_expires_at = null
  where j.id = job.id;
end
$$;
comment on function sms_private.release_delivery is
  'Gives a delivery back to the queue after an attempt that handed nothing over. The message is pending again, unless an earlier attempt may have sent it. The caller holds message and job.';

-- An accepted message is a fact, also when another worker has the lease by now.
create function sms_private.record_delivery(result jsonb, max_attempts int)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  sid text := result ->> 'message_sid';
  message public.sms_messages;
  job sms_private.jobs;
  -- A connection that was refused has no code of Twilio's.
  code text := coalesce(result ->> 'error_code', 'CARRIER_UNAVAILABLE');
begin
  select * into message from public.sms_messages s
  where s.id = (result ->> 'message_id')::uuid and s.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  if result ->> 'outcome' = 'accepted' then
    return sms_private.record_twilio_sid(message, sid, result ->> 'status', null, null, 'create',
      (result ->> 'num_segments')::int);
  end if;

  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'refused' then
    delete from sms_private.jobs j where j.id = job.id;
    delete from sms_private.questions question where question.message_id = message.id;
    -- What the contact did not get does not use up their patience.
    if message.purpose = 'promotional' then
      delete from sms_private.promotions p where p.message_id = message.id;
    end if;
    perform sms_private.report_status(message, 'failed', result ->> 'error_code', result ->> 'error_message', null,
      'create');
  when 'retry' then
    if job.attempts >= max_attempts and job.resent_at is not null then
      perform sms_private.give_up_on(message, 'It is not known whether this text left, and it could not be sent again.');
      return 'recorded';
    end if;
    if job.attempts >= max_attempts then
      perform sms_private.report_status(message, 'failed', code, coalesce(result ->> 'error_message', 'The carrier could not be reached.'),
        null, 'worker');
      perform sms_private.release_delivery(job);
      update sms_private.jobs j
      set set_aside_at = clock_timestamp(), last_error = left(concat_ws(': ', code, result ->> 'error_message'), 500)
      where j.id = job.id;
      return 'set_aside';
    end if;
    perform sms_private.release_delivery(job);
    update sms_private.jobs j
    set last_error = left(concat_ws(': ', code, result ->> 'error_message'), 500),
      due_at = clock_timestamp() + make_interval(secs => greatest(
        coalesce((result ->> 'retry_after_ms')::numeric / 1000, 0), least(2 ^ job.attempts, 300) * (0.5 + random())))
    where j.id = job.id;
  when 'not_started' then
    perform sms_private.release_delivery(job);
    -- due_at stays, so the message keeps its place before newer ones of its pair.
    update sms_private.jobs j set attempts = greatest(j.attempts - 1, 0) where j.id = job.id;
  when 'unknown' then
    perform sms_private.report_status(message, 'unconfirmed', 'OUTCOME_UNKNOWN',
      coalesce(result ->> 'error_message', 'The carrier did not answer. The text is not sent again before its fate is known.'),
      null, 'worker');
    update sms_private.jobs j
    set unconfirmed = true,
      last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
    where j.id = job.id;
    perform sms_private.ask_for_outcome(job, message.account_sid);
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return 'recorded';
end
$$;
comment on function sms_private.record_delivery is 'sms_record_deliveries for one result.';

create function public.sms_record_deliveries(results jsonb, max_attempts int default 8)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
  refused uuid[] := array(select (r ->> 'message_id')::uuid from jsonb_array_elements(results) r
    where r ->> 'error_code' = '21610');
  attempts jsonb;
begin
  if refused <> '{}' then
    attempts := sms_private.attempts_of(refused);
  end if;
  for result in select r from jsonb_array_elements(results) r order by r ->> 'message_id' loop
    begin
      outcome := sms_private.record_delivery(result, max_attempts);
    exception when others then
      -- The lease runs out and the message becomes unconfirmed: nothing is lost and nothing is sent twice.
      -- sms_worker_health() shows the error.
      outcome := 'error';
      update sms_private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id', 'outcome', outcome);
  end loop;
  if refused <> '{}' then
    perform sms_private.block_refused(refused, attempts);
  end if;
  return outcomes;
end
$$;
comment on function public.sms_record_deliveries is
  'Records what became of claimed deliveries. Outcomes: recorded, doubled, stale (another worker has it), set_aside, not_found, error.';

create function sms_private.turn_in_ms(job sms_private.jobs)
returns bigint
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select sms_private.milliseconds_until(pace.next_at - interval '1 second' * (1 - 1 / number.segments_per_second))
    from sms_private.sender_pace pace
    join public.sms_numbers number on number.id = pace.phone_number_id
    where pace.phone_number_id = job.phone_number_id
      and not job.in_flight and job.held_at is null and job.set_aside_at is null and job.attempts = 0
      and job.due_at <= clock_timestamp() and job.priority >= sms_private.first_priority()
      and sms_private.pair_is_free(job)
      -- Nobody waits who would take a turn from somebody else.
      and not exists (
        select from sms_private.jobs ahead
        where ahead.kind = 'deliver' and ahead.set_aside_at is null and not ahead.in_flight and ahead.held_at is null
          and ahead.phone_number_id = job.phone_number_id and ahead.due_at <= statement_timestamp()
          and (ahead.priority < job.priority
            or ahead.priority = job.priority and (ahead.due_at, ahead.id) < (job.due_at, job.id))
          and sms_private.pair_is_free(ahead)));
end
$$;
comment on function sms_private.turn_in_ms is
  'For a delivery that is the next one of its number and waits for nothing but the pace: milliseconds until the number may send again. Null for any other delivery.';

create function public.sms_get_delivery(message_id uuid)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select coalesce(
      (select jsonb_build_object('outcome', 'found',
         'state', case
           when j.id is null or j.set_aside_at is not null then 'settled'
           when j.in_flight and not j.unconfirmed then 'in_hand'
           else 'waiting' end,
         'turn_in_ms', sms_private.turn_in_ms(j),
         'message', to_jsonb(m))
       from public.sms_messages m
       left join sms_private.jobs j on j.message_id = m.id and j.kind = 'deliver'
       where m.id = sms_get_delivery.message_id and m.direction = 'outbound'),
      jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND')));
end
$$;
comment on function public.sms_get_delivery is
  'An outbound message and where its delivery stands. Returns { outcome: found, state, turn_in_ms, message }, state being settled (nothing more is tried), in_hand (a worker has claimed it, and its outcome is not known yet) or waiting (due later, for its pace, to be tried again, or its outcome unknown); or MESSAGE_NOT_FOUND. turn_in_ms: where it is the next one of its number and waits for the pace alone, milliseconds until that sends again, else null.';
