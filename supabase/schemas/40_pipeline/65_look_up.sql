-- Look-ups: did Twilio take a message whose outcome is unknown? Its list says so, and then what follows.

-- Not earlier than the late worker's own request must have ended: a message that it still creates would be
-- missed.
create function sms_private.ask_for_outcome(job sms_private.jobs, account_sid text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into sms_private.questions (kind, account_sid, message_id, due_at)
  values ('lookup', ask_for_outcome.account_sid, job.message_id,
    greatest(clock_timestamp(), job.lease_expires_at + sms_private.span_setting('lookup_wait_seconds')))
  -- Another worker may be looking already. A late "unknown" changes nothing then.
  on conflict (message_id) do nothing;
end
$$;
comment on function sms_private.ask_for_outcome is
  'Opens the look-up of an unconfirmed delivery: after its lease and the time-out of a request. The caller '
  'holds message and job.';

-- Which of the texts that Twilio listed may be this one. SIDs are known per account: another tenant's text,
-- even one with the same numbers, is in another account's list. A SID that one of our messages has is no
-- candidate for the next message.
create function sms_private.lookup_candidates(message public.sms_messages, since timestamptz, texts jsonb)
returns setof jsonb
language sql stable set search_path = ''
as $$
  select listed
  from jsonb_array_elements(texts) listed
  where (listed ->> 'to_number' = sms_private.recipient_of(message)
      or message.via is null and sms_private.is_same_telephone(listed ->> 'to_number', message.to_number))
    and listed ->> 'from_number' = coalesce(message.via, message.from_number)
    and listed ->> 'direction' = 'outbound-api'
    and (listed ->> 'date_created')::timestamptz >= since
    and not exists (select from public.sms_messages known
                    where known.account_sid = message.account_sid
                      and known.message_sid = listed ->> 'message_sid')
    -- A second SID of another message. It was reported after this message was attempted, or it would be
    -- out of reach.
    and not exists (select from public.sms_message_events event
                    join public.sms_messages other on other.id = event.message_id
                    where event.flags @> '{doubled}' and event.received_at >= since - interval '1 hour'
                      and event.message_sid = listed ->> 'message_sid'
                      and other.account_sid = message.account_sid and other.id <> message.id)
$$;
comment on function sms_private.lookup_candidates is
  'Of the messages in Twilio''s list, those between the same two numbers, created since then through the API, '
  'whose SID we know nothing of.';

-- There is one candidate, and it may be either of two of our messages. date_updated is when the other one was given up on, or
-- set aside; nothing of it was created later.
create function sms_private.has_rival(message public.sms_messages, since timestamptz, candidate jsonb)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.sms_messages other
    where other.direction = 'outbound' and other.message_sid is null
      and other.status in ('unconfirmed', 'failed')
      and other.account_sid = message.account_sid
      and other.to_number = any (sms_private.spellings_of(message.to_number))
      and other.from_number = message.from_number and other.id <> message.id and other.date_updated >= since
      -- What Twilio refused it may list all the same, as failed.
      and (other.error_code in ('OUTCOME_UNKNOWN', 'OUTCOME_AMBIGUOUS') or candidate ->> 'status' = 'failed')
      -- The words tell two texts apart, where Twilio lists them as they are.
      and (sms_private.says_the_same(message.body, candidate ->> 'body')
        and not sms_private.says_the_same(other.body, candidate ->> 'body')) is not true)
$$;
comment on function sms_private.has_rival is
  'Whether another of our messages between the same numbers, attempted within reach, may be what Twilio lists. One with other words is not, where these are the message''s.';

-- For a person to look at. The pair goes on without it; a callback that comes later still settles it.
create function sms_private.set_lookup_aside(
  message public.sms_messages, job sms_private.jobs, reason text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  begin
    insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
    values (message.user_id, message.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup',
      case when starts_with(reason, 'OUTCOME_AMBIGUOUS') then '{ambiguous}'::text[] else '{given_up}' end);
    -- The date counts for its neighbours: see has_rival.
    update public.sms_messages stored
    set error_code = 'OUTCOME_AMBIGUOUS', error_message = explanation, date_updated = clock_timestamp()
    where stored.id = message.id and stored.status = 'unconfirmed';
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    reason := concat_ws(', ', reason, 'NOT_RECORDABLE: ' || sqlerrm);
  end;
  perform sms_private.set_job_aside(job.id, reason);
end
$$;
comment on function sms_private.set_lookup_aside is
  'Stops looking for an unconfirmed text, which is not sent again, and frees its pair. The caller holds '
  'message and job.';

create function sms_private.record_empty_lookup(
  message public.sms_messages, job sms_private.jobs, question sms_private.questions)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  wanted int := greatest((sms_private.setting('lookup_count'))::int, 1);
  reason text;
begin
  if question.tries + 1 < wanted then
    perform sms_private.ask_again(question, question.tries + 1,
      sms_private.span_setting('lookup_spread_seconds') / greatest(wanted - 1, 1));
    return 'not_found_yet';
  end if;
  -- Why it is not worth sending once more, or may not be sent.
  select case
      when job.resent_at is not null then 'It was sent once more already.'
      -- How late a text of a restored backup may be, its kind says.
      when job.attempted_at < clock_timestamp() - sms_private.span_setting('resend_within_seconds')
        and not sms_private.is_restored(message, job) then 'It would come too late.'
      -- RCS falls back to SMS, from whichever sender of the service: that text is listed under other addresses.
      when message.via is not null then 'Twilio may have sent it by another channel.'
      else refusal.explanation end
    into reason
  from sms_private.refuse_delivery(message, job) refusal;
  if reason is not null then
    perform sms_private.give_up_on(message,
      'The carrier does not have this text, and it is not sent again. ' || reason);
    return 'given_up';
  end if;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
  values (message.user_id, message.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup', '{resent}');
  -- due_at and attempts stay: nothing of its pair overtakes it.
  update sms_private.jobs delivery
  set resent_at = clock_timestamp(), in_flight = false, unconfirmed = false,
    lease_token = null, lease_expires_at = null
  where delivery.id = job.id;
  delete from sms_private.questions asked where asked.id = question.id;
  return 'resent';
end
$$;
comment on function sms_private.record_empty_lookup is
  'The carrier''s list does not have the message: it is looked for again, and at last sent once more if that '
  'is still right, else given up.';

create function sms_private.record_lookup(
  message public.sms_messages, job sms_private.jobs, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  since timestamptz := job.attempted_at - sms_private.span_setting('lookup_reach_seconds');
  age interval := clock_timestamp() - greatest(job.attempted_at, job.resent_at);
  why text := concat_ws(' ', 'LOOKUP_FAILED:', result ->> 'error_code', result ->> 'error_message');
  candidates jsonb[];
  same jsonb[];
  candidate jsonb;
begin
  case
  -- No list is not an empty list: it is asked for again, ever more slowly, for an hour. So poison never holds
  -- its pair up for ever.
  when result ->> 'outcome' in ('failed', 'unrecordable') then
    if age > sms_private.span_setting('lookup_give_up_seconds') then
      perform sms_private.set_lookup_aside(message, job, why,
        'Whether the carrier has this text could not be found out. It is not sent again; '
        'look into the carrier''s log.');
      return 'set_aside';
    end if;
    update sms_private.jobs delivery set last_error = left(why, 500) where delivery.id = job.id;
    perform sms_private.ask_again(question, question.tries,
      least(greatest(age / 4, interval '2 seconds'), interval '5 minutes'), why);
    return 'postponed';
  when result ->> 'outcome' = 'listed' then
    candidates := array(select sms_private.lookup_candidates(message, since, result -> 'texts'));
  end case;
  if cardinality(candidates) = 0 then
    return sms_private.record_empty_lookup(message, job, question);
  end if;
  if sms_private.is_restored(message, job) then
    -- Others were sent to this contact since the backup. Which of them is this text, only its words say.
    select given into candidate from unnest(candidates) given
    where sms_private.says_the_same(message.body, given ->> 'body')
    order by (given ->> 'date_created')::timestamptz limit 1;
    if not found then
      perform sms_private.set_lookup_aside(message, job,
        format('OUTCOME_AMBIGUOUS: %s texts since the backup may be this one', cardinality(candidates)),
        'A backup was restored. Since then the carrier sent other texts to this contact, and this one may be among them. '
        'It is not sent again; look into the carrier''s log.');
      return 'ambiguous';
    end if;
  else
    same := array(select given from unnest(candidates) given where sms_private.says_the_same(message.body, given ->> 'body'));
    -- Of several, the one with these words. Twice these words are two that may be it.
    candidates := case when cardinality(same) = 1 then same else candidates end;
    candidate := candidates[1];
  end if;
  if not sms_private.is_restored(message, job)
    and (cardinality(candidates) > 1 or sms_private.has_rival(message, since, candidate)) then
    perform sms_private.set_lookup_aside(message, job,
      format('OUTCOME_AMBIGUOUS: %s texts at the carrier may be this one', cardinality(candidates)),
      'Several texts between these numbers were under way at once, and which of them the carrier has is not '
      'certain. This one is not sent again; look into the carrier''s log.');
    return 'ambiguous';
  end if;
  perform sms_private.record_twilio_sid(message, candidate ->> 'message_sid', candidate ->> 'status',
    sms_private.twilio_code(candidate ->> 'error_code'), candidate ->> 'error_message', 'lookup',
    (candidate ->> 'num_segments')::int);
  return 'adopted';
end
$$;
comment on function sms_private.record_lookup is
  'sms_record_questions for a look-up. The caller holds message, job and question.';
