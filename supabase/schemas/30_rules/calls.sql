-- What the model costs without a text: calls whose answer was not sent (docs/decisions/0042).

-- A call is out while its job is leased. What becomes of it is noted here, unless it is a text: that one is counted as a reply.
-- So a text that is answered costs no row more.
create function sms_private.note_unsent_calls(tenant uuid, conversation uuid, calls int)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if calls > 0 then
    insert into sms_private.unsent_calls as u (conversation_id, user_id, at, calls)
    values (conversation, tenant, clock_timestamp(), note_unsent_calls.calls)
    on conflict on constraint unsent_calls_pkey do update set calls = u.calls + excluded.calls;
  end if;
exception when foreign_key_violation then
  -- The tenant was deleted meanwhile, so there is nobody to count for.
  return;
end
$$;
comment on function sms_private.note_unsent_calls is 'Notes calls of the model that ended in no text.';

-- The worker says how often it asked (two calls where the first answer was too long). A worker from before that asked once.
create function sms_private.note_calls(result jsonb, finished jsonb)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  sent int := case when finished ->> 'outcome' = 'stored' and finished -> 'message_id' <> 'null' then 1 else 0 end;
  asked int := coalesce((result ->> 'calls')::int, case when (result ->> 'greeting')::boolean then 0 else 1 end);
  tenant uuid;
begin
  -- Most answers end here.
  if asked <= sent then
    return;
  end if;
  tenant := coalesce((result ->> 'user_id')::uuid, (
    select c.user_id from public.sms_conversations c where c.id = (result ->> 'conversation_id')::uuid));
  if tenant is not null then
    perform sms_private.note_unsent_calls(tenant, (result ->> 'conversation_id')::uuid, asked - sent);
  end if;
end
$$;
comment on function sms_private.note_calls is
  'Notes what a finished reply cost beyond the text that it became. Its contact may be erased by then, so the result names the tenant.';

-- The newest note that must leave the window before there is room again.
create function sms_private.call_cap(tenant uuid, conversation uuid)
returns table (reason text, until timestamptz)
language plpgsql volatile rows 1 set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  moment timestamptz := clock_timestamp();
  unsent bigint;
  alone boolean;
begin
  select 'unsent_calls_per_hour', max(u.at) + interval '1 hour' into reason, until
  from (
    select n.at, sum(n.calls) over (order by n.at desc) as so_far from sms_private.unsent_calls n
    where n.conversation_id = call_cap.conversation and n.at > moment - interval '1 hour') u
  where u.so_far >= limits.conversation_unsent_calls_per_hour;
  if until is null then
    select 'tenant_unsent_calls_per_day', max(u.at) + interval '1 day' into reason, until
    from (
      select n.at, sum(n.calls) over (order by n.at desc) as so_far from sms_private.unsent_calls n
      where n.user_id = tenant and n.at > moment - interval '1 day') u
    where u.so_far >= limits.tenant_unsent_calls_per_day;
  end if;
  -- A reply that was canceled for want of segments is among the notes.
  if until is null and (select sms_private.segments_left(n) <= 0 from public.sms_conversations c
    join public.sms_numbers n on n.id = c.phone_number_id where c.id = call_cap.conversation) then
    reason := 'segments_per_day';
    until := sms_private.next_day_at();
  end if;
  if until is null and limits.tenant_unsent_calls_per_day is not null then
    select coalesce(sum(n.calls), 0) into unsent from sms_private.unsent_calls n
    where n.user_id = tenant and n.at > moment - interval '1 day';
    -- Calls that are out may all end in no text. The one that is asked for is among them. Claims that run side by side do not see
    -- each other's leases, so near the limit they take turns: first the lock, then a look that sees what was committed before it.
    if unsent + 500 > limits.tenant_unsent_calls_per_day then
      alone := pg_try_advisory_xact_lock(hashtextextended('sms_calls:' || tenant, 0));
      if not alone or limits.tenant_unsent_calls_per_day < (
        select coalesce(sum(n.calls), 0) from sms_private.unsent_calls n
        where n.user_id = tenant and n.at > moment - interval '1 day') + (
        select count(*) from sms_private.jobs j
        where j.kind = 'reply' and j.set_aside_at is null and j.lease_expires_at is not null and j.user_id = tenant) + (
        select count(*) from sms_private.doubts d where d.user_id = tenant and d.lease_expires_at is not null)
      then
        reason := null;
        until := moment + interval '2 seconds';
      end if;
    end if;
  end if;
  if until is not null then
    return next;
  end if;
end
$$;
comment on function sms_private.call_cap is
  'The limit of calls without a text that is used up in a conversation or tenant, and until when; reason null: what is out may use it up. No row when there is room.';

-- A claim has locked the job already, so it does not wait for the conversation.
create function sms_private.do_not_ask(job sms_private.jobs, reason text, until timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if do_not_ask.reason is not null then
    perform from public.sms_conversations c where c.id = job.conversation_id for no key update skip locked;
    if found then
      update public.sms_conversations c
      set ai_paused_until = greatest(c.ai_paused_until, do_not_ask.until), ai_paused_reason = do_not_ask.reason
      where c.id = job.conversation_id;
      delete from sms_private.jobs j where j.id = job.id;
      return;
    end if;
  end if;
  -- Room is taken by what is out, or somebody has locked the conversation. Soon again; this was no try.
  update sms_private.jobs j
  set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0),
    due_at = clock_timestamp() + interval '2 seconds'
  where j.id = job.id;
end
$$;
comment on function sms_private.do_not_ask is
  'Ends a claimed reply for which no model is asked, and says so on the conversation; without a reason it is due again soon.';

-- An answer that cannot be used costs as much as one that can. What costs nothing may be tried longer.
create function sms_private.tries_of(code text, max_attempts int)
returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return least(max_attempts, case when code in (
    'MODEL_EMPTY', 'MODEL_GARBAGE', 'MODEL_NO_ANSWER', 'NOT_STORABLE') then 3 end);
end
$$;
comment on function sms_private.tries_of is
  'How often a reply is tried after this failure: three times after an answer that cannot be used, else max_attempts.';
