-- sms_words_tell: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

-- There is one candidate, and it may be either of two of our messages. date_updated is when the other one was given up on, or
-- set aside; nothing of it was created later.
create or replace function sms_private.has_rival(message public.sms_messages, since timestamptz, candidate jsonb)
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

create or replace function sms_private.record_lookup(
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

comment on function sms_private.has_rival(public.sms_messages, timestamp
  with time zone, jsonb) is 'Whether another of our messages between the same numbers, attempted within reach, may be what Twilio lists. One with other words is not, where these are the message''s.';

reset check_function_bodies;
