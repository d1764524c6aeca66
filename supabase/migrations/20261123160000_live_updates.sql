-- Live updates: whoever has the inbox open hears which conversations changed, by Supabase Realtime. Ids only: what the
-- texts say is read with the reader's own token. https://supabase.com/docs/guides/realtime/broadcast

-- The one place where an error is swallowed: a text that cannot be announced is still stored. Realtime's function runs
-- with the rights of its caller and writes a table, whose partitions may be missing.
create function private.announce(tenant uuid, conversations uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform realtime.send(
    -- A bulk would not fit a message: whoever hears of no ids looks at everything it shows.
    jsonb_build_object('conversations', case when cardinality(conversations) <= 50 then to_jsonb(conversations) end),
    'changed', 'user:' || tenant, true);
exception when others then
  raise warning 'A change of tenant % could not be announced: %', tenant, sqlerrm;
end
$$;
comment on function private.announce is
  'Tells a tenant''s open pages which conversations changed; without ids when they are more than 50. Never fails.';
revoke execute on function private.announce from public, anon, authenticated, service_role;

-- Definers, because the pipeline and users have no business in Realtime's table.
create function private.announce_conversations()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.announce(c.user_id, c.ids)
  from (select user_id, array_agg(id order by id) as ids from changed group by user_id) c;
  return null;
end
$$;
comment on function private.announce_conversations is 'Announces the conversations that a statement changed.';
revoke execute on function private.announce_conversations from public, anon, authenticated, service_role;

create function private.announce_messages()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.announce(m.user_id, m.ids)
  from (
    select user_id, array_agg(distinct conversation_id) as ids from changed
    where conversation_id is not null group by user_id) m;
  return null;
end
$$;
comment on function private.announce_messages is 'Announces the conversations whose texts a statement changed.';
revoke execute on function private.announce_messages from public, anon, authenticated, service_role;

-- Storing a text changes its conversation, so inserts need no trigger of their own.
create function private.set_up_live_updates()
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null
    or to_regprocedure('realtime.topic()') is null or to_regclass('realtime.messages') is null then
    return false;
  end if;
  drop policy if exists listen_to_own on realtime.messages;
  create policy listen_to_own on realtime.messages for select to authenticated
    using (extension = 'broadcast' and (select realtime.topic()) = 'user:' || (select auth.uid()));
  create or replace trigger announce_changes after update on public.conversations
    referencing new table as changed for each statement execute function private.announce_conversations();
  create or replace trigger announce_changes after update on public.sms_messages
    referencing new table as changed for each statement execute function private.announce_messages();
  return true;
exception when insufficient_privilege then
  raise warning 'Live updates are not set up: %', sqlerrm;
  return false;
end
$$;
comment on function private.set_up_live_updates is
  'Sets live updates up where the project has Realtime: who may listen (a tenant, to its own topic) and what is announced. May be called again, by the project''s owner. False where there is no Realtime.';
revoke execute on function private.set_up_live_updates from public, anon, authenticated, service_role;

select private.set_up_live_updates();
