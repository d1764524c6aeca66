-- A tenant's own hours: shorter than the law's, never longer.

create function sms_private.quiet_hours_answer(outcome text, tenant uuid)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  own sms_private.quiet_hours;
begin
  select * into own from sms_private.quiet_hours q where q.user_id = tenant;
  return jsonb_build_object('outcome', outcome,
    'quiet_hours', jsonb_build_object(
      'opens', to_char(own.opens, 'HH24:MI'), 'closes', to_char(own.closes, 'HH24:MI'), 'days', own.days,
      'transactional_broadcasts', coalesce(own.transactional_broadcasts, false)),
    'law', 'Nobody may be texted an advertisement before 8 in the morning or after 9 in the evening, by their own clock '
      || '(47 CFR 64.1200(c)(1)). Many states and countries allow less, and that holds by itself. Your own hours may only be shorter.',
    'source', 'https://www.ecfr.gov/current/title-47/section-64.1200',
    'places', (
      select jsonb_agg(jsonb_build_object('place', h.place, 'days', h.days, 'opens', to_char(h.opens, 'HH24:MI'),
        'closes', to_char(h.closes, 'HH24:MI'), 'on_holidays', h.on_holidays, 'max_per_day', h.max_per_day,
        'law', h.law, 'source', h.source, 'read_on', h.read_on) order by h.place, h.days)
      from sms_private.sending_hours h));
end
$$;
comment on function sms_private.quiet_hours_answer is
  'A tenant''s own hours (nulls: none), the sentence of law beside them, and the hours of every place.';

create function sms_private.get_my_quiet_hours()
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.quiet_hours_answer('found', (select sms_private.tenant_id())) $$;
comment on function sms_private.get_my_quiet_hours is 'sms_get_quiet_hours, as definer, for sms_private.tenant_id().';

create function public.sms_get_quiet_hours()
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.get_my_quiet_hours() $$;
comment on function public.sms_get_quiet_hours is
  'The caller''s own hours for promotional texts (nulls: the law''s alone), the sentence of law, and the law''s hours by place. Returns { outcome: found, quiet_hours: { opens, closes, days, transactional_broadcasts }, law, source, places }.';

create function sms_private.save_my_quiet_hours(
  opens text, closes text, days int[], transactional_broadcasts boolean)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
#variable_conflict use_variable
declare
  tenant uuid := (select sms_private.tenant_id());
  clock constant text := '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$';
  widest record;
begin
  if not sms_private.is_user(tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  if opens is null and closes is null then
    days := null;
  else
    days := coalesce(days, '{1,2,3,4,5,6,7}');
    if not coalesce(opens ~ clock and closes ~ clock, false) or not days <@ '{1,2,3,4,5,6,7}' or cardinality(days) = 0 then
      return jsonb_build_object('outcome', 'INVALID_HOURS');
    elsif opens::time >= closes::time then
      return jsonb_build_object('outcome', 'INVALID_HOURS');
    end if;
    -- Where no law is known, its default holds: who wants more than that wants more than anybody may.
    select min(h.opens) as opens, max(h.closes) as closes into widest from sms_private.sending_hours h where h.place = '*';
    if opens::time < widest.opens or closes::time > widest.closes then
      return jsonb_build_object('outcome', 'HOURS_WIDER_THAN_LAW', 'details', jsonb_build_object(
        'earliest', to_char(widest.opens, 'HH24:MI'), 'latest', to_char(widest.closes, 'HH24:MI')));
    end if;
    days := array(select distinct d from unnest(days) d order by d);
  end if;
  insert into sms_private.quiet_hours as q (user_id, opens, closes, days, transactional_broadcasts)
  values (tenant, opens::time, closes::time, days, coalesce(transactional_broadcasts, false))
  on conflict on constraint quiet_hours_pkey do update
  set opens = excluded.opens, closes = excluded.closes, days = excluded.days,
    transactional_broadcasts = excluded.transactional_broadcasts;
  return sms_private.quiet_hours_answer('saved', tenant);
end
$$;
comment on function sms_private.save_my_quiet_hours is 'sms_save_quiet_hours, as definer, for sms_private.tenant_id().';

create function public.sms_save_quiet_hours(
  opens text default null, closes text default null, days int[] default null,
  transactional_broadcasts boolean default false)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.save_my_quiet_hours(opens, closes, days, transactional_broadcasts) $$;
comment on function public.sms_save_quiet_hours is
  'Sets the caller''s own hours for promotional texts, by the recipient''s clock: opens and closes as 09:00 (both null: the law''s alone), days 1 Monday to 7 Sunday (null: all). transactional_broadcasts: these wait for the hours too. What is held already keeps its moment. Returns sms_get_quiet_hours with { outcome: saved }; refused: INVALID_HOURS, HOURS_WIDER_THAN_LAW (details.earliest, details.latest), USER_NOT_FOUND.';
