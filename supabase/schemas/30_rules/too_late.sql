-- Too late is too late: a text that waited because nothing ran is not sent any more (docs/decisions/0034).

-- The caller holds the number's pace row, and writes there what this returns.
create function sms_private.mark_pace(number_id uuid)
returns timestamptz
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
begin
  insert into sms_private.pace_marks (phone_number_id, at, held_seconds)
  select p.phone_number_id, moment, p.held_seconds from sms_private.sender_pace p where p.phone_number_id = number_id;
  delete from sms_private.pace_marks mark
  where mark.phone_number_id = number_id and mark.at < moment - interval '7 days';
  return moment;
end
$$;
comment on function sms_private.mark_pace is
  'Notes how long the pace has held a number back until now, before what is being claimed. Returns the moment of the note.';

-- Exact to a minute, in favour of the text.
create function sms_private.held_by_pace(number_id uuid, since timestamptz)
returns interval
language plpgsql stable set search_path = ''
as $$
declare
  held_before double precision := coalesce(
    (select mark.held_seconds from sms_private.pace_marks mark
     where mark.phone_number_id = number_id and mark.at <= since order by mark.at desc limit 1),
    (select mark.held_seconds from sms_private.pace_marks mark
     where mark.phone_number_id = number_id order by mark.at limit 1));
begin
  return coalesce(
    (select make_interval(secs => p.held_seconds - held_before)
     from sms_private.sender_pace p where p.phone_number_id = number_id), '0');
end
$$;
comment on function sms_private.held_by_pace is
  'How long a number has been held back by its pace since a moment of the last week, because it sent other texts.';

create function sms_private.may_wait(message public.sms_messages)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return sms_private.span_setting(case
    when message.broadcast_id is not null then 'broadcast_not_after_seconds'
    when message.sender = 'assistant' then 'answer_not_after_seconds'
    when message.send_at > message.created_at then 'scheduled_not_after_seconds'
    else 'text_not_after_seconds' end);
end
$$;
comment on function sms_private.may_wait is
  'How long a text of this kind may wait: an answer, a scheduled text, one of a broadcast, or any other. Null: for ever.';

-- A short stop costs no text. After a long one, nobody gets at noon what was meant for last night.
create function sms_private.excused_by_stop(switches text[], since timestamptz, allowed interval)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return least(sms_private.stopped_for(switches, since), allowed);
end
$$;
comment on function sms_private.excused_by_stop is
  'How much of a wait does not count because the operator had switched it off: as long as the kind may wait, at most.';

-- The time is counted from the message that is answered, from send_at, or from when the text was stored.
create function sms_private.is_too_late(message public.sms_messages, job sms_private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  since timestamptz := coalesce(job.first_unanswered_at, greatest(message.created_at, message.send_at));
  waited interval := clock_timestamp() - since;
  allowed interval;
begin
  if message.not_after is not null then
    return message.not_after < clock_timestamp();
  end if;
  allowed := sms_private.may_wait(message);
  -- Most texts end here.
  if waited <= allowed or allowed is null then
    return false;
  end if;
  waited := waited - coalesce(job.held_for, '0') - sms_private.held_by_pace(job.phone_number_id, since);
  return waited - sms_private.excused_by_stop(
    case when message.sender = 'assistant' then '{sending,answering}'::text[] else '{sending}' end, since, allowed) > allowed;
end
$$;
comment on function sms_private.is_too_late is
  'Whether a text must not be sent any more: its not_after is over, or it waited longer than its kind may. A wait for the pace, a pause of its broadcast, and a stop do not count for the latter.';

-- A claim has locked message and job already, so it does not wait for the conversation.
create function sms_private.tell_of_expiry(message public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if message.kind = 'opt_out_confirmation' then
    -- The opt-out counts without it, and nobody has to do anything.
    return true;
  elsif message.broadcast_id is not null then
    -- A thousand conversations that call for a person would hide those that need one. Each shows the text as not sent.
    return true;
  end if;
  perform from public.sms_conversations c where c.id = message.conversation_id for no key update skip locked;
  if not found then
    return false;
  end if;
  update public.sms_conversations c
  set waiting_for_person = true,
    ai_paused_reason = case when message.sender = 'assistant' and c.ai_paused_reason is null then 'expired'
      else c.ai_paused_reason end
  where c.id = message.conversation_id;
  return true;
end
$$;
comment on function sms_private.tell_of_expiry is
  'Calls a person to the conversation of a text that is too late. False when somebody has locked the conversation: then the text is left for the next claim.';

-- A claim has locked the job already, so it does not wait for the conversation. A contact who wrote again lately is answered.
create function sms_private.expire_reply(job sms_private.jobs, allowed interval)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  newest timestamptz := (
    select least(m.created_at, m.date_created) from public.sms_messages m
    where m.conversation_id = job.conversation_id and m.seq = job.wanted_seq);
  moment timestamptz := clock_timestamp();
begin
  if moment - job.first_unanswered_at
    - sms_private.excused_by_stop('{answering}', job.first_unanswered_at, allowed) <= allowed then
    return false;
  end if;
  if moment - newest - sms_private.excused_by_stop('{answering}', newest, allowed) <= allowed then
    update sms_private.jobs j set first_unanswered_at = newest where j.id = job.id;
    return false;
  end if;
  perform from public.sms_conversations c where c.id = job.conversation_id for no key update skip locked;
  -- Locked by somebody else: when the lease ends, the job is claimed again.
  if found then
    update public.sms_conversations c set waiting_for_person = true, ai_paused_reason = 'expired'
    where c.id = job.conversation_id;
    perform sms_private.set_job_aside(job.id, concat_ws(': ', 'EXPIRED', job.last_error));
  end if;
  return true;
end
$$;
comment on function sms_private.expire_reply is
  'For a reply whose oldest message has waited longer than allowed: true where the newest has too. Then nobody is answered, a person is called to the conversation, and the job is set aside. False where a newer message can still be answered in time, or a stop excuses the wait.';
