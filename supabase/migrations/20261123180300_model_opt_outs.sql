-- A model takes its time: a START that came after the words it read is the contact's last word.

create function private.came_back_since(c public.conversations, through_seq bigint)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from public.consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = c.contact_id and e.change = 'opt_in' and coalesce(s.date_created, e.at) > (
      select m.date_created from public.sms_messages m
      where m.conversation_id = c.id and m.seq = came_back_since.through_seq));
end
$$;
comment on function private.came_back_since is 'Whether the contact has said START after the text with this seq.';
revoke execute on function private.came_back_since from public, anon, authenticated;
grant execute on function private.came_back_since to service_role;

create or replace function private.finish_reply(result jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  through bigint := (result ->> 'through_seq')::bigint;
  c public.conversations;
  n public.phone_numbers;
  a public.assistants;
  job private.jobs;
  silent text;
  cap record;
  message uuid;
  opts_out boolean := coalesce((result ->> 'opt_out')::boolean, false);
  came_back boolean;
begin
  select * into c from public.conversations v where v.id = (result ->> 'conversation_id')::uuid for no key update;
  select * into job from private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.conversation_id = c.id
    and j.lease_token = (result ->> 'lease_token')::uuid
  for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  came_back := opts_out and private.came_back_since(c, through);
  select * into strict n from public.phone_numbers p where p.id = c.phone_number_id;
  select * into a from public.assistants s where s.id = n.assistant_id;

  silent := private.no_reply_reason(c);
  if silent is not null or not c.ai_enabled then
    -- Nothing is said, but a wish not to be texted counts.
    if opts_out and not came_back and silent is distinct from 'opted_out' then
      perform private.opt_out_by_model(c, result);
      silent := 'opted_out';
    end if;
    delete from private.jobs j where j.id = job.id;
    update public.conversations v set ai_paused_reason = silent where v.id = c.id;
    return jsonb_build_object('outcome', case
      when silent in ('opted_out', 'sender_blocked') then 'opted_out'
      when silent in ('no_assistant', 'assistant_inactive') then 'unassigned'
      when silent = 'not_repliable' then 'refused'
      else 'paused' end);
  end if;
  if result -> 'failure' is not null and jsonb_typeof(result -> 'failure') = 'object' then
    return private.finish_failed(job, through, result -> 'failure', max_attempts);
  end if;
  if came_back then
    -- What it says is about a wish that the contact has taken back since.
    perform private.answer_job(job, through, a.reply_delay_ms);
    return jsonb_build_object('outcome', 'nothing_to_send', 'message_id', null);
  end if;
  if a.id <> (result ->> 'assistant_id')::uuid
    or (result ->> 'greeting')::boolean is distinct from (c.greeting_pending and a.first_message is not null) then
    -- Another assistant's words, or a greeting that came or went meanwhile: ask again.
    update private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if job.wanted_seq > through and job.drops = 0 and not (result ->> 'greeting')::boolean
    and job.first_unanswered_at > clock_timestamp() - interval '30 seconds' then
    -- Dropped once, and not a failed try. receive_message has set when it is due.
    update private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), drops = j.drops + 1
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  -- A wish not to be texted is honoured past any cap.
  select * into cap from private.reply_cap(c.user_id, c.id, 0);
  if found and not opts_out then
    delete from private.jobs j where j.id = job.id;
    update public.conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason where v.id = c.id;
    return jsonb_build_object('outcome', 'capped');
  end if;

  message := private.store_answer(c, a, result, job.wanted_seq <= through);
  if (result ->> 'greeting')::boolean and a.reply_after_first_message then
    update private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, answered_seq = 0, due_at = clock_timestamp()
    where j.id = job.id;
  elsif not opts_out then
    perform private.answer_job(job, through, a.reply_delay_ms);
  end if;
  -- An opt-out skips jobs that are locked, and this one is, by us.
  delete from private.jobs j where j.id = job.id and opts_out;
  return jsonb_build_object('outcome', case when message is null then 'nothing_to_send' else 'stored' end,
    'message_id', message);
end
$$;
