-- Unknown outcomes, first half: which deliveries to look for at Twilio.

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
