-- Unknown outcomes, second half: what was found, and what follows.

-- For a person to look at. The pair goes on without it; a callback that comes later still settles it.
create function sms_private.set_lookup_aside(m public.sms_messages, job sms_private.jobs, reason text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  begin
    insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
    values (m.user_id, m.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup',
      case when starts_with(reason, 'OUTCOME_AMBIGUOUS') then '{ambiguous}'::text[] else '{given_up}' end);
    -- The date counts for its neighbours: see has_rival.
    update public.sms_messages s set error_message = explanation, date_updated = clock_timestamp()
    where s.id = m.id and s.status = 'unconfirmed';
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    reason := concat_ws(', ', reason, 'NOT_RECORDABLE: ' || sqlerrm);
  end;
  perform sms_private.set_job_aside(job.id, reason);
end
$$;
comment on function sms_private.set_lookup_aside is
  'Stops looking for an unconfirmed text, which is not sent again, and frees its pair. The caller holds message and job.';

create function sms_private.record_failed_lookup(m public.sms_messages, job sms_private.jobs, why text)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  age interval := clock_timestamp() - greatest(job.attempted_at, job.resent_at);
begin
  if age > sms_private.span_setting('lookup_give_up_seconds') then
    perform sms_private.set_lookup_aside(m, job, 'LOOKUP_FAILED: ' || why,
      'Whether the carrier has this text could not be found out. It is not sent again; look into the carrier''s log.');
    return 'set_aside';
  end if;
  update sms_private.jobs j
  set lookup_token = null, last_error = left('LOOKUP_FAILED: ' || why, 500),
    lookup_at = clock_timestamp() + least(greatest(age / 4, interval '2 seconds'), interval '5 minutes')
  where j.id = job.id;
  return 'postponed';
end
$$;
comment on function sms_private.record_failed_lookup is
  'A look-up that failed is none that found nothing: it is made again, ever more slowly, for an hour.';

create function sms_private.record_empty_lookup(m public.sms_messages, job sms_private.jobs)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  wanted int := greatest((sms_private.setting('lookup_count'))::int, 1);
  reason text;
begin
  if job.lookups + 1 < wanted then
    update sms_private.jobs j
    set lookups = j.lookups + 1, lookup_token = null,
      lookup_at = clock_timestamp() + sms_private.span_setting('lookup_spread_seconds') / greatest(wanted - 1, 1)
    where j.id = job.id;
    return 'not_found_yet';
  end if;
  reason := sms_private.no_resend_reason(m, job);
  if reason is not null then
    perform sms_private.give_up_on(m, 'The carrier does not have this text, and it is not sent again. ' || reason);
    return 'given_up';
  end if;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
  values (m.user_id, m.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup', '{resent}');
  -- due_at and attempts stay: nothing of its pair overtakes it.
  update sms_private.jobs j
  set resent_at = clock_timestamp(), in_flight = false, lookup_at = null, lookup_token = null, lookups = 0,
    lease_token = null, lease_expires_at = null
  where j.id = job.id;
  return 'resent';
end
$$;
comment on function sms_private.record_empty_lookup is
  'The carrier''s list does not have the text: it is looked for again, and at last sent once more if that is still right, else given up.';

create function sms_private.record_lookup(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  m public.sms_messages;
  job sms_private.jobs;
  since timestamptz;
  candidates jsonb[];
  candidate jsonb;
begin
  select * into m from public.sms_messages s
  where s.id = (result ->> 'message_id')::uuid and s.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  -- Gone when a callback or a late worker was quicker; another's when this look-up outlived its lease.
  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.lookup_token = (result ->> 'lookup_token')::uuid
    and j.in_flight and j.lookup_at is not null
  for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'failed' then
    return sms_private.record_failed_lookup(m, job, concat_ws(' ', result ->> 'error_code', result ->> 'error_message'));
  when 'listed' then
    since := job.attempted_at - sms_private.span_setting('lookup_reach_seconds');
    candidates := array(select sms_private.lookup_candidates(m, since, result -> 'texts'));
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  if cardinality(candidates) = 0 then
    return sms_private.record_empty_lookup(m, job);
  end if;
  candidate := candidates[1];
  if cardinality(candidates) > 1 or sms_private.has_rival(m, since, candidate) then
    perform sms_private.set_lookup_aside(m, job,
      format('OUTCOME_AMBIGUOUS: %s texts at the carrier may be this one', cardinality(candidates)),
      'Several texts between these numbers were under way at once, and which of them the carrier has is not certain. This one is not sent again; look into the carrier''s log.');
    return 'ambiguous';
  end if;
  perform sms_private.record_twilio_sid(m, candidate ->> 'message_sid', candidate ->> 'status', candidate ->> 'error_code',
    candidate ->> 'error_message', 'lookup', (candidate ->> 'num_segments')::int);
  return 'adopted';
end
$$;
comment on function sms_private.record_lookup is 'sms_record_lookups for one result.';

create function public.sms_record_lookups(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  failure jsonb;
  outcome text;
  outcomes jsonb := '[]';
begin
  for result in select r from jsonb_array_elements(results) r order by r ->> 'message_id' loop
    begin
      outcome := sms_private.record_lookup(result);
    exception when others then
      -- As if it had failed: made again for an hour, then set aside, so that poison never holds its pair up for ever.
      failure := jsonb_build_object('outcome', 'failed', 'error_code', 'NOT_RECORDABLE',
        'error_message', sqlstate || ' ' || sqlerrm);
      begin
        outcome := sms_private.record_lookup(result || failure);
      exception when others then
        outcome := 'error';
      end;
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;
comment on function public.sms_record_lookups is
  'Records what Twilio''s list said of texts whose outcome is unknown. Outcomes: adopted, ambiguous (set aside), not_found_yet, resent, given_up, postponed (the look-up failed), set_aside (it failed for too long), stale, not_found, error.';
