-- What lists and searches of conversations stand on: indexes that stay within one tenant, however many others there are.

-- Trigrams find a word anywhere in a text; btree_gin lets the owner be part of the same index, so that a search
-- reads the tenant's own entries and not everybody's.
create extension if not exists pg_trgm with schema extensions;
create extension if not exists btree_gin with schema extensions;

-- A conversation always has a place in the list: "newer than" has no answer for null.
update public.conversations set last_message_at = started_at where last_message_at is null;
alter table public.conversations alter last_message_at set default clock_timestamp(), alter last_message_at set not null;
comment on column public.conversations.last_message_at is
  'When the newest message was stored; for a conversation without any, when it began. The order of the list.';

-- The list of one status: among 100,000 that are active, the few that ended, and the other way round. The owner stands in
-- it as bytes: no other list knows that expression, so it cannot be planned as a walk through the list of any status.
-- Planners guess how many are active from everybody's conversations, and one tenant's may all have ended.
create index conversations_status_idx
  on public.conversations (uuid_send(user_id), status, last_message_at desc, id desc);
-- In place of (contact_id, user_id): the newest conversation of a contact, at once.
create index conversations_contact_newest_idx
  on public.conversations (contact_id, user_id, last_message_at desc, id desc);
drop index public.conversations_contact_idx;

-- Every text changes its conversation's preview, so this index is written to with every text. Its entries wait in a
-- list and go in by the hundred; every search reads that list too, so it is kept short
-- (https://www.postgresql.org/docs/17/gin.html#GIN-FAST-UPDATE).
-- The owner as bytes, for the same reason: how rare a word is, planners guess from everybody's texts.
create index conversations_search_idx on public.conversations
  using gin (uuid_send(user_id) extensions.bytea_ops, last_message_preview extensions.gin_trgm_ops)
  with (fastupdate = on, gin_pending_list_limit = 256);
create index contacts_search_idx on public.contacts
  using gin (uuid_send(user_id) extensions.bytea_ops, name extensions.gin_trgm_ops, number extensions.gin_trgm_ops)
  with (fastupdate = on, gin_pending_list_limit = 256);

-- Texts outside of any conversation, which are few: a stranger's STOP, say.
create index sms_messages_alone_idx on public.sms_messages (user_id, from_number, created_at desc)
  where conversation_id is null;

-- A row of the API's list. Subqueries and not joins: a look-up for each row, whatever the planner thinks of the sizes.
create view private.conversation_entries with (security_invoker = true) as
  select c.id, c.last_message_at, to_jsonb(c) || jsonb_build_object(
    'contact', (
      select jsonb_build_object('id', k.id, 'number', k.number, 'name', k.name, 'opted_out_at', k.opted_out_at)
      from public.contacts k where k.id = c.contact_id),
    'phone_number', (
      select jsonb_build_object('id', n.id, 'number', n.number)
      from public.phone_numbers n where n.id = c.phone_number_id),
    'unread', c.last_seq - c.read_seq) as entry
  from public.conversations c;
comment on view private.conversation_entries is
  'Conversations as the API shows them: with contact, own number and how many messages are unread.';
comment on column private.conversation_entries.id is 'The conversation.';
comment on column private.conversation_entries.last_message_at is 'Its place in the list.';
comment on column private.conversation_entries.entry is 'The conversation''s row with contact, phone_number and unread.';

-- A search, as what is asked of an index (like) and of single rows (regular expressions, which cost a fifth: ilike
-- makes a lower-case copy of each text). What the tenant wrote is literal in both.
create type private.search_patterns as (
  text_likes text[], number_likes text[], text_regex text, number_regex text, indexed boolean);
comment on type private.search_patterns is
  'A search: patterns for texts and names, patterns for telephone numbers, and whether trigrams can look it up.';

create function private.patterns_of(search text)
returns private.search_patterns
language plpgsql stable set search_path = ''
as $$
declare
  literal text := regexp_replace(search, '([\\%_])', '\\\1', 'g');
  escaped text := regexp_replace(search, '([][\\^$.|?*+(){}])', '\\\1', 'g');
  digits text := case when search ~ '^[-+0-9(). /\s]+$' then regexp_replace(search, '[^0-9]', '', 'g') else '' end;
  -- w for what trigrams are made of in this database (letters and digits, as its locale knows them), - for the rest.
  shape text := (select string_agg(case when cardinality(extensions.show_trgm(c)) > 0 then 'w' else '-' end, '' order by i)
    from string_to_table(search, null) with ordinality as s (c, i));
  p private.search_patterns;
begin
  p.indexed := shape ~ 'www|ww-|-w|^w';
  if p.indexed and shape !~ 'www|ww-|-w' then
    -- Too short to be looked up inside of words: at their beginnings.
    p.text_likes := array[literal || '%', '% ' || literal || '%'];
    p.text_regex := '(^| )' || escaped;
  else
    p.text_likes := array['%' || literal || '%'];
    p.text_regex := escaped;
  end if;
  if digits = '' then
    p.number_likes := p.text_likes;
    p.number_regex := p.text_regex;
  elsif search ~ '^\s*\+' then
    p.number_likes := array['+' || digits || '%'];
    p.number_regex := '^\+' || digits;
  elsif char_length(digits) < 3 then
    p.number_likes := array['+' || digits || '%', digits || '%'];
    p.number_regex := '^\+?' || digits;
  else
    p.number_likes := array['%' || digits || '%'];
    p.number_regex := digits;
  end if;
  return p;
end
$$;
comment on function private.patterns_of is
  'How a search is put to indexes and rows. A search of digits and the punctuation of telephone numbers finds numbers by their digits alone.';
revoke execute on function private.patterns_of from public, anon, authenticated, service_role;

-- Along the list from a place in it, however long the list is. Both branches are one index range.
create function private.next_conversations(tenant uuid, status text, before_at timestamptz, before_id uuid, span int)
returns setof public.conversations
language plpgsql stable set search_path = ''
as $$
begin
  if status is null then
    return query select c.* from public.conversations c
      where c.user_id = tenant and (c.last_message_at, c.id) < (before_at, before_id)
      order by c.last_message_at desc, c.id desc limit span;
  else
    return query select c.* from public.conversations c
      where uuid_send(c.user_id) = uuid_send(tenant) and c.status = next_conversations.status
        and (c.last_message_at, c.id) < (before_at, before_id)
      order by c.last_message_at desc, c.id desc limit span;
  end if;
end
$$;
comment on function private.next_conversations is
  'The next conversations of a tenant in the list, newest first, behind a place; of one status, or of any.';
revoke execute on function private.next_conversations from public, anon, authenticated, service_role;
