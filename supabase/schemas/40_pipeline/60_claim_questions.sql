-- Questions to Twilio, first half: which to ask now. Each kind has one file, which says when it is asked and
-- what follows from the answer: 65_look_up.sql, 70_recover.sql, 75_settle.sql, 77_prove.sql.

create function sms_private.has_numbers(account_sid text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.sms_numbers number where number.account_sid = has_numbers.account_sid);
end
$$;
comment on function sms_private.has_numbers is 'Whether somebody texts from a number of this account.';

create function sms_private.accounts_to_ask(kind text)
returns setof text
language plpgsql stable rows 20 set search_path = ''
as $$
begin
  return query
    -- Hops from account to account in the index: as many steps as there are accounts, however much is asked of each.
    with recursive accounts as (
      (select waiting.account_sid as sid from sms_private.questions waiting
       where waiting.kind = accounts_to_ask.kind and waiting.set_aside_at is null order by 1 limit 1)
      union all
      select (select waiting.account_sid from sms_private.questions waiting
              where waiting.kind = accounts_to_ask.kind and waiting.set_aside_at is null
                and waiting.account_sid > account.sid
              order by 1 limit 1)
      from accounts account where account.sid is not null
    )
    select account.sid from accounts account where account.sid is not null;
end
$$;
comment on function sms_private.accounts_to_ask is
  'The accounts about which there are questions of this kind, now or later.';

-- The oldest thousand, which is all of them on most days. Where they are of few accounts, those have a backlog, and what the
-- others wait for is behind it: then the oldest of each account. An account without numbers is not listed, and its question
-- takes no place among the thousand.
create function sms_private.due_questions(kind text, per_account int, room int)
returns table (id uuid, account_sid text, due_at timestamptz)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  -- An index scan can be limited by this variable, but not by a volatile clock.
  moment timestamptz := statement_timestamp();
  questions int;
  accounts int;
begin
  select count(*), count(distinct oldest.account_sid) into questions, accounts from (
    select waiting.account_sid from sms_private.questions waiting
    where waiting.kind = due_questions.kind and waiting.set_aside_at is null and waiting.due_at <= moment
      and (waiting.kind <> 'listing' or sms_private.has_numbers(waiting.account_sid))
    order by waiting.due_at limit 1000) oldest;
  if questions < 1000 or accounts >= 100 then
    return query
    select waiting.id, waiting.account_sid, waiting.due_at from sms_private.questions waiting
    where waiting.kind = due_questions.kind and waiting.set_aside_at is null and waiting.due_at <= moment
      and (waiting.kind <> 'listing' or sms_private.has_numbers(waiting.account_sid))
    order by waiting.due_at limit 1000;
    return;
  end if;
  return query
  select oldest.id, account.sid, oldest.due_at
  from sms_private.accounts_to_ask(due_questions.kind) account (sid)
  cross join lateral (
    select waiting.id, waiting.due_at from sms_private.questions waiting
    where waiting.kind = due_questions.kind and waiting.account_sid = account.sid
      and waiting.set_aside_at is null and waiting.due_at <= moment
    order by waiting.due_at limit least(per_account, room)) oldest
  where due_questions.kind <> 'listing' or sms_private.has_numbers(account.sid);
end
$$;
comment on function sms_private.due_questions is
  'Questions of a kind that are due, those of each account that has any among them.';

create function public.sms_claim_questions(
  kind text, batch_size int, lease_seconds int, per_account int default null, hurry boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 100);
  turn record;
  question sms_private.questions;
  claimed jsonb := '[]';
  next_due timestamptz;
begin
  per_account := coalesce(per_account, case kind when 'lookup' then 5 when 'settlement' then 20
    when 'proof' then 20 else 1 end);
  if kind = 'listing' then
    perform sms_private.open_listings(hurry);
  end if;
  for turn in
    -- Accounts take turns, and none is asked more than a few questions at once.
    with due as (
      select waiting.id, waiting.account_sid, waiting.due_at,
        row_number() over (partition by waiting.account_sid order by waiting.due_at, waiting.id) as place
      from sms_private.due_questions(sms_claim_questions.kind, per_account, room) waiting
    ), asked as (
      select leased.account_sid, count(*) as questions
      from sms_private.questions leased
      where leased.kind = sms_claim_questions.kind and leased.lease_token is not null
        and leased.due_at > statement_timestamp()
      group by leased.account_sid
    )
    select due.id from due left join asked using (account_sid)
    where due.place + coalesce(asked.questions, 0) <= per_account
    -- Who is asked least comes first. Among equals chance decides: the oldest would be the same account each time.
    order by due.place + coalesce(asked.questions, 0), random()
    limit room
  loop
    update sms_private.questions free
    set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds),
      began_at = case when free.kind = 'listing' and free.page_token is null then clock_timestamp()
        else free.began_at end
    where free.id = (
      select due.id from sms_private.questions due
      where due.id = turn.id and due.kind = sms_claim_questions.kind and due.set_aside_at is null
        and due.due_at <= statement_timestamp()
      for update skip locked)
    returning free.* into question;
    continue when not found;
    claimed := claimed || sms_private.question_context(question);
  end loop;
  if room > 0 and jsonb_array_length(claimed) >= room then
    next_due := clock_timestamp();
  elsif kind = 'lookup' then
    -- A pair waits for it. The other kinds are not worth waiting for: the next tick looks again.
    select min(waiting.due_at) into next_due from sms_private.questions waiting
    where waiting.kind = 'lookup' and waiting.set_aside_at is null and waiting.due_at > statement_timestamp();
  end if;
  return jsonb_build_object('jobs', claimed, 'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_questions is
  'Leases due questions to Twilio of one kind (lookup, listing, settlement, proof), accounts in turn, at most '
  'per_account of an account at once. hurry, after an outage: every account is listed at once. Returns { '
  'jobs, next_due_in_ms }.';

create function sms_private.question_context(question sms_private.questions)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('kind', question.kind, 'lease_token', question.lease_token,
      'account_sid', question.account_sid, 'message_id', question.message_id,
      'message_sid', message.message_sid, 'from_number', coalesce(message.via, message.from_number),
      'to_number', sms_private.recipient_of(message),
      'to_numbers', case
        when question.kind <> 'lookup' then null
        when message.via is not null then jsonb_build_array(sms_private.recipient_of(message))
        else to_jsonb(array(
          select spelling from unnest(sms_private.spellings_of(message.to_number, from_home => false)) spelling
          order by spelling <> message.to_number limit 4)) end,
      'page_token', question.page_token,
      'since', case question.kind
        when 'lookup' then job.attempted_at - sms_private.span_setting('lookup_reach_seconds')
        when 'listing' then greatest(question.listed_from,
          question.listed_until - sms_private.span_setting('listing_overlap_seconds')) end,
      'sent_too', question.kind = 'listing' and coalesce(question.listed_until
        < sms_private.restored_at() + sms_private.span_setting('lookup_spread_seconds'), false))
    from (select) one
    left join public.sms_messages message on message.id = question.message_id
    left join sms_private.jobs job on job.message_id = message.id);
end
$$;
comment on function sms_private.question_context is
  'One claimed question as the worker gets it. to_numbers: the spellings under which Twilio may list it, ours first, four at most. since: read Twilio''s list back to there, from page_token on. sent_too: a backup was restored, so what our numbers sent is compared too.';
