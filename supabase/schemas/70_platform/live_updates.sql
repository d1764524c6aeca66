-- Supabase Realtime.

-- The one place where an error is swallowed: a message that cannot be announced is still stored. Realtime's function runs
-- with the rights of its caller and writes a table, whose partitions may be missing.
create function sms_private.announce(tenant uuid, conversations uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform realtime.send(
    -- More than 50 ids would not fit into one broadcast. A page that gets no ids reads everything that it shows.
    jsonb_build_object('conversations', case when cardinality(conversations) <= 50 then to_jsonb(conversations) end),
    'changed', 'sms:' || tenant, true);
exception when others then
  raise warning 'A change of tenant % could not be announced: %', tenant, sqlerrm;
end
$$;
comment on function sms_private.announce is
  'Tells a tenant''s open pages which conversations changed; without ids when they are more than 50. Never fails.';

-- Definers, because the pipeline and the users have no rights on Realtime's table.
create function sms_private.announce_conversations()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform sms_private.announce(c.user_id, c.ids)
  from (select user_id, array_agg(id order by id) as ids from changed group by user_id) c;
  return null;
end
$$;
comment on function sms_private.announce_conversations is 'Announces the conversations that a statement changed.';

create function sms_private.announce_messages()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform sms_private.announce(m.user_id, m.ids)
  from (
    select user_id, array_agg(distinct conversation_id) as ids from changed
    where conversation_id is not null group by user_id) m;
  return null;
end
$$;
comment on function sms_private.announce_messages is 'Announces the conversations whose messages a statement changed.';

-- Storing a message changes its conversation, so inserts need no trigger of their own.
create function sms_private.set_up_live_updates()
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null
    or to_regprocedure('realtime.topic()') is null or to_regclass('realtime.messages') is null then
    return false;
  end if;
  drop policy if exists sms_listen_to_own on realtime.messages;
  create policy sms_listen_to_own on realtime.messages for select to authenticated
    using (extension = 'broadcast' and (select realtime.topic()) = 'sms:' || (select sms_private.tenant_id()));
  create or replace trigger announce_changes after update on public.sms_conversations
    referencing new table as changed for each statement execute function sms_private.announce_conversations();
  create or replace trigger announce_changes after update on public.sms_messages
    referencing new table as changed for each statement execute function sms_private.announce_messages();
  return true;
exception when insufficient_privilege then
  raise warning 'Live updates are not set up: %', sqlerrm;
  return false;
end
$$;
comment on function sms_private.set_up_live_updates is
  'Sets live updates up where the project has Realtime: who may listen (a tenant, to its own topic) and what is announced. May be called again, by the project''s owner. False where there is no Realtime.';

select sms_private.set_up_live_updates();
