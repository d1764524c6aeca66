-- Figures, summed up over a range.

create function sms_private.unfolded_figures(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz)
returns sms_private.stat_deltas[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select row(tenant, d.bucket, number, assistant, d.direction, null, d.status, d.intent, d.price_unit, d.answer_bin,
      sum(d.messages)::bigint, sum(d.conversations)::bigint, sum(d.segments)::bigint, sum(d.price))
      ::sms_private.stat_deltas
    from sms_private.stat_deltas d
    where d.user_id = tenant and d.bucket >= from_at and d.bucket < to_at
      and (number is null or d.phone_number_id = number) and (assistant is null or d.assistant_id = assistant)
    group by d.bucket, d.direction, d.status, d.intent, d.price_unit, d.answer_bin
    having (sum(d.messages), sum(d.conversations), sum(d.segments), sum(d.price)) <> (0, 0, 0, 0));
end
$$;
comment on function sms_private.unfolded_figures is
  'What is not folded yet between two quarters of an hour, summed up. number, assistant: null for all.';

create function sms_private.stat_series(tenant uuid, number uuid, assistant uuid, starts timestamptz[],
  from_at timestamptz, to_at timestamptz, unfolded sms_private.stat_deltas[])
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
    from unnest(unfolded) d
  ), sums as (
    select h.hour as at, h.price_unit, h.inbound, h.outbound, h.delivered, h.failed, h.conversations, h.segments,
      h.price
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
  'The figures of a tenant between two quarters of an hour, by place in `starts` (sorted, the first not after from_at) and currency. number, assistant: null for all. unfolded: unfolded_figures().';

create function sms_private.stat_facets(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz, unfolded sms_private.stat_deltas[])
returns table (facet text, label text, messages bigint)
language plpgsql stable set search_path = ''
as $$
declare
  -- The range is rounded to the nearest midnights (UTC). The quarter hours between are added or subtracted: at most half a
  -- day at each end.
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
    -- bigint, as in the tables: a sum would be numeric, and all rows below would be converted.
    select d.direction, d.status, d.intent, sum(d.messages)::bigint as messages, d.answer_bin from unnest(unfolded) d
    group by d.direction, d.status, d.intent, d.answer_bin
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
  'A tenant''s messages between two quarters of an hour by one trait at a time, as in stat_days. number, assistant: null for all. unfolded: unfolded_figures().';

create function sms_private.count_consents(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz,
  change text)
returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  if number is null and assistant is null then
    return (select count(*) from public.sms_consent_events e
        where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at)
      + (select count(*) from sms_private.erased_consents e
        where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at);
  end if;
  -- An opt-out holds for the whole tenant. It counts for the number and the assistant of the message that said it. A subquery
  -- for each event, because a join may be planned as a walk through all messages.
  return (select count(*) from public.sms_consent_events e
    where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at
      and (select (number is null or m.phone_number_id = number) and (assistant is null or m.assistant_id = assistant)
           from public.sms_messages m where m.id = e.message_id))
    + (select count(*) from sms_private.erased_consents e
      where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at
        and (number is null or e.phone_number_id = number) and (assistant is null or e.assistant_id = assistant));
end
$$;
comment on function sms_private.count_consents is 'How many consent events of a kind a tenant has between two moments.';

create function sms_private.stat_summary(tenant uuid, number uuid, assistant uuid, starts timestamptz[],
  from_at timestamptz,
  to_at timestamptz, time_zone text)
returns jsonb
language plpgsql stable set search_path = '' set max_parallel_workers_per_gather = 0 set jit = off
as $$
declare
  -- Nothing is stored in the future. So a range that ends after now is extended to the end of its day: whole sums, no
  -- quarter hours.
  whole_to timestamptz := case when to_at < now() then to_at
    else date_bin('1 day', to_at + interval '1 day' - interval '1 microsecond', '2000-01-01 00:00:00+00') end;
  unfolded sms_private.stat_deltas[] := sms_private.unfolded_figures(tenant, number, assistant, from_at, whole_to);
begin
  return (
    with series as materialized (
      select * from sms_private.stat_series(tenant, number, assistant, starts, from_at, whole_to, unfolded)
    ), facets as materialized (
      select * from sms_private.stat_facets(tenant, number, assistant, from_at, whole_to, unfolded)
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
          select coalesce(jsonb_agg(jsonb_build_object('currency', c.price_unit, 'amount', c.amount)
            order by c.price_unit), '[]')
          from (select s.price_unit, -sum(s.price) as amount from series s
            where s.price_unit is not null group by 1) c),
        'answer_time', (
          select jsonb_build_object('count', coalesce(max(a.total), 0),
            'median_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.5 * a.total) + 0.5), 2),
            'p95_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.95 * a.total) + 0.5), 2))
          from answers a)),
      'series', (
        select jsonb_agg(jsonb_build_object('start', b.at,
          'minutes_east', sms_private.minutes_east(time_zone, b.at), 'inbound', coalesce(p.inbound, 0),
          'outbound', coalesce(p.outbound, 0), 'delivered', coalesce(p.delivered, 0), 'failed', coalesce(p.failed, 0),
          'segments', coalesce(p.segments, 0), 'cost', coalesce(p.cost, '[]')) order by b.place)
        from unnest(starts) with ordinality b (at, place) left join places p on p.place = b.place))
    from totals t);
end
$$;
comment on function sms_private.stat_summary is 'What sms_summarize_messages() answers, for a range and its buckets that are known to be right.';
