-- Ids, times, rules of rows, and errors that pass.

-- UUIDv7 (RFC 9562): ids sort by the time they were made, so new rows land at the end of every index.
create function sms_private.new_id()
returns uuid
language plpgsql volatile parallel safe set search_path = ''
as $$
begin
  return encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid;
end
$$;
comment on function sms_private.new_id is 'A time-ordered UUID, version 7.';

create function sms_private.first_id(moment timestamptz)
returns uuid
language sql immutable parallel safe set search_path = ''
as $$
  select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
comment on function sms_private.first_id is 'new_id() gives no id before this one from a moment on, and no later one before the moment.';

create function sms_private.touch_updated_at()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end
$$;
comment on function sms_private.touch_updated_at is 'Trigger: keeps updated_at true on every update.';

-- Tables that every message writes have one check constraint, which calls one function. Postgres reads and compiles the text
-- of each check constraint anew in each statement that writes the table (ExecRelCheck in src/backend/executor/execMain.c of
-- Postgres 17), and a function once a session. The constraints were a sixth of the CPU time of an answered message.
create function sms_private.refuse_row(table_name text, rule text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  raise exception 'new row of "%" breaks the rule "%"', table_name, rule
    using errcode = 'check_violation', schema = '', table = table_name, constraint = rule;
end
$$;
comment on function sms_private.refuse_row is
  'Refuses a row, for the function of a check constraint: raises check_violation with the broken rule as the constraint''s name.';

-- For workers that wait: a span, so that their clocks do not matter.
create function sms_private.milliseconds_until(moment timestamptz)
returns bigint
language plpgsql volatile set search_path = ''
as $$
begin
  -- greatest() ignores null, and "nothing to wait for" must stay null.
  return case when moment is not null
    then greatest(0, ceil(extract(epoch from moment - clock_timestamp()) * 1000))::bigint end;
end
$$;
comment on function sms_private.milliseconds_until is 'Milliseconds from now until a moment, at least 0; null for null.';

-- The same classes as in _shared/sms/database/rpc.ts: connections, deadlocks, resources, shutdowns.
create function sms_private.raise_if_transient(state text, message text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if left(state, 2) in ('08', '40', '53', '57', '58') or state = '55P03' then
    raise exception using errcode = state, message = message;
  end if;
end
$$;
comment on function sms_private.raise_if_transient is 'Raises an error again if a retry may succeed. The caller gives up only on other errors.';
