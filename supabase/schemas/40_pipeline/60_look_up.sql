-- Texts of unknown outcome are looked for at the carrier.

create function public.sms_claim_lookups(batch_size int, lease_seconds int, per_account int default 5)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 100);
  turn record;
  job sms_private.jobs;
  claimed jsonb := '[]';
  next_due timestamptz;
begin
  for turn in
    -- Accounts take turns, and none is asked more than a few questions at once.
    with due as (
      select j.id, j.lookup_at, m as message,
        row_number() over (partition by m.account_sid order by j.lookup_at, j.id) as place
      from (select * from sms_private.jobs q
            where q.kind = 'deliver' and q.in_flight and q.lookup_at <= clock_timestamp()
            order by q.lookup_at limit 1000) j
      join public.sms_messages m on m.id = j.message_id
    ), asked as (
      select m.account_sid, count(*) as questions
      from sms_private.jobs j join public.sms_messages m on m.id = j.message_id
      where j.kind = 'deliver' and j.in_flight and j.lookup_at > clock_timestamp() and j.lookup_token is not null
      group by m.account_sid
    )
    select d.id, d.message from due d left join asked a on a.account_sid = (d.message).account_sid
    where d.place + coalesce(a.questions, 0) <= per_account
    order by d.place, d.lookup_at
    limit room
  loop
    update sms_private.jobs j
    set lookup_token = gen_random_uuid(), lookup_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = (select q.id from sms_private.jobs q
                  where q.id = turn.id and q.in_flight and q.lookup_at <= clock_timestamp() for update skip locked)
    returning j.* into job;
    continue when not found;
    claimed := claimed || jsonb_build_object('job_id', job.id, 'lookup_token', job.lookup_token,
      'message_id', job.message_id, 'account_sid', (turn.message).account_sid,
      'from_number', (turn.message).from_number, 'to_number', (turn.message).to_number,
      'since', job.attempted_at - sms_private.span_setting('lookup_reach_seconds'));
  end loop;
  if jsonb_array_length(claimed) >= room then
    next_due := clock_timestamp();
  else
    select min(j.lookup_at) into next_due from sms_private.jobs j
    where j.kind = 'deliver' and j.in_flight and j.lookup_at > clock_timestamp();
  end if;
  return jsonb_build_object('jobs', claimed, 'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_lookups is
  'Leases texts whose outcome is unknown and whose look-up is due, accounts in turn. since: read Twilio''s list back to there. Returns { jobs, next_due_in_ms }.';
grant execute on function public.sms_claim_lookups to service_role;

-- Which of the texts that Twilio listed may be this one. SIDs are known per account: another tenant's text, even one with
-- the same numbers, is in another account's list, and what a text of ours is tied to is no candidate for the next.
create function sms_private.lookup_candidates(m public.sms_messages, since timestamptz, texts jsonb)
returns setof jsonb
language sql stable set search_path = ''
as $$
  select t
  from jsonb_array_elements(texts) t
  where t ->> 'to_number' = m.to_number and t ->> 'from_number' = m.from_number
    and t ->> 'direction' = 'outbound-api'
    and (t ->> 'date_created')::timestamptz >= since
    and not exists (select from public.sms_messages s
                    where s.account_sid = m.account_sid and s.message_sid = t ->> 'message_sid')
    -- A second SID of another text. Heard of since this one was attempted, or it would not be in reach.
    and not exists (select from public.sms_message_events e join public.sms_messages s on s.id = e.message_id
                    where e.flags @> '{doubled}' and e.received_at >= since - interval '1 hour'
                      and e.message_sid = t ->> 'message_sid' and s.account_sid = m.account_sid and s.id <> m.id)
$$;
comment on function sms_private.lookup_candidates is
  'Of the texts in Twilio''s list, those between the same two numbers, created since then through the API, whose SID we know nothing of.';
grant execute on function sms_private.lookup_candidates to service_role;

-- One candidate, but two texts of ours that it may be. date_updated is when the other one was given up on, or set aside;
-- nothing of it was created later.
create function sms_private.has_rival(m public.sms_messages, since timestamptz, candidate jsonb)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.sms_messages o
    where o.direction = 'outbound' and o.message_sid is null and o.status in ('unconfirmed', 'failed')
      and o.account_sid = m.account_sid and o.to_number = m.to_number and o.from_number = m.from_number
      and o.id <> m.id and o.date_updated >= since
      -- What Twilio refused it may list all the same, as failed.
      and (o.error_code = 'OUTCOME_UNKNOWN' or candidate ->> 'status' = 'failed'))
$$;
comment on function sms_private.has_rival is
  'Whether another text of ours between the same numbers, attempted within reach, may be what Twilio lists.';
grant execute on function sms_private.has_rival to service_role;

-- Why a text that was not found is not sent once more; null when it is.
create function sms_private.no_resend_reason(m public.sms_messages, job sms_private.jobs)
returns text
language sql stable set search_path = ''
as $$
  select case
    when job.resent_at is not null then 'It was sent once more already.'
    when job.attempted_at < clock_timestamp() - sms_private.span_setting('resend_within_seconds')
      then 'It would come too late.'
    when refusal.code is not null then refusal.explanation
  end
  from sms_private.refuse_delivery(m, job) refusal
$$;
comment on function sms_private.no_resend_reason is
  'Why a text that the carrier''s list does not have is not worth sending once more, or may not be; null when it is sent.';
grant execute on function sms_private.no_resend_reason to service_role;

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
grant execute on function sms_private.set_lookup_aside to service_role;

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
grant execute on function sms_private.record_failed_lookup to service_role;

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
grant execute on function sms_private.record_empty_lookup to service_role;

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
  perform sms_private.tie_sid(m, candidate ->> 'message_sid', candidate ->> 'status', candidate ->> 'error_code',
    candidate ->> 'error_message', 'lookup', (candidate ->> 'num_segments')::int);
  return 'adopted';
end
$$;
comment on function sms_private.record_lookup is 'sms_record_lookups for one result.';
grant execute on function sms_private.record_lookup to service_role;

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
grant execute on function public.sms_record_lookups to service_role;
