-- Poison: a row that cannot be written, because of a constraint, a trigger of the project's own, or a mistake of ours. What
-- follows from giving up on it may fail too, and then it must not take the whole claim with it, which is everybody's.
-- So each of these ends the job in any case, with what it could not write as the reason.

-- As in `_shared/database.ts`: connections, deadlocks, resources, shutdowns. The next try may end otherwise.
create function private.raise_if_transient(state text, message text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if left(state, 2) in ('08', '40', '53', '57', '58') or state = '55P03' then
    raise exception using errcode = state, message = message;
  end if;
end
$$;
comment on function private.raise_if_transient is 'Raises an error again that may not come back; nothing is given up on for it.';
revoke execute on function private.raise_if_transient from public, anon, authenticated;
grant execute on function private.raise_if_transient to service_role;

create function private.set_job_aside(job_id uuid, reason text)
returns void
language sql volatile set search_path = ''
as $$
  update private.jobs j
  set set_aside_at = clock_timestamp(), last_error = left(reason, 500), in_flight = false, lookup_at = null,
    lookup_token = null, lease_token = null, lease_expires_at = null
  where j.id = set_job_aside.job_id
$$;
comment on function private.set_job_aside is
  'Keeps a job for a person to look at, and touches nothing else. What it was for is not done any more.';
revoke execute on function private.set_job_aside from public, anon, authenticated;
grant execute on function private.set_job_aside to service_role;

-- What the contact and the tenant get to know of an answer that is given up on. The caller holds the conversation's lock.
create function private.apologize(conversation uuid)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  apology text;
  sent public.sms_messages;
begin
  select a.error_message into apology
  from public.conversations c
  join public.phone_numbers n on n.id = c.phone_number_id
  join public.assistants a on a.id = n.assistant_id
  where c.id = conversation and c.ai_enabled and private.no_reply_reason(c) is null;
  -- Once: not again while the last thing the assistant said was an apology.
  if apology is not null and 'error' is distinct from (
    select m.kind from public.sms_messages m
    where m.conversation_id = conversation and m.direction = 'outbound' and m.sender = 'assistant'
    order by m.seq desc limit 1)
  then
    sent := private.store_outbound(conversation, 'assistant', 'error', apology, '[]', 0, null);
  end if;
  update public.conversations c set ai_paused_reason = 'answer_failed' where c.id = conversation;
  return sent.id;
end
$$;
comment on function private.apologize is
  'Stores the assistant''s error message, once, and says on the conversation that the answer failed. Returns the id of the text, if one was stored.';
revoke execute on function private.apologize from public, anon, authenticated;
grant execute on function private.apologize to service_role;

create or replace function private.set_reply_aside(job private.jobs, reason text)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  sent uuid;
begin
  begin
    sent := private.apologize(job.conversation_id);
  exception when others then
    perform private.raise_if_transient(sqlstate, sqlerrm);
    -- A conversation that cannot be written says nothing; the job still does.
    reason := concat_ws(', ', reason, 'NOT_STORABLE: ' || sqlerrm);
  end;
  perform private.set_job_aside(job.id, reason);
  return sent;
end
$$;

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
    begin
      perform private.report_status(m, 'unconfirmed', 'OUTCOME_UNKNOWN',
        'The connection to the carrier was lost while this text was handed over. It is not sent again before its fate is known.',
        null, 'worker', '{lease_expired}');
    exception when others then
      -- Looked for all the same: whether Twilio has it is the same question.
      update private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.kind = 'deliver' and j.message_id = m.id;
    end;
    -- The token stays: a worker that was only slow may still say what became of it.
    update private.jobs j set lookup_at = private.first_lookup_at(j.lease_expires_at)
    where j.kind = 'deliver' and j.message_id = m.id;
  end loop;
end
$$;

create or replace function private.cancel_delivery(message public.sms_messages, code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  job private.jobs;
begin
  select * into job from private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
  delete from private.jobs j where j.id = job.id;
  if job.resent_at is not null then
    -- "Canceled" would claim that it never left.
    perform private.give_up_on(message, 'It is not known whether this text left; it is not sent again. ' || explanation);
  else
    perform private.report_status(message, 'canceled', code, explanation, null, 'worker');
  end if;
exception when others then
  if job.id is null then
    raise;
  end if;
  perform private.raise_if_transient(sqlstate, sqlerrm);
  -- The block is undone, and the job is there again: it does not go out, and whoever cancels goes on.
  perform private.set_job_aside(job.id, format('NOT_RECORDABLE: %s, %s %s', code, sqlstate, sqlerrm));
end
$$;

create or replace function private.set_lookup_aside(m public.sms_messages, job private.jobs, reason text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  begin
    insert into public.message_events (user_id, message_id, status, error_code, source, flags)
    values (m.user_id, m.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup',
      case when starts_with(reason, 'OUTCOME_AMBIGUOUS') then '{ambiguous}'::text[] else '{given_up}' end);
    -- The date counts for its neighbours: see has_rival.
    update public.sms_messages s set error_message = explanation, date_updated = clock_timestamp()
    where s.id = m.id and s.status = 'unconfirmed';
  exception when others then
    perform private.raise_if_transient(sqlstate, sqlerrm);
    reason := concat_ws(', ', reason, 'NOT_RECORDABLE: ' || sqlerrm);
  end;
  perform private.set_job_aside(job.id, reason);
end
$$;
