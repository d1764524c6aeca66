-- Counting, folding, summarising.

-- 228 logarithmic bins from 1 ms to 30 days: a bin's middle is within 5 % of whatever is in it.
create function sms_private.answer_bin(answer_ms bigint)
returns smallint
language sql immutable strict parallel safe set search_path = ''
as $$
  select floor(ln(least(greatest(answer_ms, 1), 2592000000)::double precision) / ln(1.1::double precision))::smallint
$$;
comment on function sms_private.answer_bin is
  'The bin of an answer time: bin n holds 1.1^n to 1.1^(n+1) ms, from 1 ms (0) to 30 days (227); null for null.';
grant execute on function sms_private.answer_bin to service_role;

-- The one place that says what a text counts for. A recount from scratch is the sum of this over sms_messages.
create function sms_private.contribution_of(m public.sms_messages)
returns sms_private.stat_deltas
-- plpgsql, because it runs for every change of every text, and plans its expression once a session.
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return (null::bigint, m.user_id, date_bin('15 minutes', m.created_at, '2000-01-01 00:00:00+00'), m.phone_number_id,
    m.assistant_id, m.direction, m.sender, m.status, m.intent,
    -- A currency without an amount, as Twilio reports it at first, is no price yet.
    case when m.price is not null then m.price_unit end,
    sms_private.answer_bin(m.answer_ms),
    1::bigint, (m.seq is not distinct from 1)::int::bigint, coalesce(m.num_segments, 0)::bigint,
    case when m.price_unit is not null then coalesce(m.price, 0) else 0 end);
end
$$;
comment on function sms_private.contribution_of is
  'What one text adds to the figures of its tenant (the id is null). Without an owner it adds to nobody''s.';
grant execute on function sms_private.contribution_of to service_role;

create function sms_private.is_answer(m public.sms_messages)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  -- An apology, a confirmation, a broadcast and what a program sends are no answers: the contact still waits.
  select m.direction = 'outbound' and m.sender in ('assistant', 'person')
    and m.kind in ('text', 'reply', 'greeting', 'goodbye') and m.broadcast_id is null
$$;
comment on function sms_private.is_answer is 'Whether an outbound text can answer a contact: an assistant''s or a person''s words to this one contact.';
grant execute on function sms_private.is_answer to service_role;

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
grant execute on function sms_private.add_answer_times to service_role;

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
      coalesce(jsonb_object_agg(b.answer_bin, b.messages) filter (where b.answer_bin is not null and b.messages <> 0), '{}')
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
    insert into sms_private.stat_hours as h (user_id, hour, phone_number_id, assistant_id, price_unit, inbound, outbound,
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
    -- A delta and its opposite are folded in the order in which they came, so nothing is ever below zero, and what
    -- counts no text counts nothing else.
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
grant execute on function sms_private.fold_stats to service_role;

create function public.sms_fold_stats(max_rows int default 5000)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.fold_stats(max_rows) $$;
comment on function public.sms_fold_stats is
  'Folds the oldest changes into sms_stats, one caller at a time. Outcomes: folded ({ folded, remaining }), busy (somebody else is folding, or a user is being deleted).';
grant execute on function public.sms_fold_stats to service_role;

-- For the texts that were there before, and for an operator who doubts the figures. Texts wait while it runs.
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
  insert into sms_private.stat_deltas (user_id, bucket, phone_number_id, assistant_id, direction, sender, status, intent,
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

-- Postgres takes more than names for a time zone: abbreviations (PST), and any POSIX rule somebody makes up (FOO+3).
-- Its list of names is a walk through the file system (23 ms); only names that could be a rule need it.
create function sms_private.is_time_zone(name text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  if name is null or char_length(name) > 64 or name !~ '^[A-Za-z][A-Za-z0-9_+/-]*$' or name ~* '^(posix|right)' then
    return false;
  elsif name = 'UTC' then
    return true;
  end if;
  perform now() at time zone name;
  -- An abbreviation has no slash, a rule has a digit.
  return name ~ '/' and name !~ '[0-9]' or exists (select from pg_catalog.pg_timezone_names z where z.name = is_time_zone.name);
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function sms_private.is_time_zone is 'Whether this is the IANA name of a time zone.';

-- Where midnight is skipped, a day begins with the first moment there is; where it comes twice, with the first of the two
-- (Postgres itself takes the second).
create function sms_private.day_starts(first_day date, last_day date, time_zone text)
returns setof timestamptz
language sql stable set search_path = ''
as $$
  select distinct case when p.wall::date = d.day then p.probe - (p.wall - d.day) else m.midnight end
  from (select first_day + i as day from generate_series(0, last_day - first_day) i) d
  cross join lateral (select d.day::timestamp at time zone time_zone as midnight) m
  cross join lateral (
    select m.midnight - interval '15 minutes' as probe, (m.midnight - interval '15 minutes') at time zone time_zone as wall) p
  order by 1
$$;
comment on function sms_private.day_starts is
  'The first moment of each of these days in a time zone. A day that a zone skipped has none of its own.';

create function sms_private.hour_starts(from_at timestamptz, to_at timestamptz, time_zone text)
returns setof timestamptz
language sql stable set search_path = ''
as $$
  -- A new hour begins when the clock shows one, and when it is set, be it by half an hour as on Lord Howe Island.
  with quarters as (
    select q.at, q.wall, q.wall - (q.at at time zone 'UTC') as utc_offset
    from (
      select g.at, g.at at time zone time_zone as wall
      from generate_series(from_at - interval '2 hours', to_at - interval '1 microsecond', interval '15 minutes') g (at)
    ) q
  ), starts as (
    select w.at, lead(w.at, 1, 'infinity') over (order by w.at) as next_at
    from (select q.*, lag(q.utc_offset) over (order by q.at) as offset_before from quarters q) w
    where extract(minute from w.wall) = 0 or w.utc_offset <> w.offset_before
  )
  select s.at from starts s where s.next_at > from_at order by 1
$$;
comment on function sms_private.hour_starts is
  'The moments at which an hour begins in a time zone, from the hour that holds from_at to the last one before to_at.';

create function sms_private.bucket_starts(bucket text, from_at timestamptz, to_at timestamptz, time_zone text)
returns setof timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  if bucket = 'hour' then
    return query select sms_private.hour_starts(from_at, to_at, time_zone);
    return;
  end if;
  return query select sms_private.day_starts((from_at at time zone time_zone)::date,
    ((to_at - interval '1 microsecond') at time zone time_zone)::date, time_zone);
end
$$;
comment on function sms_private.bucket_starts is
  'Where the hours or days of a time zone begin that a range touches: the first at its start or before, the last before its end.';

create function sms_private.stat_series(tenant uuid, number uuid, assistant uuid, starts timestamptz[], from_at timestamptz,
  to_at timestamptz)
returns table (place int, price_unit text, inbound bigint, outbound bigint, delivered bigint, failed bigint,
  conversations bigint, segments bigint, price numeric)
language plpgsql stable set search_path = ''
as $$
declare
  -- Hours that an edge divides, as it does in zones of half and quarter hours: their quarters are read.
  cut_hours timestamptz[] := array(
    select distinct date_bin('1 hour', e.at, '2000-01-01 00:00:00+00') from unnest(starts || from_at || to_at) e (at)
    where e.at <> date_bin('1 hour', e.at, '2000-01-01 00:00:00+00'));
  -- One by one, not as ranges: the planner takes a join of ranges for more than it is, and reads everybody's.
  cut_quarters timestamptz[] := array(
    select h + i * interval '15 minutes' from unnest(cut_hours) h, generate_series(0, 3) i);
begin
  return query
  with quarters as (
    select s.bucket, s.price_unit, s.direction, s.status, s.messages, s.conversations, s.segments, s.price
    from public.sms_stats s
    where s.user_id = tenant and s.bucket = any (cut_quarters) and s.bucket >= from_at and s.bucket < to_at
      and (number is null or s.phone_number_id = number) and (assistant is null or s.assistant_id = assistant)
    union all
    select d.bucket, d.price_unit, d.direction, d.status, d.messages, d.conversations, d.segments, d.price
    from sms_private.stat_deltas d
    where d.user_id = tenant and d.bucket >= from_at and d.bucket < to_at
      and (number is null or d.phone_number_id = number) and (assistant is null or d.assistant_id = assistant)
  ), sums as (
    select h.hour as at, h.price_unit, h.inbound, h.outbound, h.delivered, h.failed, h.conversations, h.segments, h.price
    from sms_private.stat_hours h
    where h.user_id = tenant and h.hour >= from_at and h.hour < to_at
      and (number is null or h.phone_number_id = number) and (assistant is null or h.assistant_id = assistant)
      and h.hour <> all (cut_hours)
    union all
    select q.bucket, q.price_unit, case when q.direction = 'inbound' then q.messages else 0 end,
      case when q.direction = 'outbound' then q.messages else 0 end,
      case when q.status in ('delivered', 'read') then q.messages else 0 end,
      case when q.status in ('failed', 'undelivered') then q.messages else 0 end,
      q.conversations, q.segments, q.price
    from quarters q
  )
  select width_bucket(s.at, starts), s.price_unit, sum(s.inbound)::bigint, sum(s.outbound)::bigint,
    sum(s.delivered)::bigint, sum(s.failed)::bigint, sum(s.conversations)::bigint, sum(s.segments)::bigint, sum(s.price)
  from sums s
  group by 1, 2
  -- What was counted and taken away again is nothing, not a price of 0.
  having sum(s.inbound) + sum(s.outbound) <> 0;
end
$$;
comment on function sms_private.stat_series is
  'The figures of a tenant between two quarters of an hour, by place in `starts` (sorted, the first not after from_at) and currency. number, assistant: null for all.';

create function sms_private.stat_facets(tenant uuid, number uuid, assistant uuid, from_at timestamptz, to_at timestamptz)
returns table (facet text, label text, messages bigint)
language plpgsql stable set search_path = ''
as $$
declare
  -- The nearest midnights (UTC): what is missing from there, or is too much, is less than half a day of quarters.
  first_day timestamptz := date_bin('1 day', from_at + interval '12 hours', '2000-01-01 00:00:00+00');
  last_day timestamptz := date_bin('1 day', to_at + interval '12 hours', '2000-01-01 00:00:00+00');
begin
  return query
  with quarters as (
    select s.direction, s.status, s.intent, s.answer_times, e.sign, s.messages * e.sign as messages
    from (select case when last_day < to_at then 1 else -1 end as sign) e, public.sms_stats s
    where s.user_id = tenant and s.bucket >= least(last_day, to_at) and s.bucket < greatest(last_day, to_at)
      and (number is null or s.phone_number_id = number) and (assistant is null or s.assistant_id = assistant)
    union all
    select s.direction, s.status, s.intent, s.answer_times, e.sign, s.messages * e.sign
    from (select case when first_day < from_at then -1 else 1 end as sign) e, public.sms_stats s
    where s.user_id = tenant and s.bucket >= least(first_day, from_at) and s.bucket < greatest(first_day, from_at)
      and (number is null or s.phone_number_id = number) and (assistant is null or s.assistant_id = assistant)
  ), deltas as (
    select d.direction, d.status, d.intent, d.messages, d.answer_bin
    from sms_private.stat_deltas d
    where d.user_id = tenant and d.bucket >= from_at and d.bucket < to_at
      and (number is null or d.phone_number_id = number) and (assistant is null or d.assistant_id = assistant)
  ), sums as (
    select d.facet, d.label, d.messages from sms_private.stat_days d
    where d.user_id = tenant and d.day >= first_day and d.day < last_day
      and (number is null or d.phone_number_id = number) and (assistant is null or d.assistant_id = assistant)
    union all
    select q.direction, q.status, q.messages from quarters q
    union all
    select 'intent', q.intent, q.messages from quarters q where q.direction = 'inbound' and q.intent is not null
    union all
    select 'answer_bin', b.key, b.value::bigint * q.sign from quarters q, jsonb_each_text(q.answer_times) b
    where q.answer_times <> '{}'
    union all
    select d.direction, d.status, d.messages from deltas d
    union all
    select 'intent', d.intent, d.messages from deltas d where d.direction = 'inbound' and d.intent is not null
    union all
    select 'answer_bin', d.answer_bin::text, d.messages from deltas d where d.answer_bin is not null
  )
  select s.facet, s.label, sum(s.messages)::bigint from sums s group by 1, 2 having sum(s.messages) <> 0;
end
$$;
comment on function sms_private.stat_facets is
  'A tenant''s texts between two quarters of an hour by one trait at a time, as in stat_days. number, assistant: null for all.';

create function sms_private.count_consents(tenant uuid, number uuid, assistant uuid, from_at timestamptz, to_at timestamptz,
  change text)
returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  if number is null and assistant is null then
    return (select count(*) from public.sms_consent_events e
      where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at);
  end if;
  -- An opt-out holds for the whole tenant; it is told of the number, and the assistant, that it was said to. Asked text
  -- by text, because a join may be planned as a walk through all texts.
  return (select count(*) from public.sms_consent_events e
    where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at
      and (select (number is null or m.phone_number_id = number) and (assistant is null or m.assistant_id = assistant)
           from public.sms_messages m where m.id = e.message_id));
end
$$;
comment on function sms_private.count_consents is 'How many consent events of a kind a tenant has between two moments.';

create function sms_private.stat_summary(tenant uuid, number uuid, assistant uuid, starts timestamptz[], from_at timestamptz,
  to_at timestamptz)
returns jsonb
language plpgsql stable set search_path = '' set max_parallel_workers_per_gather = 0 set jit = off
as $$
declare
  -- Nothing is stored in the future: a range that ends after now may as well end with its day, and has no edge there.
  whole_to timestamptz := case when to_at < now() then to_at
    else date_bin('1 day', to_at + interval '1 day' - interval '1 microsecond', '2000-01-01 00:00:00+00') end;
begin
  return (
    with series as materialized (
      select * from sms_private.stat_series(tenant, number, assistant, starts, from_at, whole_to)
    ), facets as materialized (
      select * from sms_private.stat_facets(tenant, number, assistant, from_at, whole_to)
    ), answers as (
      select b.bin, sum(b.answers) over (order by b.bin) as upto, sum(b.answers) over () as total
      from (select f.label::int as bin, f.messages as answers from facets f where f.facet = 'answer_bin') b
    ), places as (
      select s.place, sum(s.inbound) as inbound, sum(s.outbound) as outbound, sum(s.delivered) as delivered,
        sum(s.failed) as failed, sum(s.segments) as segments,
        coalesce(jsonb_agg(jsonb_build_object('currency', s.price_unit, 'amount', -s.price) order by s.price_unit)
          filter (where s.price_unit is not null), '[]') as cost
      from series s group by s.place
    ), totals as (
      select coalesce(sum(s.inbound), 0) as inbound, coalesce(sum(s.outbound), 0) as outbound,
        coalesce(sum(s.delivered), 0) as delivered, coalesce(sum(s.failed), 0) as failed,
        coalesce(sum(s.segments), 0) as segments, coalesce(sum(s.conversations), 0) as conversations
      from series s
    )
    select jsonb_build_object(
      'totals', jsonb_build_object(
        'inbound', t.inbound, 'outbound', t.outbound, 'delivered', t.delivered, 'failed', t.failed,
        'delivery_rate', round(t.delivered / nullif(t.delivered + t.failed, 0), 4),
        'segments', t.segments, 'conversations', t.conversations,
        'opt_outs', sms_private.count_consents(tenant, number, assistant, from_at, to_at, 'opt_out'),
        'opt_ins', sms_private.count_consents(tenant, number, assistant, from_at, to_at, 'opt_in'),
        'statuses', (
          select coalesce(jsonb_agg(jsonb_build_object('direction', f.facet, 'status', f.label, 'messages', f.messages)
            order by f.facet, f.messages desc, f.label), '[]')
          from facets f where f.facet in ('inbound', 'outbound')),
        'intents', (
          select coalesce(jsonb_agg(jsonb_build_object('intent', f.label, 'messages', f.messages)
            order by f.messages desc, f.label), '[]')
          from facets f where f.facet = 'intent'),
        'cost', (
          select coalesce(jsonb_agg(jsonb_build_object('currency', c.price_unit, 'amount', c.amount) order by c.price_unit), '[]')
          from (select s.price_unit, -sum(s.price) as amount from series s where s.price_unit is not null group by 1) c),
        'answer_time', (
          select jsonb_build_object('count', coalesce(max(a.total), 0),
            'median_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.5 * a.total) + 0.5), 2),
            'p95_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.95 * a.total) + 0.5), 2))
          from answers a)),
      'series', (
        select jsonb_agg(jsonb_build_object('start', b.at, 'inbound', coalesce(p.inbound, 0),
          'outbound', coalesce(p.outbound, 0), 'delivered', coalesce(p.delivered, 0), 'failed', coalesce(p.failed, 0),
          'segments', coalesce(p.segments, 0), 'cost', coalesce(p.cost, '[]')) order by b.place)
        from unnest(starts) with ordinality b (at, place) left join places p on p.place = b.place))
    from totals t);
end
$$;
comment on function sms_private.stat_summary is 'What sms_summarize_messages() answers, for a range and its buckets that are known to be right.';

-- A deleted assistant's figures stay, so its id is still good where it has figures.
create function sms_private.has_assistant(tenant uuid, assistant uuid)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.sms_assistants a where a.id = assistant and a.user_id = tenant)
    or exists (select from sms_private.stat_hours h where h.user_id = tenant and h.assistant_id = assistant)
    or exists (select from sms_private.stat_deltas d where d.user_id = tenant and d.assistant_id = assistant);
end
$$;
comment on function sms_private.has_assistant is 'Whether a tenant has an assistant, or figures of one that it had.';

create function sms_private.summarize_messages(
  from_at timestamptz, to_at timestamptz, bucket text, time_zone text, phone_number_id uuid, assistant_id uuid,
  from_day date, to_day date)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select auth.uid());
  range_from timestamptz := from_at;
  range_to timestamptz := to_at;
  starts timestamptz[];
begin
  if phone_number_id is not null and not exists (
    select from public.sms_numbers n where n.id = summarize_messages.phone_number_id and n.user_id = tenant) then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  elsif assistant_id is not null and not sms_private.has_assistant(tenant, assistant_id) then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  elsif coalesce(bucket, '') not in ('hour', 'day') then
    return jsonb_build_object('outcome', 'INVALID_BUCKET');
  elsif not sms_private.is_time_zone(time_zone) then
    return jsonb_build_object('outcome', 'INVALID_TIME_ZONE');
  -- Beyond any text, and short of what dates can be reckoned with.
  elsif least(from_at, to_at, from_day, to_day) < '2000-01-01' or greatest(from_at, to_at, from_day, to_day) > '2100-01-01' then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  if range_to is null then
    range_to := coalesce((select d from sms_private.day_starts(to_day, to_day, time_zone) d), now());
  end if;
  if range_from is null then
    from_day := coalesce(from_day, ((range_to - interval '1 microsecond') at time zone time_zone)::date - 29);
    range_from := (select d from sms_private.day_starts(from_day, from_day, time_zone) d);
  end if;
  if range_from >= range_to then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  -- Widened to quarters of an hour, so that what was asked for is in it.
  range_from := date_bin('15 minutes', range_from, '2000-01-01 00:00:00+00');
  range_to := date_bin('15 minutes', range_to + interval '15 minutes' - interval '1 microsecond', '2000-01-01 00:00:00+00');
  -- Before there are too many of them, and then for those there are.
  if range_to - range_from <= 1001 * ('1 ' || bucket)::interval then
    starts := array(select sms_private.bucket_starts(bucket, range_from, range_to, time_zone));
  end if;
  if starts is null or cardinality(starts) > 1000 then
    return jsonb_build_object('outcome', 'RANGE_TOO_LARGE');
  end if;
  return jsonb_build_object('outcome', 'summarized', 'from', range_from, 'to', range_to, 'bucket', bucket,
      'time_zone', time_zone)
    || sms_private.stat_summary(tenant, phone_number_id, assistant_id, starts, range_from, range_to);
end
$$;
comment on function sms_private.summarize_messages is 'sms_summarize_messages, as definer; the owner is auth.uid().';
grant execute on function sms_private.summarize_messages to authenticated;

create function public.sms_summarize_messages(
  from_at timestamptz default null, to_at timestamptz default null, bucket text default 'day',
  time_zone text default 'UTC', phone_number_id uuid default null, assistant_id uuid default null,
  from_day date default null, to_day date default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select sms_private.summarize_messages(from_at, to_at, bucket, time_zone, phone_number_id, assistant_id, from_day, to_day)
$$;
comment on function public.sms_summarize_messages is
  'Figures of the signed-in tenant''s texts, in all and by hour or day of a time zone, up to this moment. The range, widened to quarters of an hour, is from_at or the start of from_day until before to_at or the start of to_day; by default the last 30 days, today included. Returns { outcome: summarized, from, to, bucket, time_zone, totals, series }, or INVALID_TIME_ZONE, INVALID_BUCKET, INVALID_RANGE, RANGE_TOO_LARGE (over 1,000 buckets), NUMBER_NOT_FOUND, ASSISTANT_NOT_FOUND.';
grant execute on function public.sms_summarize_messages to authenticated;
