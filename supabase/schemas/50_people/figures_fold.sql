-- Figures, written: which messages changed is noted, then folded into sums.

create function sms_private.add_answer_times(a jsonb, b jsonb)
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(jsonb_object_agg(s.bin, s.answers) filter (where s.answers <> 0), '{}')
  from (
    select e.key as bin, sum(e.value::bigint) as answers
    from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) e
    group by e.key
  ) s
$$;
comment on function sms_private.add_answer_times is 'The sum of two histograms { bin: answers }, without empty bins.';

create function sms_private.add_figures(sums sms_private.stat_deltas[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  empty record;
begin
  with by_bin as (
    select * from unnest(sums)
  ), stats as (
    insert into public.sms_stats as s (user_id, bucket, phone_number_id, assistant_id, direction, sender, status,
      intent, price_unit, messages, conversations, segments, price, answer_times)
    select b.user_id, b.bucket, b.phone_number_id, b.assistant_id, b.direction, b.sender, b.status, b.intent,
      b.price_unit, sum(b.messages), sum(b.conversations), sum(b.segments), sum(b.price),
      coalesce(jsonb_object_agg(b.answer_bin, b.messages) filter (where b.answer_bin is not null
        and b.messages <> 0), '{}')
    from by_bin b group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    having (sum(b.messages), sum(b.conversations), sum(b.segments), sum(b.price)) <> (0, 0, 0, 0)
      or bool_or(b.messages <> 0)
    -- What is read together is stored together.
    order by 1, 2
    on conflict on constraint sms_stats_key do update
    set messages = s.messages + excluded.messages, conversations = s.conversations + excluded.conversations,
      segments = s.segments + excluded.segments, price = s.price + excluded.price,
      answer_times = case when excluded.answer_times = '{}' then s.answer_times
        else sms_private.add_answer_times(s.answer_times, excluded.answer_times) end
    returning s.id, s.messages
  ), hours as (
    insert into sms_private.stat_hours as h (user_id, hour, phone_number_id, assistant_id, price_unit, inbound,
      outbound,
      delivered, failed, conversations, segments, price)
    select b.user_id, date_bin('1 hour', b.bucket, '2000-01-01 00:00:00+00'), b.phone_number_id, b.assistant_id,
      b.price_unit, coalesce(sum(b.messages) filter (where b.direction = 'inbound'), 0),
      coalesce(sum(b.messages) filter (where b.direction = 'outbound'), 0),
      coalesce(sum(b.messages) filter (where b.status in ('delivered', 'read')), 0),
      coalesce(sum(b.messages) filter (where b.status in ('failed', 'undelivered')), 0),
      sum(b.conversations), sum(b.segments), sum(b.price)
    from by_bin b group by 1, 2, 3, 4, 5
    order by 1, 2
    on conflict on constraint stat_hours_key do update
    set inbound = h.inbound + excluded.inbound, outbound = h.outbound + excluded.outbound,
      delivered = h.delivered + excluded.delivered, failed = h.failed + excluded.failed,
      conversations = h.conversations + excluded.conversations, segments = h.segments + excluded.segments,
      price = h.price + excluded.price
    returning h.id, h.inbound + h.outbound as messages
  ), days as (
    insert into sms_private.stat_days as d (user_id, day, phone_number_id, assistant_id, facet, label, messages)
    select b.user_id, date_bin('1 day', b.bucket, '2000-01-01 00:00:00+00'), b.phone_number_id, b.assistant_id,
      f.facet, f.label, sum(b.messages)
    from by_bin b
    cross join lateral (values (b.direction, b.status), ('answer_bin', b.answer_bin::text),
      ('intent', case when b.direction = 'inbound' then b.intent end)) f (facet, label)
    where f.label is not null
    group by 1, 2, 3, 4, 5, 6
    having sum(b.messages) <> 0
    order by 1, 2
    on conflict on constraint stat_days_key do update set messages = d.messages + excluded.messages
    returning d.id, d.messages
  )
  select (select array_agg(id) from stats where messages = 0) as stats,
    (select array_agg(id) from hours where messages = 0) as hours,
    (select array_agg(id) from days where messages = 0) as days
  into empty;
  -- A sum is made of what each text was at one moment, in whatever order they are folded. So nothing is ever below zero,
  -- and what counts no text counts nothing else.
  delete from public.sms_stats s where s.id = any (empty.stats);
  delete from sms_private.stat_hours h where h.id = any (empty.hours);
  delete from sms_private.stat_days d where d.id = any (empty.days);
end
$$;
comment on function sms_private.add_figures is
  'Adds to sms_stats, stat_hours and stat_days, and deletes their rows that count nothing any more.';

-- Two statements. The first locks the oldest changes, without those that open transactions hold (60_triggers.sql). The
-- second sees all that was committed before a lock was taken. In one statement a text might change between the look at
-- it and the lock on its row, and that change would be lost. Who reads sees both or neither: they are one transaction.
create function sms_private.fold_changes(max_rows int)
returns int
-- Rows by their places. The table is empty most of the time, so a planner would rather read all of it for each place.
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  taken tid[] := array(
    select c.ctid from sms_private.stat_changes c
    order by c.message_id, c.user_id, c.bucket limit greatest(max_rows, 0) for update skip locked);
  sums sms_private.stat_deltas[];
begin
  with folded as (
    delete from sms_private.stat_changes c where c.ctid = any (taken)
  )
  select array_agg(row(s.*)::sms_private.stat_deltas) into sums
  from (
    select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
      p.price_unit, p.answer_bin, sum(p.messages)::bigint, sum(p.conversations)::bigint, sum(p.segments)::bigint,
      sum(p.price)
    from sms_private.stat_parts p where p.part <> 'all' and p.change = any (taken)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    having (sum(p.messages), sum(p.conversations), sum(p.segments), sum(p.price)) <> (0, 0, 0, 0)
  ) s;
  perform sms_private.add_figures(sums);
  return cardinality(taken);
end
$$;
comment on function sms_private.fold_changes is
  'Moves what the oldest changes count for into sms_stats, stat_hours and stat_days. Returns how many.';

create function sms_private.fold_stats(max_rows int)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms'
as $$
declare
  folded int;
begin
  -- With one snapshot for all of a transaction, the second statement of a fold would not see more than the first.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'figures are folded in a transaction that is read committed';
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('sms_fold_stats', 0)) then
    return jsonb_build_object('outcome', 'busy', 'folded', 0, 'remaining', null);
  end if;
  begin
    folded := sms_private.fold_changes(max_rows);
  exception when lock_not_available or foreign_key_violation then
    -- A user is being deleted at this moment. Two who wait for each other would be ended by Postgres after a second, and
    -- it might not be the fold; so the fold gives up before.
    return jsonb_build_object('outcome', 'busy', 'folded', 0, 'remaining', null);
  end;
  return jsonb_build_object('outcome', 'folded', 'folded', folded,
    'remaining', (select count(*) from sms_private.stat_changes));
end
$$;
comment on function sms_private.fold_stats is 'sms_fold_stats, as definer: nobody else writes the figures.';

-- 2,000, because a change of one of these texts waits for the fold.
-- Every worker folds, whatever wakes it, so what has to be done now and then is done here too.
create function public.sms_fold_stats(max_rows int default 2000)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  begin
    perform sms_private.purge();
  exception when others then
    raise warning 'Old texts could not be purged: %', sqlerrm;
  end;
  return sms_private.fold_stats(max_rows);
end
$$;
comment on function public.sms_fold_stats is
  'Folds the oldest changes into sms_stats, one caller at a time. Outcomes: folded ({ folded, remaining }), busy (somebody else is folding, or a user is being deleted).';

-- For the messages that were there before, and for an operator who doubts the figures. Messages wait while it runs.
create function sms_private.recount_stats()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  sums sms_private.stat_deltas[];
begin
  lock table public.sms_messages in share row exclusive mode;
  perform pg_advisory_xact_lock(hashtextextended('sms_fold_stats', 0));
  delete from sms_private.stat_changes;
  delete from public.sms_stats;
  delete from sms_private.stat_hours;
  delete from sms_private.stat_days;
  -- By 10,000, because an array has a limit. By tenant and time, so that few sums are written twice and what is read together
  -- is stored together.
  for sums in
    select array_agg(row(s.user_id, s.bucket, s.phone_number_id, s.assistant_id, s.direction, s.sender, s.status,
      s.intent, s.price_unit, s.answer_bin, s.messages, s.conversations, s.segments, s.price)::sms_private.stat_deltas)
    from (
      select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
        p.price_unit, p.answer_bin, sum(p.messages)::bigint as messages,
        sum(p.conversations)::bigint as conversations, sum(p.segments)::bigint as segments, sum(p.price) as price,
        row_number() over (order by p.user_id, p.bucket) / 10000 as batch
      from (
        select a.user_id, a.bucket, a.phone_number_id, a.assistant_id, a.direction, a.sender, a.status, a.intent,
          a.price_unit, a.answer_bin, a.messages, a.conversations, a.segments, a.price
        from sms_private.stat_parts a where a.part = 'all'
        union all
        select f.user_id, f.bucket, f.phone_number_id, f.assistant_id, f.direction, f.sender, f.status, f.intent,
          f.price_unit, f.answer_bin, f.messages, f.conversations, f.segments, f.price
        from sms_private.archived_figures f) p
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) s
    group by s.batch order by s.batch
  loop
    perform sms_private.add_figures(sums);
  end loop;
end
$$;
comment on function sms_private.recount_stats is
  'Counts everything anew, from sms_messages and archived_figures. Not needed in normal life; run by the database''s owner.';
