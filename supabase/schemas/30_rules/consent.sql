-- Opt-outs and opt-ins: by keyword, in free words (doubts.sql), by the model, by a person, by the carrier.

-- Only this function decides whether a contact is opted out. may_text() in limits.sql decides about countries. A contact who
-- comes back after an erasure, or who opted out of this number under another tenant, has its row in sender_blocks from the
-- beginning (suppressions.sql), so nothing has to be looked for here.
create function sms_private.opt_out_reason(number_id uuid, contact public.sms_contacts)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if contact.opted_out_at is not null then
    return 'opted_out';
  elsif exists (
    select from sms_private.sender_blocks b where b.phone_number_id = number_id and b.contact_id = contact.id) then
    return 'sender_blocked';
  end if;
  return null;
end
$$;
comment on function sms_private.opt_out_reason is
  'Why this number may not text this contact: opted_out (of every number of the tenant), or sender_blocked (of this number, at the carrier). Null when neither.';

-- An opt-out counts for all numbers of the tenant, and cancels everything that has not left yet.
create function sms_private.opt_out(contact uuid, source text, evidence text, message uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  before public.sms_contacts;
begin
  select * into before from public.sms_contacts k where k.id = contact for no key update;
  if not found then
    -- Who calls again finds the contact, or makes a new one.
    raise exception 'The contact was erased or merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  update public.sms_contacts c
  set opted_out_at = coalesce(c.opted_out_at, clock_timestamp()),
    opt_out_source = coalesce(c.opt_out_source, opt_out.source), opt_out_doubt = null, opt_out_doubted_at = null
  where c.id = contact;
  if before.opt_out_doubt is not null then
    delete from sms_private.doubts open where open.contact_id = contact;
  end if;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (before.user_id, contact, opt_out.message, 'opt_out', opt_out.source, left(opt_out.evidence, 200));
  perform sms_private.cancel_waiting(
    (select array_agg(j.message_id) from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
     where j.contact_id = contact and j.kind = 'deliver' and not j.in_flight and s.kind <> 'opt_out_confirmation'),
    'RECIPIENT_OPTED_OUT', 'The contact opted out before this text left.');
  -- A job that another transaction has locked is skipped: that one claims the reply or finishes it, and the reply is refused when
  -- it comes back. Any other job is deleted, also a leased one: its reply comes back as stale.
  delete from sms_private.jobs j where j.id in (
    select r.id from sms_private.jobs r where r.kind = 'reply' and r.contact_id = contact for update skip locked);
  return before.opted_out_at is null;
end
$$;
comment on function sms_private.opt_out is
  'Records an opt-out, cancels the contact''s unclaimed deliveries and deletes its reply jobs, in the caller''s transaction. True when the contact was not opted out before.';

-- A recovered keyword may be older than another keyword of the contact. The latest one counts, by date_created: Twilio's
-- clock where the list has the message, ours where a webhook brought it.
create function sms_private.apply_keyword(keyword text, message public.sms_messages, number_id uuid, contact uuid,
  opt_out_type text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  source text := case when opt_out_type is null then 'keyword' else 'opt_out_type' end;
  evidence text := left(coalesce(opt_out_type, message.body), 200);
  overtaken boolean;
begin
  -- Wait for a keyword that another number of the tenant receives at this moment, so that the look below sees it.
  perform from public.sms_contacts k where k.id = contact for no key update;
  if not found then
    raise exception 'The contact was erased or merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  overtaken := exists (
    select from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact and e.change = case keyword when 'out' then 'opt_in' when 'in' then 'opt_out' end
      and coalesce(s.date_created, e.at) > message.date_created);
  -- A START may be recovered after its contact was erased and came back. What they said before is kept apart then.
  if keyword = 'in' and not overtaken then
    overtaken := not sms_private.lift_suppressions(number_id, contact, message.date_created);
  end if;
  if keyword = 'out' and not overtaken then
    perform sms_private.opt_out(contact, source, evidence, message.id);
    update public.sms_conversations c set ai_paused_reason = 'opted_out' where c.id = message.conversation_id;
    return;
  end if;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, contact, message.id,
    case keyword when 'out' then 'opt_out' when 'in' then 'opt_in' else 'help' end, source, evidence);
  if keyword = 'in' and not overtaken then
    update public.sms_contacts c
    set opted_out_at = null, opt_out_source = null, opt_out_doubt = null, opt_out_doubted_at = null where c.id = contact;
    delete from sms_private.doubts open where open.contact_id = contact;
    perform sms_private.unblock_sender(number_id, contact);
    update public.sms_conversations c
    set ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over'
      when c.ai_paused_until > clock_timestamp() then 'person' end
    where c.id = message.conversation_id and c.ai_paused_reason in ('opted_out', 'sender_blocked');
  end if;
end
$$;
comment on function sms_private.apply_keyword is 'Records a consent keyword (out, in, help) and what it changes.';

create function sms_private.unblock_sender(number_id uuid, contact uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into sms_private.sender_blocks (phone_number_id, contact_id) values (number_id, contact)
  on conflict do nothing;
  delete from sms_private.sender_blocks b where b.phone_number_id = number_id and b.contact_id = contact;
end
$$;
comment on function sms_private.unblock_sender is
  'Deletes what block_sender() stored for a pair, also when that is being stored at this moment.';

-- START and a refusal by the carrier may be recorded at the same moment, and must see each other: otherwise the pair would
-- stay blocked for good. Both write the pair's row before they look or delete, so the later one waits for the earlier one.
create function sms_private.block_sender(message public.sms_messages, attempted_at timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  pair public.sms_conversations;
  -- Where its delivery is over, nobody knows the moment any more. One that is too early is safe: the next message is refused
  -- again, and then it is known. One that is too late would undo a START for good.
  attempt timestamptz := coalesce(attempted_at, greatest(message.created_at, message.send_at));
  is_new boolean;
  opted_in_at timestamptz;
begin
  select * into strict pair from public.sms_conversations c where c.id = message.conversation_id;
  insert into sms_private.sender_blocks (phone_number_id, contact_id) values (pair.phone_number_id, pair.contact_id)
  on conflict do nothing;
  is_new := found;
  select max(e.at) into opted_in_at from public.sms_consent_events e
  join public.sms_messages s on s.id = e.message_id
  where e.contact_id = pair.contact_id and e.change = 'opt_in' and e.at >= attempt
    and s.phone_number_id = pair.phone_number_id;
  if opted_in_at is not null then
    -- Not a block that a later message brought: Twilio may repeat an old report.
    delete from sms_private.sender_blocks b
    where b.phone_number_id = pair.phone_number_id and b.contact_id = pair.contact_id
      and (is_new or b.at <= opted_in_at);
  elsif sms_private.refuses_spelling(pair.phone_number_id, pair.contact_id, message.to_number) then
    delete from sms_private.sender_blocks b
    where is_new and b.phone_number_id = pair.phone_number_id and b.contact_id = pair.contact_id;
  elsif is_new then
    insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
    values (message.user_id, pair.contact_id, message.id, 'sender_blocked', 'carrier', '21610');
  end if;
end
$$;
comment on function sms_private.block_sender is
  'Stores that Twilio refused a message because the contact opted out of the number (21610), unless they opted in after the attempt began, or by another spelling after Twilio began to refuse this one.';

-- When each of these messages was attempted, while its delivery is known. Asked before the report ends the delivery.
create function sms_private.attempts_of(messages uuid[])
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (select jsonb_object_agg(j.message_id, greatest(j.attempted_at, j.resent_at))
    from sms_private.jobs j where j.message_id = any (messages) and j.attempted_at is not null);
end
$$;
comment on function sms_private.attempts_of is 'When the deliveries of these messages were attempted: { message: moment }.';

-- A verb calls this after all its other locks, and it takes the pairs in one order. A pair has many messages whose delivery is over,
-- so two verbs may want the same pairs.
create function sms_private.block_refused(messages uuid[], attempts jsonb)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
begin
  for message in
    select m.* from public.sms_messages m
    where m.id = any (messages) and not sms_private.has_arrived(m.status) and exists (
      select from public.sms_message_events e where e.message_id = m.id and e.error_code = '21610')
    order by m.phone_number_id, m.to_number, m.id
  loop
    begin
      perform sms_private.block_sender(message, (attempts ->> message.id::text)::timestamptz);
    exception when others then
      perform sms_private.raise_if_transient(sqlstate, sqlerrm);
      -- What the reports say is stored all the same. Twilio refuses the next message of the pair, and then this is tried again.
      raise warning 'The pair of message % could not be blocked: %', message.id, sqlerrm;
    end;
  end loop;
end
$$;
comment on function sms_private.block_refused is
  'Blocks the pairs of those messages that Twilio refused with 21610, whether the create call, a callback or a question brought the code. attempts: attempts_of(), from before the report.';

create function sms_private.came_back_since(conversation public.sms_conversations, through_seq bigint)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = conversation.contact_id and e.change in ('opt_in', 'taken_back') and coalesce(s.date_created, e.at) > (
      select m.date_created from public.sms_messages m
      where m.conversation_id = conversation.id and m.seq = came_back_since.through_seq));
end
$$;
comment on function sms_private.came_back_since is 'Whether the contact sent START after the message with this seq, or a person took an opt-out back that was none.';

-- The contact asked in their own words to get no more messages.
create function sms_private.opt_out_by_model(conversation public.sms_conversations, result jsonb)
returns boolean
language sql volatile set search_path = ''
as $$
  select sms_private.opt_out(conversation.contact_id, 'model', null, (
    select m.id from public.sms_messages m
    where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint))
$$;
comment on function sms_private.opt_out_by_model is
  'Records an opt-out that the model understood. True when it is new.';

create function sms_private.unanswered_since(start public.sms_messages)
returns public.sms_messages
language plpgsql stable set search_path = ''
as $$
declare
  unanswered public.sms_messages;
begin
  select * into unanswered from public.sms_messages s
  where s.conversation_id = start.conversation_id and s.direction = 'inbound' and s.kind = 'text'
    -- Far enough for the messages that come while one webhook, or the proof of a START, is late.
    and s.seq between start.seq - 200 and start.seq + 200
    and s.date_created >= start.date_created
    and not exists (
      select from public.sms_messages o
      where o.conversation_id = s.conversation_id and o.direction = 'outbound' and o.seq > s.seq
        and o.status <> 'canceled')
  order by s.seq desc limit 1;
  return unanswered;
end
$$;
comment on function sms_private.unanswered_since is
  'The newest message that the contact wrote after this START, whether it was stored before it or since, and that has no reply; null for none.';
