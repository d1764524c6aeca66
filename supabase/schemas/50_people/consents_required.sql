-- The operator says from when on automatic first texts need a consent.

create function public.sms_require_consent(required_from timestamptz)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if required_from is null or required_from > clock_timestamp() + interval '1 year' or required_from < '2000-01-01' then
    return jsonb_build_object('outcome', 'INVALID_REQUIRED_FROM');
  end if;
  insert into sms_private.settings as s (name, value) values ('consent_required_from', to_jsonb(required_from))
  on conflict (name) do update set value = excluded.value;
  return jsonb_build_object('outcome', 'saved', 'required_from', to_jsonb(required_from));
end
$$;
comment on function public.sms_require_consent is
  'From when on broadcasts and other automatic first texts go only to contacts with a consent, in the whole project: at once with a moment that is past, at most a year ahead. Outcomes: saved (required_from), INVALID_REQUIRED_FROM.';
