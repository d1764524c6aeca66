-- Figures: the verb.

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
  from_day date, to_day date, last_days int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
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
  -- No message is older or newer, and Postgres can still compute with these dates.
  elsif least(from_at, to_at, from_day, to_day) < '2000-01-01'
    or greatest(from_at, to_at, from_day, to_day) > '2100-01-01' then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  elsif last_days is not null and (last_days not between 1 and 1000 or num_nonnulls(from_at, to_at, from_day, to_day) > 0) then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  if last_days is not null then
    to_day := (now() at time zone time_zone)::date + 1;
    from_day := to_day - last_days;
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
  range_to := date_bin('15 minutes', range_to + interval '15 minutes' - interval '1 microsecond',
    '2000-01-01 00:00:00+00');
  -- Before there are too many of them, and then for those there are.
  if range_to - range_from <= 1001 * ('1 ' || bucket)::interval then
    starts := array(select sms_private.bucket_starts(bucket, range_from, range_to, time_zone));
  end if;
  if starts is null or cardinality(starts) > 1000 then
    return jsonb_build_object('outcome', 'RANGE_TOO_LARGE');
  end if;
  return jsonb_build_object('outcome', 'summarized', 'from', range_from, 'to', range_to, 'bucket', bucket,
      'time_zone', time_zone)
    || sms_private.stat_summary(tenant, phone_number_id, assistant_id, starts, range_from, range_to, time_zone);
end
$$;
comment on function sms_private.summarize_messages is 'sms_summarize_messages, as definer, for sms_private.tenant_id().';

create function public.sms_summarize_messages(
  from_at timestamptz default null, to_at timestamptz default null, bucket text default 'day',
  time_zone text default 'UTC', phone_number_id uuid default null, assistant_id uuid default null,
  from_day date default null, to_day date default null, last_days int default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select sms_private.summarize_messages(from_at, to_at, bucket, time_zone, phone_number_id, assistant_id, from_day,
    to_day, last_days)
$$;
comment on function public.sms_summarize_messages is
  'Figures of the signed-in tenant''s messages, in all and by hour or day of a time zone, up to this moment. The range, widened to quarters of an hour, is from_at or the start of from_day until before to_at or the start of to_day; by default the last 30 days, today included. last_days: so many days instead, today included to its end, by the database''s clock. Returns { outcome: summarized, from, to, bucket, time_zone, totals, series }, or INVALID_TIME_ZONE, INVALID_BUCKET, INVALID_RANGE, RANGE_TOO_LARGE (over 1,000 buckets), NUMBER_NOT_FOUND, ASSISTANT_NOT_FOUND.';
