-- Triggers: how many rows a tenant may add by itself, and what goes with an account.

-- Rows that a signed-in user adds. The pipeline's own, and the operator's, are not limited: who texts a tenant becomes a contact.
-- Counted once a statement, before anything is written, so that a refused one leaves nothing behind.
create function sms_private.count_room()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  tenant uuid := sms_private.tenant_id();
  allowed int;
  used bigint;
begin
  -- One after the other: two at the same moment must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('sms_rows:' || tenant, 0));
  allowed := (to_jsonb(sms_private.limits_of(tenant)) ->> tg_argv[0])::int;
  if allowed is not null then
    execute format('select count(*) from (select from %I.%I had where had.user_id = $1 limit $2) used',
      tg_table_schema, tg_table_name) into used using tenant, allowed;
  end if;
  perform set_config('sms.room', coalesce(allowed - used, 2147483647)::text, true);
  return null;
end
$$;
comment on function sms_private.count_room is
  'Trigger: how many rows a tenant may still add, for take_room(). Its argument is the column of sms_limits.';

create function sms_private.take_room()
returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  room bigint := current_setting('sms.room')::bigint - 1;
begin
  if room < 0 then
    raise exception 'You have as many % as you may have (limit: %). Delete some that you do not need, or ask the operator of this service to raise the limit.',
      tg_argv[0], tg_argv[0] using errcode = 'check_violation', constraint = tg_argv[0] || '_limit',
      schema = tg_table_schema, table = tg_table_name;
  end if;
  perform set_config('sms.room', room::text, true);
  return new;
end
$$;
comment on function sms_private.take_room is 'Trigger: refuses the row that is one more than a tenant may have.';

create trigger count_room before insert on public.sms_assistants
  for each statement when (current_user = 'authenticated') execute function sms_private.count_room('assistants');
create trigger take_room before insert on public.sms_assistants
  for each row when (current_user = 'authenticated') execute function sms_private.take_room('assistants');
create trigger count_room before insert on public.sms_templates
  for each statement when (current_user = 'authenticated') execute function sms_private.count_room('templates');
create trigger take_room before insert on public.sms_templates
  for each row when (current_user = 'authenticated') execute function sms_private.take_room('templates');
create trigger count_room before insert on public.sms_contacts
  for each statement when (current_user = 'authenticated') execute function sms_private.count_room('contacts');
create trigger take_room before insert on public.sms_contacts
  for each row when (current_user = 'authenticated') execute function sms_private.take_room('contacts');

-- Nobody asks for them any more: the account had a token, and that is gone with it.
create function sms_private.forget_account()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.sms_messages m where m.user_id is null and m.account_sid = old.account_sid;
  delete from sms_private.texts_set_aside t where t.account_sid = old.account_sid;
  delete from sms_private.questions q where q.account_sid = old.account_sid and q.message_id is null;
  return null;
end
$$;
comment on function sms_private.forget_account is
  'Trigger: texts to numbers that nobody has go with the account that brought them.';
create trigger forget_account after delete on public.sms_accounts
  for each row execute function sms_private.forget_account();
