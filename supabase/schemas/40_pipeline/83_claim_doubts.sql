-- Doubts: may a text be an opt-out? A worker asks the model, with a short question of its own (docs/decisions/0048).

create function sms_private.tenants_in_doubt()
returns setof uuid
language plpgsql stable rows 20 set search_path = ''
as $$
begin
  return query
    -- Hops from tenant to tenant in the index, as claims of replies do.
    with recursive tenants as (
      (select open.user_id as id from sms_private.doubts open order by 1 limit 1)
      union all
      select (select open.user_id from sms_private.doubts open where open.user_id > tenant.id order by 1 limit 1)
      from tenants tenant where tenant.id is not null
    )
    select tenant.id from tenants tenant where tenant.id is not null;
end
$$;
comment on function sms_private.tenants_in_doubt is 'The tenants that have doubts, leased ones included.';

-- What the contact answered is the context: "No more" means another thing after "Anything else to drink?".
create function sms_private.doubt_context(doubt sms_private.doubts)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  first public.sms_messages;
  texts jsonb;
begin
  select * into first from public.sms_messages m where m.id = any (doubt.messages) order by m.id limit 1;
  texts := (
    select jsonb_agg(jsonb_build_object('direction', said.direction, 'body', left(said.body, 500)) order by said.place)
    from (
      select m.direction, m.body, row_number() over (order by m.id) as place
      from public.sms_messages m where m.id = any (doubt.messages)
      union all
      (select m.direction, m.body, 0
       from public.sms_messages m
       where m.conversation_id = first.conversation_id and m.direction = 'outbound' and m.seq < first.seq
         and m.status not in ('canceled', 'scheduled')
       order by m.seq desc limit 1)) said);
  return jsonb_build_object('contact_id', doubt.contact_id, 'user_id', doubt.user_id, 'lease_token', doubt.lease_token,
    'through', doubt.messages[cardinality(doubt.messages)], 'texts', texts);
end
$$;
comment on function sms_private.doubt_context is
  'One claimed doubt as the worker gets it: the texts in doubt, and what they answered. texts is null where they are in the archive.';

-- Whether an answer of the assistant has read the newest text in doubt. The intent of what it answered is noted there, and an
-- answer that had found an opt-out would have ended the doubt.
create function sms_private.was_answered(doubt sms_private.doubts)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from public.sms_messages doubted
    join public.sms_messages answered on answered.conversation_id = doubted.conversation_id
      and answered.direction = 'inbound' and answered.seq between doubted.seq and doubted.seq + 20
      and answered.intent is not null
    where doubted.id = doubt.messages[cardinality(doubt.messages)]);
end
$$;
comment on function sms_private.was_answered is
  'Whether the model has read the newest text in doubt for an answer, and found no opt-out in it.';

create function sms_private.is_reply_due(doubt sms_private.doubts)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return doubt.raised_at > clock_timestamp() - interval '15 minutes' and exists (
    select from public.sms_messages doubted
    join sms_private.jobs reply on reply.conversation_id = doubted.conversation_id and reply.kind = 'reply'
      and reply.set_aside_at is null and reply.wanted_seq >= doubted.seq
    where doubted.id = doubt.messages[cardinality(doubt.messages)]);
end
$$;
comment on function sms_private.is_reply_due is
  'Whether the newest text in doubt still waits for its answer. A doubt waits for that a quarter of an hour.';

-- A claim has locked the doubt, so it does not wait for the contact, which comes before.
create function sms_private.settle_claimed_doubt(doubt sms_private.doubts, answered boolean, reason text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  select * into contact from public.sms_contacts k where k.id = doubt.contact_id for no key update skip locked;
  if found and answered then
    perform sms_private.end_doubt(contact, 'model', doubt.messages[cardinality(doubt.messages)]);
  elsif found then
    perform sms_private.leave_to_person(contact.id);
  else
    update sms_private.doubts open
    set lease_token = null, lease_expires_at = null, due_at = clock_timestamp() + interval '2 seconds', last_error = reason
    where open.contact_id = doubt.contact_id;
  end if;
end
$$;
comment on function sms_private.settle_claimed_doubt is
  'Ends a claimed doubt without a call: an answer has told, or a person must decide. Soon again where the contact is locked.';

create function public.sms_claim_doubts(batch_size int, lease_seconds int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
  room int := least(greatest(batch_size, 0), 50);
  turn record;
  cap record;
  doubt sms_private.doubts;
  was_leased boolean;
  context jsonb;
  claimed jsonb := '[]';
begin
  if sms_private.is_stopped('answering') or not exists (select from sms_private.doubts) then
    return jsonb_build_object('jobs', claimed, 'next_due_in_ms', null);
  end if;
  for turn in
    -- Tenants take turns, and no tenant has more than five out.
    select own.contact_id, own.was_leased
    from sms_private.tenants_in_doubt() tenant (id)
    cross join lateral (
      select count(*) as out from sms_private.doubts leased
      where leased.user_id = tenant.id and leased.lease_expires_at > moment) held
    cross join lateral (
      select open.contact_id, open.due_at, open.lease_token is not null as was_leased, row_number() over (order by open.due_at) as place
      from sms_private.doubts open
      where open.user_id = tenant.id and open.due_at <= moment
        and (open.lease_expires_at is null or open.lease_expires_at <= moment)
      order by open.due_at limit 5) own
    where own.place + held.out <= 5
    order by own.place + held.out, own.due_at limit room
  loop
    update sms_private.doubts open
    set lease_token = gen_random_uuid(), tries = open.tries + 1,
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where open.contact_id = (
      select free.contact_id from sms_private.doubts free
      where free.contact_id = turn.contact_id and free.due_at <= moment
        and (free.lease_expires_at is null or free.lease_expires_at <= moment)
      for update skip locked)
    returning * into doubt;
    continue when not found;
    if turn.was_leased then
      -- The worker that had it asked, and never came back.
      perform sms_private.note_unsent_calls(doubt.user_id, doubt.contact_id, 1);
    end if;
    if sms_private.was_answered(doubt) then
      perform sms_private.settle_claimed_doubt(doubt, true, null);
      continue;
    end if;
    if sms_private.is_reply_due(doubt) then
      update sms_private.doubts open
      set lease_token = null, lease_expires_at = null, tries = open.tries - 1, due_at = clock_timestamp() + interval '1 minute'
      where open.contact_id = doubt.contact_id;
      continue;
    end if;
    select * into cap from sms_private.doubt_cap(doubt);
    context := sms_private.doubt_context(doubt);
    if cap.wait then
      update sms_private.doubts open
      set lease_token = null, lease_expires_at = null, tries = open.tries - 1, due_at = clock_timestamp() + interval '2 seconds'
      where open.contact_id = doubt.contact_id;
    elsif cap.used_up or doubt.tries > 5 or context -> 'texts' = 'null' then
      perform sms_private.settle_claimed_doubt(doubt, false, coalesce(doubt.last_error, 'WORKER_LOST'));
    else
      claimed := claimed || context;
    end if;
  end loop;
  return jsonb_build_object('jobs', claimed, 'next_due_in_ms',
    case when jsonb_array_length(claimed) >= room and room > 0 then 0 end);
end
$$;
comment on function public.sms_claim_doubts is
  'Leases texts that may be opt-outs, for the model to be asked: tenants in turn, five of a tenant at most. None while answering is switched off. Returns { jobs: [{ contact_id, user_id, lease_token, through, texts }], next_due_in_ms }.';

-- The limits of calls that end in no text, by contact where a reply's are by conversation.
create function sms_private.doubt_cap(doubt sms_private.doubts, out used_up boolean, out wait boolean)
language plpgsql volatile set search_path = ''
as $$
declare
  cap record;
begin
  used_up := false;
  wait := false;
  select * into cap from sms_private.call_cap(doubt.user_id, doubt.contact_id);
  if found then
    wait := cap.reason is null;
    used_up := not wait;
  end if;
end
$$;
comment on function sms_private.doubt_cap is
  'Whether the limits of calls are used up for a contact or its tenant (call_cap()); wait: what is out may use them up.';
