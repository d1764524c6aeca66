-- After a backup was restored: what the database had still to do may be done already. Twilio knows (docs/decisions/0037).

-- Twilio puts words before the texts of trial accounts (docs/compatibility.md), and replaces quotes and dashes by plain ones
-- (https://www.twilio.com/docs/messaging/services/smart-encoding-char-list).
create function sms_private.says_the_same(ours text, listed text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  our_words text := regexp_replace(ours, '[^[:alnum:]]+', '', 'g');
  their_words text := regexp_replace(regexp_replace(listed, '^Sent from your Twilio trial account - ', ''), '[^[:alnum:]]+', '', 'g');
begin
  return ours ~ '\S' and (btrim(ours) = btrim(listed) or our_words <> '' and our_words = their_words);
end
$$;
comment on function sms_private.says_the_same is
  'Whether what Twilio lists is certainly our text: the same letters and digits. A text without words never is.';

-- The pace's row is taken too, so that no claim works on the same pairs. Everything that is locked is skipped. Each claim asks,
-- also years after a restore: only old messages are looked at, by their ids, however many new ones wait. Postgres does not know
-- how few they are.
create function sms_private.doubt_restored()
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  restored_at timestamptz := sms_private.restored_at();
  -- A minute for the id, which is made a moment apart from created_at.
  first_new uuid := sms_private.first_id(restored_at + interval '1 minute');
  message public.sms_messages;
  job sms_private.jobs;
begin
  if restored_at is null then
    return;
  end if;
  for message in
    with old as materialized (
      select j.id from sms_private.jobs j
      where j.message_id < first_new and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
        and j.resent_at is null and j.due_at <= clock_timestamp()
    )
    select s.* from old
    join sms_private.jobs j on j.id = old.id
    join public.sms_messages s on s.id = j.message_id
    join sms_private.sender_pace pace on pace.phone_number_id = j.phone_number_id
    where not j.in_flight and j.resent_at is null and s.created_at < restored_at and sms_private.pair_is_free(j)
    order by j.due_at, j.id limit 100
    for no key update of s, j, pace skip locked
  loop
    -- Once more: the one before may have been of the same pair.
    select j.* into job from sms_private.jobs j
    where j.kind = 'deliver' and j.message_id = message.id and sms_private.pair_is_free(j);
    continue when not found;
    begin
      perform sms_private.report_status(message, 'unconfirmed', 'OUTCOME_UNKNOWN',
        'A backup was restored, and this text may have left before. It is not sent before its fate is known.',
        null, 'worker', '{restored}');
    exception when others then
      -- It is looked for at Twilio all the same.
      update sms_private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.id = job.id;
    end;
    update sms_private.jobs j
    set in_flight = true, unconfirmed = true,
      attempted_at = coalesce(j.attempted_at, greatest(message.created_at, message.send_at))
    where j.id = job.id returning j.* into job;
    perform sms_private.ask_for_outcome(job, message.account_sid);
  end loop;
end
$$;
comment on function sms_private.doubt_restored is
  'After a restore: makes deliveries that are due and were stored before it unconfirmed, so that Twilio is asked before they are sent. One of a pair at a time, a hundred a call.';

create function sms_private.is_restored(message public.sms_messages, job sms_private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce(message.created_at < sms_private.restored_at() and job.resent_at is null, false);
end
$$;
comment on function sms_private.is_restored is
  'Whether a delivery is older than the last restore, and Twilio was not asked about it since.';

create function sms_private.unlisted_accounts()
returns text[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select question.account_sid from sms_private.questions question
    where question.kind = 'listing' and sms_private.has_numbers(question.account_sid)
      and question.listed_until < sms_private.restored_at() + sms_private.span_setting('lookup_spread_seconds')
    order by question.account_sid);
end
$$;
comment on function sms_private.unlisted_accounts is
  'After a restore: the accounts whose list at Twilio was not read yet to the end, late enough that it shows what was sent before.';

create function public.sms_after_restore(backup_at timestamptz default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  replies int;
  deliveries int;
begin
  perform sms_private.switch_off(sms_private.switches('all'), 'A backup was restored.');
  insert into sms_private.restores (backup_at) values (sms_after_restore.backup_at);
  -- Who had a lease is gone, or works for the database that was.
  update sms_private.jobs job set lease_token = null, lease_expires_at = null
  where job.kind = 'reply' and job.lease_token is not null;
  update sms_private.jobs job set lease_token = gen_random_uuid(), lease_expires_at = clock_timestamp()
  where job.kind = 'deliver' and job.in_flight and not job.unconfirmed;
  update sms_private.jobs job set resent_at = null
  where job.kind = 'deliver' and job.resent_at is not null and not job.in_flight and job.set_aside_at is null;
  perform sms_private.open_listings(true);
  update sms_private.questions question
  set lease_token = null, due_at = clock_timestamp(), page_token = null, began_at = null, last_error = null,
    tries = case question.kind when 'settlement' then question.tries else 0 end,
    listed_until = least(question.listed_until, date_trunc('second', sms_after_restore.backup_at))
  where question.set_aside_at is null and (question.kind <> 'settlement' or question.lease_token is not null);
  select count(*) filter (where job.kind = 'reply'), count(*) filter (where job.kind = 'deliver') into replies, deliveries
  from sms_private.jobs job where job.set_aside_at is null;
  return jsonb_build_object('outcome', 'restored', 'stopped', sms_private.stops_now(), 'replies', replies,
    'deliveries', deliveries, 'accounts', to_jsonb(sms_private.unlisted_accounts()));
end
$$;
comment on function public.sms_after_restore is
  'Call it once a backup is restored, before anything else. All is switched off; what was to be sent is looked for at Twilio first, and what Twilio has and this database has not, in and out, is stored. backup_at: when the backup was made, where that is longer ago than what it last knew of Twilio''s lists. Then sms_switch_on(). Outcome: restored (with stopped, replies, deliveries, accounts).';

-- What another text of the pair says of this one is decided by its look-up, so that no text is stored that may be that one.
create function sms_private.adopt_sent(number_id uuid, contact_id uuid, listed jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  restored_at timestamptz := sms_private.restored_at();
  message public.sms_messages;
begin
  select s.* into message from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
  where j.kind = 'deliver' and j.phone_number_id = number_id and j.contact_id = adopt_sent.contact_id
    and s.message_sid is null and s.created_at < restored_at and sms_private.says_the_same(s.body, listed ->> 'body')
    -- What is scheduled for later did not leave before.
    and (j.due_at <= restored_at or j.in_flight or j.held_at is not null or j.set_aside_at is not null)
  order by s.id limit 1 for no key update of s;
  if found and message.message_sid is null then
    perform sms_private.record_twilio_sid(message, listed ->> 'message_sid', listed ->> 'status',
      sms_private.twilio_code(listed ->> 'error_code'), listed ->> 'error_message', 'lookup', (listed ->> 'num_segments')::int);
    return 'adopted';
  end if;
  perform from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
  where j.kind = 'deliver' and j.phone_number_id = number_id and j.contact_id = adopt_sent.contact_id
    and s.message_sid is null and s.created_at < restored_at
    and (j.due_at <= restored_at or j.in_flight or j.held_at is not null or j.set_aside_at is not null);
  return case when found then 'left' end;
end
$$;
comment on function sms_private.adopt_sent is
  'Gives a text that Twilio lists to the oldest waiting text of the pair that says the same (adopted). left: others wait of which it may be one. Null: it is none of them. The caller holds the conversation.';
