-- What the operator pays for texts: segments from numbers of the default account, which tenants share.

create function sms_private.utc_day()
returns date
language plpgsql volatile set search_path = ''
as $$
begin
  return (clock_timestamp() at time zone 'utc')::date;
end
$$;
comment on function sms_private.utc_day is 'Today, in UTC.';

-- The count stands where a claim writes anyway, in the paces of the tenant's numbers.
create function sms_private.segments_left(number public.sms_numbers)
returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  allowed int;
begin
  if not exists (select from public.sms_accounts a where a.account_sid = number.account_sid and a.shared) then
    return null;
  end if;
  allowed := (sms_private.limits_of(number.user_id)).shared_segments_per_day;
  if allowed is null then
    return null;
  end if;
  return allowed - (
    select coalesce(sum(pace.segments), 0) from public.sms_numbers n
    join public.sms_accounts a on a.account_sid = n.account_sid and a.shared
    join sms_private.sender_pace pace on pace.phone_number_id = n.id
    where n.user_id = number.user_id and pace.segments_day = sms_private.utc_day());
end
$$;
comment on function sms_private.segments_left is
  'Segments that the tenant of this number may still send today; null where the account is its own, or no limit is set.';

create function sms_private.next_day_at()
returns timestamptz
language plpgsql volatile set search_path = ''
as $$
begin
  return (sms_private.utc_day() + 1)::timestamp at time zone 'utc';
end
$$;
comment on function sms_private.next_day_at is 'When the next day begins, in UTC: then there is room for segments again.';

create function sms_private.refuse_segments(number public.sms_numbers, segments bigint)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  if sms_private.segments_left(number) < segments then
    return jsonb_build_object('outcome', 'SEGMENTS_USED_UP',
      'retry_after_ms', sms_private.milliseconds_until(sms_private.next_day_at()));
  end if;
  return null;
end
$$;
comment on function sms_private.refuse_segments is
  'SEGMENTS_USED_UP with retry_after_ms where so many segments do not fit into the tenant''s day; else null.';
