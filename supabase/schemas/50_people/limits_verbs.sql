-- The operator sees and changes what a tenant may spend (docs/limits.md).

create function public.sms_get_limits(owner_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  since timestamptz := clock_timestamp() - interval '1 day';
begin
  if not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'found',
    'limits', to_jsonb(sms_private.limits_of(owner_id)) - '{user_id,updated_at}'::text[],
    'used', jsonb_build_object(
      'tenant_replies_per_day', (
        select count(*) from public.sms_messages m
        where m.user_id = owner_id and m.sender = 'assistant' and m.status <> 'canceled' and m.created_at > since),
      'tenant_unsent_calls_per_day', (
        select coalesce(sum(u.calls), 0) from sms_private.unsent_calls u where u.user_id = owner_id and u.at > since),
      'broadcast_recipients_per_day', (
        select coalesce(sum(b.accepted), 0) from public.sms_broadcasts b where b.user_id = owner_id and b.created_at > since),
      'shared_segments_per_day', (
        select coalesce(sum(pace.segments), 0) from public.sms_numbers n
        join sms_private.sender_pace pace on pace.phone_number_id = n.id
        where n.user_id = owner_id and pace.segments_day = sms_private.utc_day()),
      'assistants', (select count(*) from public.sms_assistants a where a.user_id = owner_id),
      'contacts', (select count(*) from public.sms_contacts k where k.user_id = owner_id),
      'templates', (select count(*) from public.sms_templates t where t.user_id = owner_id),
      'default_numbers', (
        select count(*) from public.sms_numbers n join public.sms_accounts a on a.account_sid = n.account_sid and a.shared
        where n.user_id = owner_id)));
end
$$;
comment on function public.sms_get_limits is
  'The limits of a tenant (null: none), and what of them is used: of the last day, of today (segments, UTC), or in all (rows, numbers). Outcomes: found, USER_NOT_FOUND.';

create function public.sms_set_limits(owner_id uuid, limits jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
declare
  known constant jsonb := to_jsonb(sms_private.limits_of(owner_id)) - '{user_id,updated_at}'::text[];
  unknown text;
  saved public.sms_limits;
begin
  if jsonb_typeof(limits) is distinct from 'object' then
    return jsonb_build_object('outcome', 'INVALID_LIMIT', 'details', jsonb_build_object('limit', null));
  end if;
  select min(given.name) into unknown from jsonb_object_keys(limits) given (name) where not known ? given.name;
  if unknown is not null then
    return jsonb_build_object('outcome', 'UNKNOWN_LIMIT', 'details', jsonb_build_object('limit', left(unknown, 64)));
  end if;
  select min(given.name) into unknown from jsonb_each(limits) given (name, value)
  where case
    when given.value = 'null' then false
    when given.name = 'allowed_countries' then jsonb_typeof(given.value) <> 'array'
      or jsonb_path_exists(given.value, '$[*] ? (!(@ like_regex "^[A-Z][A-Z]$") || @.type() != "string")')
    else coalesce(given.value::text !~ '^[0-9]{1,9}$'
      or given.name like '%unsent_calls%' and given.value = '0', true) end;
  if unknown is not null then
    return jsonb_build_object('outcome', 'INVALID_LIMIT', 'details', jsonb_build_object('limit', unknown));
  end if;
  if not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  insert into public.sms_limits (user_id) values (owner_id) on conflict do nothing;
  select l.* into saved from public.sms_limits l where l.user_id = owner_id for no key update;
  saved := jsonb_populate_record(saved, limits);
  update public.sms_limits l
  set sends_per_minute = saved.sends_per_minute,
    conversation_replies_per_hour = saved.conversation_replies_per_hour,
    conversation_replies_per_day = saved.conversation_replies_per_day,
    tenant_replies_per_day = saved.tenant_replies_per_day,
    allowed_countries = saved.allowed_countries,
    broadcast_recipients_per_day = saved.broadcast_recipients_per_day,
    conversation_unsent_calls_per_hour = saved.conversation_unsent_calls_per_hour,
    tenant_unsent_calls_per_day = saved.tenant_unsent_calls_per_day,
    assistants = saved.assistants, contacts = saved.contacts, templates = saved.templates,
    texts_per_minute = saved.texts_per_minute,
    shared_segments_per_day = saved.shared_segments_per_day,
    default_numbers = saved.default_numbers,
    promotional_per_contact_per_day = saved.promotional_per_contact_per_day,
    promotional_per_contact_per_week = saved.promotional_per_contact_per_week
  where l.user_id = owner_id
  returning l.* into saved;
  -- What was paused until there is room again may have room now.
  update public.sms_conversations c
  set ai_paused_until = null, ai_paused_reason = null
  where c.user_id = owner_id and c.ai_paused_until > clock_timestamp() and c.ai_paused_reason in (
    'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'unsent_calls_per_hour',
    'tenant_unsent_calls_per_day', 'segments_per_day');
  return jsonb_build_object('outcome', 'saved', 'limits', to_jsonb(saved) - '{user_id,updated_at}'::text[]);
end
$$;
comment on function public.sms_set_limits is
  'Changes those limits of a tenant that are named; null: no limit. What was paused for a limit is looked at again with the next text. Outcomes: saved (limits: all of them), UNKNOWN_LIMIT and INVALID_LIMIT (details.limit), USER_NOT_FOUND.';
