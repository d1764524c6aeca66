-- What a delivery of unknown outcome has to remember, and what may be said of it. The whole argument, window by window:
-- docs/decisions/0014.

alter table private.jobs
  add column attempted_at timestamptz,
  add column lookup_token uuid,
  add column lookups int not null default 0,
  add column resent_at timestamptz;
comment on column private.jobs.attempted_at is
  'When the text was first claimed for an attempt of which nothing is known for certain; by our clock. Looked for from ten minutes before.';
comment on column private.jobs.lookup_at is
  'Set when the outcome is unknown: when to look for the text at the carrier. While somebody looks, when their lease lapses.';
comment on column private.jobs.lookup_token is 'Fencing token of whoever looks for the text; apart from the delivery''s, whose worker may still come back.';
comment on column private.jobs.lookups is 'Times the carrier''s list was read without finding the text.';
comment on column private.jobs.resent_at is 'When the text was given back to be sent once more, because the carrier''s list never had it.';
comment on column public.message_events.flags is
  'What was odd: doubled (a second SID), late, lease_expired, shortened, resent (sent once more: not found at the carrier), ambiguous (several texts may be it), given_up.';
create index jobs_lookup_idx on private.jobs (lookup_at) where kind = 'deliver' and in_flight and lookup_at is not null;
-- Texts of ours without a SID that may be at Twilio, or that Twilio may have kept a record of. Few.
create index sms_messages_nameless_idx on public.sms_messages (account_sid, to_number)
  where direction = 'outbound' and message_sid is null and status in ('unconfirmed', 'failed');
update private.jobs set attempted_at = lease_expires_at - interval '1 hour' where kind = 'deliver' and in_flight;

insert into private.settings (name, value) values
  -- Not shorter than a request to Twilio may take (_shared/lease.ts).
  ('lookup_wait_seconds', '15'),
  ('lookup_count', '3'),
  ('lookup_spread_seconds', '300'),
  ('lookup_reach_seconds', '600'),
  ('lookup_give_up_seconds', '3600'),
  ('resend_within_seconds', '3600');

create function private.span_setting(setting_name text)
returns interval
language sql stable set search_path = ''
as $$ select make_interval(secs => (private.setting(setting_name))::numeric::float8) $$;
comment on function private.span_setting is 'A setting in seconds, as an interval.';
revoke execute on function private.span_setting from public, anon, authenticated;
grant execute on function private.span_setting to service_role;

-- A trigger, so that no way of claiming can forget it.
create function private.begin_attempt()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  -- Of a text that is sent once more, the first attempt counts: it is looked for from then on.
  if new.resent_at is null then
    new.attempted_at := clock_timestamp();
  end if;
  return new;
end
$$;
comment on function private.begin_attempt is 'Trigger: notes when a claim began the attempt, by our clock.';
revoke execute on function private.begin_attempt from public, anon, authenticated, service_role;
create trigger begin_attempt before update of in_flight on private.jobs
  for each row when (new.in_flight and not old.in_flight) execute function private.begin_attempt();

-- Never before the late worker's own request must have ended: what it still creates would be missed.
create function private.first_lookup_at(lease_expires_at timestamptz)
returns timestamptz
language sql volatile set search_path = ''
as $$ select greatest(clock_timestamp(), lease_expires_at + private.span_setting('lookup_wait_seconds')) $$;
comment on function private.first_lookup_at is 'When to look for a text for the first time: after its lease, and a request''s time-out more.';
revoke execute on function private.first_lookup_at from public, anon, authenticated;
grant execute on function private.first_lookup_at to service_role;

create or replace function private.mark_lost_deliveries()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  m public.sms_messages;
begin
  for m in
    select s.* from private.jobs j join public.sms_messages s on s.id = j.message_id
    where j.kind = 'deliver' and j.in_flight and j.lookup_at is null and j.lease_expires_at <= clock_timestamp()
    limit 100
    for no key update of s, j skip locked
  loop
    perform private.report_status(m, 'unconfirmed', 'OUTCOME_UNKNOWN',
      'The connection to the carrier was lost while this text was handed over. It is not sent again before its fate is known.',
      null, 'worker', '{lease_expired}');
    -- The token stays: a worker that was only slow may still say what became of it.
    update private.jobs j set lookup_at = private.first_lookup_at(j.lease_expires_at)
    where j.kind = 'deliver' and j.message_id = m.id;
  end loop;
end
$$;

-- Ranks with `unconfirmed`, which it follows: whatever Twilio reports later corrects it.
create function private.give_up_on(message public.sms_messages, explanation text)
returns void
language sql volatile set search_path = ''
as $$
  delete from private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
  insert into public.message_events (user_id, message_id, status, error_code, source, flags)
  values (message.user_id, message.id, 'failed', 'OUTCOME_UNKNOWN', 'worker', '{given_up}');
  update public.sms_messages m
  set status = 'failed', error_code = 'OUTCOME_UNKNOWN', error_message = explanation, date_updated = clock_timestamp()
  where m.id = message.id and m.status = 'unconfirmed';
$$;
comment on function private.give_up_on is
  'Ends the delivery of an unconfirmed text as failed, OUTCOME_UNKNOWN: it was not found at the carrier and is not sent again. The caller has locked the message.';
revoke execute on function private.give_up_on from public, anon, authenticated;
grant execute on function private.give_up_on to service_role;

create or replace function private.cancel_delivery(message public.sms_messages, code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  resent boolean;
begin
  delete from private.jobs j where j.kind = 'deliver' and j.message_id = message.id
  returning j.resent_at is not null into resent;
  if resent then
    -- "Canceled" would claim that it never left.
    perform private.give_up_on(message, 'It is not known whether this text left; it is not sent again. ' || explanation);
  else
    perform private.report_status(message, 'canceled', code, explanation, null, 'worker');
  end if;
end
$$;

create or replace function private.cancel_message(message_id uuid)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  m public.sms_messages;
  resent boolean;
begin
  select * into m from public.sms_messages s
  where s.id = cancel_message.message_id and s.user_id = (select auth.uid()) and s.direction = 'outbound'
  for no key update;
  if not found then
    return jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND');
  end if;
  select j.resent_at is not null into resent from private.jobs j
  where j.message_id = m.id and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null for update;
  if not found then
    return jsonb_build_object('outcome', 'TOO_LATE', 'status', m.status);
  end if;
  if resent then
    perform private.give_up_on(m, 'You canceled this text; it may have left before that.');
    return jsonb_build_object('outcome', 'TOO_LATE', 'status', 'failed');
  end if;
  delete from private.jobs j where j.message_id = m.id and j.kind = 'deliver';
  perform private.report_status(m, 'canceled', 'CANCELED_BY_USER', 'You canceled this text before it left.', null, 'user');
  return jsonb_build_object('outcome', 'canceled');
end
$$;

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
      insert into private.sender_blocks (phone_number_id, contact_id) values (job.phone_number_id, job.contact_id)
      on conflict do nothing;
      insert into public.consent_events (user_id, contact_id, message_id, change, source, evidence)
      values (m.user_id, job.contact_id, m.id, 'sender_blocked', 'carrier', '21610');
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

-- The attempt that just ended provably handed nothing over. Of an earlier one that may not be known: doubt remains.
create function private.release_delivery(job private.jobs)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if job.resent_at is null then
    perform private.withdraw_doubt(job.message_id);
  end if;
  update private.jobs j
  set in_flight = false, lookup_at = null, lookup_token = null, lookups = 0, lease_token = null, lease_expires_at = null
  where j.id = job.id;
end
$$;
comment on function private.release_delivery is
  'Gives a delivery back to the queue after an attempt that handed nothing over; takes our doubt back, unless the text was sent before. The caller holds message and job.';
revoke execute on function private.release_delivery from public, anon, authenticated;
grant execute on function private.release_delivery to service_role;
