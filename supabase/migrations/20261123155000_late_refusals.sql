-- A refusal may be told late: a text was claimed, its contact said STOP and then START, and only then we record Twilio's
-- 21610 from in between. It must not silence who has just come back. Should Twilio still mean it, it says so again.
create function private.block_sender(job private.jobs, m public.sms_messages)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform from public.consent_events e
  join public.sms_messages s on s.id = e.message_id
  where e.contact_id = job.contact_id and e.change = 'opt_in' and e.at >= greatest(job.attempted_at, job.resent_at)
    and s.phone_number_id = job.phone_number_id;
  if found then
    return;
  end if;
  insert into private.sender_blocks (phone_number_id, contact_id) values (job.phone_number_id, job.contact_id)
  on conflict do nothing;
  insert into public.consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (m.user_id, job.contact_id, m.id, 'sender_blocked', 'carrier', '21610');
end
$$;
comment on function private.block_sender is
  'Notes that Twilio refused a text because its contact opted out of the sender (21610), unless they opted in since the attempt began.';
revoke execute on function private.block_sender from public, anon, authenticated;
grant execute on function private.block_sender to service_role;

create or replace function private.record_delivery(result jsonb, max_attempts int)
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
      perform private.block_sender(job, m);
    end if;
    delete from private.jobs j where j.id = job.id;
    perform private.report_status(m, 'failed', result ->> 'error_code', result ->> 'error_message', null, 'create');
  when 'retry' then
    if job.attempts >= max_attempts and job.resent_at is not null then
      perform private.give_up_on(m, 'It is not known whether this text left, and it could not be sent again.');
      return 'recorded';
    end if;
    if job.attempts >= max_attempts then
      perform private.report_status(m, 'failed', coalesce(result ->> 'error_code', 'CARRIER_UNAVAILABLE'),
        coalesce(result ->> 'error_message', 'The carrier could not be reached.'), null, 'worker');
      perform private.release_delivery(job);
      update private.jobs j
      set set_aside_at = clock_timestamp(),
        last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
      where j.id = job.id;
      return 'set_aside';
    end if;
    perform private.release_delivery(job);
    update private.jobs j
    set last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500),
      due_at = clock_timestamp() + make_interval(secs => greatest(
        coalesce((result ->> 'retry_after_ms')::numeric / 1000, 0), least(2 ^ job.attempts, 300) * (0.5 + random())))
    where j.id = job.id;
  when 'not_started' then
    perform private.release_delivery(job);
    -- due_at stays: it keeps the text's place before newer ones of its pair.
    update private.jobs j set attempts = greatest(j.attempts - 1, 0) where j.id = job.id;
  when 'unknown' then
    perform private.report_status(m, 'unconfirmed', 'OUTCOME_UNKNOWN',
      coalesce(result ->> 'error_message', 'The carrier did not answer. The text is not sent again before its fate is known.'),
      null, 'worker');
    update private.jobs j
    -- Somebody may be looking already: a worker that says late that it does not know changes nothing.
    set lookup_at = coalesce(j.lookup_at, private.first_lookup_at(j.lease_expires_at)),
      last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
    where j.id = job.id;
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return 'recorded';
end
$$;
