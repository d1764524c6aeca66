-- Archiving: old messages leave the tables of every day, in small batches. What they count for stays.

-- What the caller's tenant sees of a broadcast must not change. A definer, because users have no rights on that table.
create function sms_private.archived_totals(broadcast uuid)
returns table (status text, messages bigint)
language sql stable security definer set search_path = ''
as $$
  select a.status, a.messages from sms_private.archived_broadcasts a
  where a.broadcast_id = archived_totals.broadcast and a.user_id = (select sms_private.tenant_id())
$$;
comment on function sms_private.archived_totals is
  'How many archived messages of a broadcast of the signed-in tenant had each status.';

-- Whatever a rule still reads stays. What looks back by time looks back 5 days at most: caps, idempotency keys, settlements. What
-- looks back by place looks back 200 messages at most: answer times, a late text before START, the model's history.
-- One statement for many messages: a look at each by itself takes ten times as long.
create function sms_private.stays_because(message_ids uuid[], older_than interval)
returns table (message_id uuid, reason text)
language plpgsql stable set search_path = '' set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  old_until timestamptz := statement_timestamp() - older_than;
  overlap interval := sms_private.span_setting('listing_overlap_seconds');
begin
  return query
  with looked_at as materialized (
    select m as message, c as conversation,
      -- An active one goes on as long as its assistant does not call it idle.
      greatest(c.last_message_at, c.reopened_at, c.ended_at) >= least(old_until,
        statement_timestamp() - case when c.status = 'active' then (
          select a.idle_timeout from public.sms_numbers n join public.sms_assistants a on a.id = n.assistant_id
          where n.id = c.phone_number_id) end) as goes_on
    from public.sms_messages m left join public.sms_conversations c on c.id = m.conversation_id
    where m.id = any (message_ids)
  )
  select (l.message).id, case
    -- A scheduled message is as old as its sending.
    when greatest((l.message).created_at, (l.message).send_at, (l.message).date_sent) >= old_until then 'young'
    when (l.message).status in ('scheduled', 'pending', 'unconfirmed')
      or exists (select from sms_private.jobs j where j.message_id = (l.message).id)
      or exists (select from sms_private.questions q where q.message_id = (l.message).id)
      -- Something is under way between the two: a reply, a delivery, a look-up. A message for later is no reason to stay.
      or exists (select from sms_private.jobs j
        where j.phone_number_id = (l.conversation).phone_number_id and j.contact_id = (l.conversation).contact_id
          and (j.kind = 'reply' or j.due_at <= statement_timestamp())) then 'open'
    -- The evidence, and the number and the assistant for which an opt-out counts.
    when exists (select from public.sms_consent_events e where e.message_id = (l.message).id) then 'consent'
    when exists (select from sms_private.stat_changes s where s.message_id = (l.message).id) then 'unfolded'
    -- A listing that was held up reads back to its watermark: what it does not find here it stores anew.
    when (l.message).direction = 'inbound' and exists (
      select from sms_private.questions q where q.kind = 'listing' and q.account_sid = (l.message).account_sid
        and (l.message).date_created >= greatest(q.listed_from, q.listed_until - overlap) - interval '1 day')
      then 'unlisted'
    -- Health would count it among those that are set aside once more.
    when exists (select from sms_private.texts_set_aside t
      where t.account_sid = (l.message).account_sid and t.message_sid = (l.message).message_sid) then 'set_aside'
    -- Few, and health counts them.
    when exists (select from public.sms_message_events e
      where e.message_id = (l.message).id and e.flags @> '{doubled}') then 'doubled'
    -- A stranger's keyword, which the list of numbers reads. A text to a number that nobody owns is read by nothing.
    when (l.message).conversation_id is null then case when (l.message).user_id is not null then 'alone' end
    -- No rule looks further back than that.
    when (l.message).seq <= (l.conversation).last_seq - 200 then null
    when l.goes_on then 'in_use'
    when (l.conversation).status = 'ended' then null
    -- A person may still write here, after however long. Then the time to answer counts from the first text without an
    -- answer, and an apology is not said twice.
    when (l.message).direction = 'inbound' and (l.message).kind = 'text' or sms_private.is_answer(l.message) then
      case when not exists (
        select from public.sms_messages a
        where a.conversation_id = (l.message).conversation_id and a.seq > (l.message).seq
          and a.message_sid is not null and sms_private.is_answer(a)) then 'unanswered' end
    when (l.message).kind = 'error' then
      case when not exists (
        select from public.sms_messages a
        where a.conversation_id = (l.message).conversation_id and a.seq > (l.message).seq and a.sender = 'assistant')
        then 'unanswered' end
    end
  from looked_at l;
end
$$;
comment on function sms_private.stays_because is
  'Why archive_messages() leaves these messages where they are: young, open, consent, unfolded, unlisted, set_aside, doubled, alone, in_use (one of the newest 200 of a conversation that goes on), unanswered (the last answer of an active conversation, and what came after it). Null for one that goes.';

-- The deletion notes in stat_changes what the messages counted for, as every deletion does (60_triggers.sql). A fold would take
-- that from the sums. Here it is kept apart instead, and the sums stay as they are.
create function sms_private.keep_figures(message_ids uuid[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  noted tid[] := array(select c.ctid from sms_private.stat_changes c where c.message_id = any (message_ids));
begin
  insert into sms_private.archived_figures as f (user_id, bucket, phone_number_id, assistant_id, direction, sender,
    status, intent, price_unit, answer_bin, messages, conversations, segments, price)
  select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
    p.price_unit, p.answer_bin, -sum(p.messages), -sum(p.conversations), -sum(p.segments), -sum(p.price)
  from sms_private.stat_parts p where p.part = 'before' and p.change = any (noted)
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  order by 1, 2
  on conflict on constraint archived_figures_key do update
  set messages = f.messages + excluded.messages, conversations = f.conversations + excluded.conversations,
    segments = f.segments + excluded.segments, price = f.price + excluded.price;
  delete from sms_private.stat_changes c where c.ctid = any (noted);
end
$$;
comment on function sms_private.keep_figures is
  'Moves what these messages counted for from stat_changes to archived_figures. The caller deleted them in this transaction.';

create function sms_private.move_to_archive(message_ids uuid[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
begin
  with gone as (
    delete from public.sms_message_events e where e.message_id = any (message_ids) returning e.*
  ), histories as (
    select g.message_id, jsonb_agg(to_jsonb(g) order by g.received_at, g.id) as events from gone g group by 1
  )
  insert into sms_private.archived_messages (id, user_id, conversation_id, created_at, message, events)
  select m.id, m.user_id, m.conversation_id, m.created_at, to_jsonb(m), coalesce(h.events, '[]')
  from public.sms_messages m left join histories h on h.message_id = m.id
  where m.id = any (message_ids)
  order by m.id;
  insert into sms_private.archived_broadcasts as b (broadcast_id, user_id, status, messages)
  select m.broadcast_id, m.user_id, m.status, count(*) from public.sms_messages m
  where m.id = any (message_ids) and m.broadcast_id is not null
  group by 1, 2, 3 order by 1, 3
  on conflict on constraint archived_broadcasts_pkey do update set messages = b.messages + excluded.messages;
  delete from public.sms_messages m where m.id = any (message_ids);
  perform sms_private.keep_figures(message_ids);
end
$$;
comment on function sms_private.move_to_archive is
  'Moves messages with their events, and what they count for. The caller has locked them.';

-- By id, which is by time. The ids of imported messages may be random: those that are greater than any id of today come last.
create function sms_private.next_to_archive(after_id uuid, older_than interval, batch_size int)
returns uuid[]
language plpgsql stable set search_path = ''
as $$
declare
  young_from uuid := (lpad(to_hex((extract(epoch from statement_timestamp() - older_than) * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid;
  young_until uuid := (lpad(to_hex((extract(epoch from statement_timestamp() + interval '1 day') * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid;
  ids uuid[] := array(
    select m.id from public.sms_messages m where m.id > after_id and m.id < young_from
    order by m.id limit batch_size);
begin
  return ids || array(
    select m.id from public.sms_messages m where m.id > greatest(after_id, young_until)
    order by m.id limit batch_size - cardinality(ids));
end
$$;
comment on function sms_private.next_to_archive is 'The next messages, by id, that may be old enough.';

-- Three statements, each with a snapshot of its own: which messages are next, their locks, and then the look. Nothing can come to
-- a locked message, because whatever refers to it must lock it too.
-- Small batches, and a short wait: a deletion of a user that waits for a batch for a second would be ended by Postgres.
create function sms_private.archive_messages(older_than interval, batch_size int default 200)
returns jsonb
language plpgsql volatile set search_path = '' set lock_timeout = '300ms'
as $$
declare
  next_ids uuid[];
  locked uuid[];
  leaving uuid[];
  done boolean;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'messages are archived in a transaction that is read committed';
  elsif older_than is null or older_than < interval '30 days' then
    return jsonb_build_object('outcome', 'TOO_YOUNG');
  elsif older_than > interval '50 years' then
    return jsonb_build_object('outcome', 'TOO_OLD');
  elsif batch_size is null or batch_size not between 1 and 1000 then
    return jsonb_build_object('outcome', 'INVALID_BATCH_SIZE');
  elsif not pg_try_advisory_xact_lock(hashtextextended('sms_archive_messages', 0)) then
    return jsonb_build_object('outcome', 'busy');
  end if;
  next_ids := sms_private.next_to_archive(coalesce((select p.after_id from sms_private.archive_position p),
    '00000000-0000-0000-0000-000000000000'), older_than, batch_size);
  done := cardinality(next_ids) < batch_size;
  locked := array(
    select m.id from public.sms_messages m where m.id = any (next_ids)
      and greatest(m.created_at, m.send_at, m.date_sent) < statement_timestamp() - older_than
      and m.status not in ('scheduled', 'pending', 'unconfirmed')
    order by m.id for update skip locked);
  leaving := array(
    select s.message_id from sms_private.stays_because(locked, older_than) s where s.reason is null);
  begin
    perform sms_private.move_to_archive(leaving);
  exception when lock_not_available or foreign_key_violation then
    -- A user or a conversation is being deleted and waits for one of these messages, or a recount holds all. Give way.
    return jsonb_build_object('outcome', 'busy');
  end;
  delete from sms_private.archive_position;
  if not done then
    insert into sms_private.archive_position (after_id) values (next_ids[cardinality(next_ids)]);
  end if;
  return jsonb_build_object('outcome', 'archived', 'archived', cardinality(leaving),
    'looked_at', cardinality(next_ids), 'done', done);
end
$$;
comment on function sms_private.archive_messages is
  'Moves old messages with their events into archived_messages: looks at the next batch_size messages and goes on there when called again, until a pass is done. Figures stay. Called by the database''s owner. Returns { outcome: archived, archived, looked_at, done }; refusals: TOO_YOUNG (30 days at least), TOO_OLD (50 years at most), INVALID_BATCH_SIZE (1 to 1,000), busy (somebody else archives, a user or a conversation is being deleted, or a recount runs: call again).';
