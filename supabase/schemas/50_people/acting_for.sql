-- An app with the secret key acts for one tenant, and sees and may do what that tenant sees and may do.

-- Not the definer's rights but fewer: the role and the claims of the tenant count while this function runs. So row level
-- security and the grants decide, as for a signed-in user. Postgres puts back the role when the function returns. It lets
-- only superusers do the same with the claims, which have no definition (validate_option_array_item in guc.c of Postgres 17).
create function sms_private.call_as(tenant uuid, verb regprocedure, arguments jsonb)
returns jsonb
language plpgsql volatile security invoker
set search_path = '' set role = 'authenticated'
as $$
declare
  claims text := coalesce(current_setting('request.jwt.claims', true), '');
  -- Where auth.uid() looks first: older servers set it.
  subject text := coalesce(current_setting('request.jwt.claim.sub', true), '');
  given text;
  fields text;
  answer jsonb;
begin
  select string_agg(format('%1$I => given.%1$I', argument.name), ', '),
    string_agg(format('%I %s', argument.name, format_type(argument.type, null)), ', ')
  into given, fields
  from pg_proc p
  cross join unnest(p.proargnames, p.proargtypes::oid[]) argument (name, type)
  where p.oid = verb and arguments ? argument.name;
  perform set_config('request.jwt.claims',
      jsonb_build_object('sub', tenant, 'role', 'authenticated', 'secret_key', true)::text, true),
    set_config('request.jwt.claim.sub', tenant::text, true);
  if given is null then
    execute format('select %s()', verb::regproc) into answer;
  else
    execute format('select %s(%s) from jsonb_to_record($1) given (%s)', verb::regproc, given, fields) into answer
    using arguments;
  end if;
  perform set_config('request.jwt.claims', claims, true), set_config('request.jwt.claim.sub', subject, true);
  return answer;
end
$$;
comment on function sms_private.call_as is
  'Calls a verb with the rights of a signed-in user: role authenticated, and this tenant in the claims, which also say that it is the secret key.';

-- Postgres would say it in its own words, and a caller could not tell it from a mistake of ours.
create function sms_private.misfit_of(verb regprocedure, arguments jsonb)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  argument record;
begin
  for argument in
    select named.name, named.type, named.place > p.pronargs - p.pronargdefaults as may_be_left_out from pg_proc p
    cross join unnest(p.proargnames, p.proargtypes::oid[]) with ordinality named (name, type, place)
    where p.oid = verb order by named.name
  loop
    continue when argument.may_be_left_out and not arguments ? argument.name;
    if not arguments ? argument.name then
      return argument.name;
    end if;
    begin
      execute format('select from jsonb_to_record($1) given (%I %s)', argument.name, format_type(argument.type, null))
      using arguments;
    exception when data_exception then
      return argument.name;
    end;
  end loop;
  return null;
end
$$;
comment on function sms_private.misfit_of is
  'Which argument of a verb is missing, or cannot be read as what the verb takes; the first by name, null for none.';

create function public.sms_call_for(owner_id uuid, verb text, arguments jsonb default '{}')
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  wanted record;
  unknown text;
  misfit text;
begin
  if not coalesce(sms_private.is_user(owner_id), false) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  select p.oid::regprocedure as call, p.proargnames as names into wanted
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname = verb and starts_with(verb, 'sms_')
    and p.prorettype = 'jsonb'::regtype and has_function_privilege('authenticated', p.oid, 'execute');
  if not found then
    return jsonb_build_object('outcome', 'UNKNOWN_VERB');
  end if;
  -- Null is no argument at all, also where it is JSON's.
  arguments := coalesce(nullif(arguments, 'null'), '{}');
  if jsonb_typeof(arguments) <> 'object' then
    return jsonb_build_object('outcome', 'INVALID_ARGUMENT', 'details', jsonb_build_object('argument', 'arguments'));
  end if;
  select k.name into unknown from jsonb_object_keys(arguments) k (name)
  where k.name <> all (coalesce(wanted.names, '{}')) order by k.name limit 1;
  if found then
    return jsonb_build_object('outcome', 'UNKNOWN_ARGUMENT', 'details', jsonb_build_object('argument', unknown));
  end if;
  misfit := sms_private.misfit_of(wanted.call, arguments);
  if misfit is not null then
    return jsonb_build_object('outcome', 'INVALID_ARGUMENT', 'details', jsonb_build_object('argument', misfit));
  end if;
  return sms_private.call_as(owner_id, wanted.call, arguments);
end
$$;
comment on function public.sms_call_for is
  'Calls a verb for signed-in users as the named tenant, whose view and rights count. Returns what the verb returns; or USER_NOT_FOUND, UNKNOWN_VERB (no verb that signed-in users may call), UNKNOWN_ARGUMENT and INVALID_ARGUMENT (details.argument: which one is missing or of a wrong type; arguments: they are no object).';
