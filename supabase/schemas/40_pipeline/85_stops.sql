-- Switching sending and answering off and on: the operator's emergency brake.

create function sms_private.switches(what text)
returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return case what when 'all' then '{sending,answering}'::text[] when 'sending' then '{sending}' when 'answering' then '{answering}' end;
end
$$;
comment on function sms_private.switches is 'Which switches a word means: sending, answering, or all; null for any other word.';

create function sms_private.stops_now()
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('what', stop.what, 'since', stop.stopped_at,
      'seconds', floor(extract(epoch from clock_timestamp() - stop.stopped_at)), 'reason', stop.reason) order by stop.what), '[]')
    from sms_private.stops stop where stop.started_at is null);
end
$$;
comment on function sms_private.stops_now is 'What is switched off now: [{ what, since, seconds, reason }].';

create function sms_private.switch_off(switches text[], reason text)
returns void
language sql volatile set search_path = ''
as $$
  insert into sms_private.stops (what, reason)
  select wanted.what, left(switch_off.reason, 500) from unnest(switches) wanted (what)
  on conflict (what) where started_at is null do nothing
$$;
comment on function sms_private.switch_off is 'Switches off what is on. What is off already stays as it is.';

create function public.sms_switch_off(what text default 'all', reason text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  switches text[] := sms_private.switches(what);
begin
  if switches is null then
    return jsonb_build_object('outcome', 'INVALID_SWITCH');
  end if;
  perform sms_private.switch_off(switches, reason);
  return jsonb_build_object('outcome', 'switched_off', 'stopped', sms_private.stops_now());
end
$$;
comment on function public.sms_switch_off is
  'Switches sending, answering or all off, from the next claim on, in every isolate. What waits keeps waiting; texts of contacts are stored, and STOP counts. What a worker has claimed already may still leave, within a minute. Outcomes: switched_off (with stopped: what is off, since when and why), INVALID_SWITCH.';

create function public.sms_switch_on(what text default 'all', anyway boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  switches text[] := sms_private.switches(what);
begin
  if switches is null then
    return jsonb_build_object('outcome', 'INVALID_SWITCH');
  end if;
  -- What the contacts wrote since the backup, a STOP say, counts for what is sent now.
  if not coalesce(anyway, false) and exists (select from sms_private.stops stop
    where stop.what = any (switches) and stop.started_at is null) and sms_private.unlisted_accounts() <> '{}' then
    return jsonb_build_object('outcome', 'RESTORE_UNFINISHED', 'details',
      jsonb_build_object('accounts', to_jsonb(sms_private.unlisted_accounts())));
  end if;
  update sms_private.stops stop set started_at = clock_timestamp()
  where stop.what = any (switches) and stop.started_at is null;
  return jsonb_build_object('outcome', 'switched_on', 'stopped', sms_private.stops_now());
end
$$;
comment on function public.sms_switch_on is
  'Switches sending, answering or all on again. After a restore it is refused until the lists of all accounts are read (some six minutes, while the worker is woken); anyway: for accounts that Twilio does not list any more. Outcomes: switched_on (with stopped: what is still off), INVALID_SWITCH, RESTORE_UNFINISHED (details.accounts).';

-- As definer: stops has no tenant, and no user reads it. The operator's reason is not for tenants.
create function sms_private.list_stops()
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('what', stop.what, 'since', stop.stopped_at) order by stop.what), '[]')
    from sms_private.stops stop where stop.started_at is null and (select sms_private.tenant_id()) is not null);
end
$$;
comment on function sms_private.list_stops is 'What is switched off now, as everybody who is signed in may know: [{ what, since }].';

create function public.sms_list_stops()
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select jsonb_build_object('outcome', 'listed', 'stops', sms_private.list_stops()) $$;
comment on function public.sms_list_stops is
  'What the operator switched off for everybody, so that a page can say so: stops, [{ what: sending | answering, since }]. Outcomes: listed.';
