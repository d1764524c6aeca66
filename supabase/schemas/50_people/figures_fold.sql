-- Figures, written: changes are appended, then folded into sums.

-- 228 logarithmic bins from 1 ms to 30 days: a bin's middle is within 5 % of whatever is in it.
create function sms_private.answer_bin(answer_ms bigint)
returns smallint
language sql immutable strict parallel safe set search_path = ''
as $$
  select floor(ln(least(greatest(answer_ms, 1), 2592000000)::double precision) / ln(1.1::double precision))::smallint
$$;
comment on function sms_private.answer_bin is
  'The bin of an answer time: bin n holds 1.1^n to 1.1^(n+1) ms, from 1 ms (0) to 30 days (227); null for null.';

-- The one place that says what a message counts for. A recount from scratch is the sum of this over sms_messages.
create function sms_private.contribution_of(message public.sms_messages)
returns sms_private.stat_deltas
-- plpgsql, because it runs for every change of every message, and plans its expression once a session.
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return (null::bigint, message.user_id, date_bin('15 minutes', message.created_at, '2000-01-01 00:00:00+00'),
    message.phone_number_id,
    message.assistant_id, message.direction, message.sender, message.status, message.intent,
    -- A currency without an amount, as Twilio reports it at first, is no price yet.
    case when message.price is not null then message.price_unit end,
    sms_private.answer_bin(message.answer_ms),
    1::bigint, (message.seq is not distinct from 1)::int::bigint, coalesce(message.num_segments, 0)::bigint,
    case when message.price_unit is not null then coalesce(message.price, 0) else 0 end);
end
$$;
comment on function sms_private.contribution_of is
  'What one message adds to the figures of its tenant (the id is null). Without an owner it adds to nobody''s.';

create function sms_private.is_answer(message public.sms_messages)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  -- An apology, a confirmation, a broadcast and what a program sends are no answers: the contact still waits.
  select message.direction = 'outbound' and message.sender in ('assistant', 'person')
    and message.kind in ('text', 'reply', 'greeting', 'goodbye') and message.broadcast_id is null
$$;
comment on function sms_private.is_answer is 'Whether an outbound message can answer a contact: an assistant''s or a person''s words to this one contact.';

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

-- The whole of a fold is one statement, so that readers see a delta either here or there, and each exactly once.
create function sms_private.fold_deltas(max_rows int, out folded int, out empty_stats uuid[], out empty_hours bigint[],
  out empty_days bigint[])
language sql volatile set search_path = ''
as $$
  with taken as (
    delete from sms_private.stat_deltas d
    where d.id in (select o.id from sms_private.stat_deltas o order by o.id limit greatest(max_rows, 0))
    returning d.*
  ), by_bin as (
    select t.user_id, t.bucket, t.phone_number_id, t.assistant_id, t.direction, t.sender, t.status, t.intent,
      t.price_unit, t.answer_bin, sum(t.messages) as messages, sum(t.conversations) as conversations,
      sum(t.segments) as segments, sum(t.price) as price
    from taken t group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
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
  select (select count(*) from taken)::int,
    (select array_agg(id) from stats where messages = 0),
    (select array_agg(id) from hours where messages = 0),
    (select array_agg(id) from days where messages = 0)
$$;
comment on function sms_private.fold_deltas is
  'Moves the oldest deltas into sms_stats, stat_hours and stat_days. Returns how many, and the rows that count nothing any more.';

create function sms_private.fold_stats(max_rows int)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms'
as $$
declare
  fold record;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sms_fold_stats', 0)) then
    return jsonb_build_object('outcome', 'busy', 'folded', 0, 'remaining', null);
  end if;
  begin
    select * into fold from sms_private.fold_deltas(max_rows);
    -- Deltas are folded in the order in which they came, so no figure is ever below zero. A row with zero messages has
    -- zeros in all other columns, so it is deleted.
    delete from public.sms_stats s where s.id = any (fold.empty_stats);
    delete from sms_private.stat_hours h where h.id = any (fold.empty_hours);
    delete from sms_private.stat_days d where d.id = any (fold.empty_days);
  exception when lock_not_available or foreign_key_violation then
    -- A user is being deleted at this moment. Two who wait for each other would be ended by Postgres after a second, and
    -- it might not be the fold; so the fold gives up before.
    return jsonb_build_object('outcome', 'busy', 'folded', 0, 'remaining', null);
  end;
  return jsonb_build_object('outcome', 'folded', 'folded', fold.folded,
    'remaining', (select count(*) from sms_private.stat_deltas));
end
$$;
comment on function sms_private.fold_stats is 'sms_fold_stats, as definer: nobody else writes the figures.';

create function public.sms_fold_stats(max_rows int default 5000)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.fold_stats(max_rows) $$;
comment on function public.sms_fold_stats is
  'Folds the oldest changes into sms_stats, one caller at a time. Outcomes: folded ({ folded, remaining }), busy (somebody else is folding, or a user is being deleted).';

-- For the messages that were there before, and for an operator who doubts the figures. Messages wait while it runs.
create function sms_private.recount_stats()
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  lock table public.sms_messages in share row exclusive mode;
  perform pg_advisory_xact_lock(hashtextextended('sms_fold_stats', 0));
  delete from sms_private.stat_deltas;
  delete from public.sms_stats;
  delete from sms_private.stat_hours;
  delete from sms_private.stat_days;
  insert into sms_private.stat_deltas (user_id, bucket, phone_number_id, assistant_id, direction, sender, status,
    intent,
    price_unit, answer_bin, messages, conversations, segments, price)
  select c.user_id, c.bucket, c.phone_number_id, c.assistant_id, c.direction, c.sender, c.status, c.intent,
    c.price_unit, c.answer_bin, sum(c.messages), sum(c.conversations), sum(c.segments), sum(c.price)
  from public.sms_messages m cross join lateral sms_private.contribution_of(m) c
  where c.user_id is not null
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
  perform sms_private.fold_deltas(2147483647);
end
$$;
comment on function sms_private.recount_stats is
  'Counts everything anew from sms_messages. Not needed in normal life; run by the database''s owner.';
