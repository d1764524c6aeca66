-- What became of claimed deliveries.

-- The one step down the ladder: `unconfirmed` was our own doubt, and the worker that held the lease says the text never
-- reached Twilio. The caller holds the message's lock and has compared the fencing token.
create function private.withdraw_doubt(message uuid)
returns void
language sql volatile set search_path = ''
as $$
  with certain as (
    update public.sms_messages m
    set status = 'pending', error_code = null, error_message = null, date_updated = clock_timestamp()
    where m.id = message and m.status = 'unconfirmed'
    returning m.id, m.user_id
  )
  insert into public.message_events (user_id, message_id, status, source, flags)
  select c.user_id, c.id, 'pending', 'worker', '{late}' from certain c
$$;
comment on function private.withdraw_doubt is 'Makes an unconfirmed text pending again, with an event flagged late; for a text that provably was not handed over.';
revoke execute on function private.withdraw_doubt from public, anon, authenticated;
grant execute on function private.withdraw_doubt to service_role;

-- One outcome. A text that Twilio took is a fact, whoever holds the lease now.
create function private.record_delivery(result jsonb, max_attempts int)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  sid text := result ->> 'message_sid';
  m public.sms_messages;
  job private.jobs;
begin
  select * into m from public.sms_messages s
  where s.id = (result ->> 'message_id')::uuid and s.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  if result ->> 'outcome' = 'accepted' then
    return private.tie_sid(m, sid, result ->> 'status', null, null, 'create', (result ->> 'num_segments')::int);
  end if;

  select * into job from private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'refused' then
    if result ->> 'error_code' = '21610' then
      insert into private.sender_blocks (phone_number_id, contact_id) values (job.phone_number_id, job.contact_id)
      on conflict do nothing;
      insert into public.consent_events (user_id, contact_id, message_id, change, source, evidence)
      values (m.user_id, job.contact_id, m.id, 'sender_blocked', 'carrier', '21610');
    end if;
    delete from private.jobs j where j.id = job.id;
    perform private.report_status(m, 'failed', result ->> 'error_code', result ->> 'error_message', null, 'create');
  when 'retry' then
    if job.attempts >= max_attempts then
      perform private.report_status(m, 'failed', coalesce(result ->> 'error_code', 'CARRIER_UNAVAILABLE'),
        coalesce(result ->> 'error_message', 'The carrier could not be reached.'), null, 'worker');
      update private.jobs j
      set set_aside_at = clock_timestamp(), in_flight = false, lookup_at = null, lease_token = null, lease_expires_at = null,
        last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
      where j.id = job.id;
      return 'set_aside';
    end if;
    perform private.withdraw_doubt(m.id);
    update private.jobs j
    set in_flight = false, lookup_at = null, lease_token = null, lease_expires_at = null,
      last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500),
      due_at = clock_timestamp() + make_interval(secs => greatest(
        coalesce((result ->> 'retry_after_ms')::numeric / 1000, 0), least(2 ^ job.attempts, 300) * (0.5 + random())))
    where j.id = job.id;
  when 'not_started' then
    perform private.withdraw_doubt(m.id);
    update private.jobs j
    -- due_at stays: it keeps the text's place before newer ones of its pair.
    set in_flight = false, lookup_at = null, lease_token = null, lease_expires_at = null,
      attempts = greatest(j.attempts - 1, 0)
    where j.id = job.id;
  when 'unknown' then
    perform private.report_status(m, 'unconfirmed', 'OUTCOME_UNKNOWN',
      coalesce(result ->> 'error_message', 'The carrier did not answer. The text is not sent again before its fate is known.'),
      null, 'worker');
    update private.jobs j
    set lookup_at = clock_timestamp(),
      last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
    where j.id = job.id;
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return 'recorded';
end
$$;
comment on function private.record_delivery is 'record_deliveries for one result.';
revoke execute on function private.record_delivery from public, anon, authenticated;
grant execute on function private.record_delivery to service_role;

-- Twilio has named the text: tie the SID to our row, end the delivery, raise the status.
-- A second SID for one text is a text sent twice: kept as evidence and counted, never hidden.
create function private.tie_sid(m public.sms_messages, sid text, new_status text, new_error_code text,
  new_error_message text, source text, segments int)
returns text
language plpgsql volatile set search_path = ''
as $$
begin
  if m.message_sid <> sid then
    insert into public.message_events (user_id, message_id, status, error_code, message_sid, source, flags)
    values (m.user_id, m.id, left(new_status, 64), new_error_code, sid, tie_sid.source, '{doubled}');
    return 'doubled';
  end if;
  update public.sms_messages s
  set message_sid = sid, num_segments = coalesce(nullif(segments, 0), s.num_segments)
  where s.id = m.id and (s.message_sid is null or segments > 0);
  delete from private.jobs j where j.kind = 'deliver' and j.message_id = m.id;
  perform private.report_status(m, new_status, new_error_code, new_error_message, sid, tie_sid.source);
  return 'recorded';
end
$$;
comment on function private.tie_sid is
  'Ties Twilio''s SID to a text, ends its delivery job and reports the status. Returns recorded, or doubled for a second SID. The caller holds the message''s lock.';
revoke execute on function private.tie_sid from public, anon, authenticated;
grant execute on function private.tie_sid to service_role;

create function public.record_deliveries(results jsonb, max_attempts int default 8)
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
      outcome := private.record_delivery(result, max_attempts);
    exception when others then
      -- The lease runs out and the text becomes unconfirmed: nothing is lost, nothing is sent twice. worker_health() shows it.
      outcome := 'error';
      update private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;
comment on function public.record_deliveries is
  'Records what became of claimed deliveries. Outcomes: recorded, doubled, stale (another worker has it), set_aside, not_found, error.';
revoke execute on function public.record_deliveries from public, anon, authenticated;
grant execute on function public.record_deliveries to service_role;
