-- Searching conversations, first half: what a search looks for, and what it finds.

-- A search, as what is asked of an index (like) and of single rows (regular expressions, which cost a fifth: ilike
-- makes a lower-case copy of each text). What the tenant wrote is literal in both.
create type sms_private.search_patterns as (
  text_likes text[], number_likes text[], text_regex text, number_regex text, indexed boolean);

comment on type sms_private.search_patterns is
  'A search: patterns for texts and names, patterns for telephone numbers, and whether trigrams can look it up.';

create type sms_private.conversation_filter as (unread boolean, intent text, answered_by text);

comment on type sms_private.conversation_filter is
  'What a list of conversations is narrowed to, beside status and search; null stands for any.';

create function sms_private.patterns_of(search text)
returns sms_private.search_patterns
language plpgsql stable set search_path = ''
as $$
declare
  literal text := regexp_replace(search, '([\\%_])', '\\\1', 'g');
  escaped text := regexp_replace(search, '([][\\^$.|?*+(){}])', '\\\1', 'g');
  typed text := sms_private.typed_number(search);
  numbers text[];
  shape text := sms_private.shape_of(search);
  p sms_private.search_patterns;
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
  if typed is null then
    p.number_likes := p.text_likes;
    p.number_regex := p.text_regex;
  else
    numbers := sms_private.number_searches(typed);
    p.number_likes := array(select case when n.search like '^%' then substr(n.search, 2) else '%' || n.search end || '%'
      from unnest(numbers) n (search));
    p.number_regex := (select string_agg(replace(replace(n.search, '+', '\+'), '_', '[0-9]'), '|')
      from unnest(numbers) n (search));
  end if;
  return p;
end
$$;
comment on function sms_private.patterns_of is
  'How a search is put to indexes and rows. A search of digits and the punctuation of telephone numbers finds numbers by their digits, in E.164 or as they are written at home.';

-- Along the list from a place in it, however long the list is. Both branches are one index range.
create function sms_private.next_conversations(tenant uuid, status text, before_at timestamptz, before_id uuid,
  span int)
returns setof public.sms_conversations
language plpgsql stable set search_path = ''
as $$
begin
  if status is null then
    return query select c.* from public.sms_conversations c
      where c.user_id = tenant and (c.last_message_at, c.id) < (before_at, before_id)
      order by c.last_message_at desc, c.id desc limit span;
  else
    return query select c.* from public.sms_conversations c
      where uuid_send(c.user_id) = uuid_send(tenant) and c.status = next_conversations.status
        and (c.last_message_at, c.id) < (before_at, before_id)
      order by c.last_message_at desc, c.id desc limit span;
  end if;
end
$$;
comment on function sms_private.next_conversations is
  'The next conversations of a tenant in the list, newest first, behind a place; of one status, or of any.';

-- Enough for words that are common. A subquery and not a join: a look-up for each row, never all contacts at once.
create function sms_private.match_nearby(
  tenant uuid, status text, before_at timestamptz, before_id uuid, span int, patterns sms_private.search_patterns)
returns table (conversation_id uuid, at timestamptz, hit boolean)
language plpgsql stable set search_path = ''
as $$
begin
  return query
  select c.id, c.last_message_at, coalesce(c.last_message_preview ~* patterns.text_regex, false) or (
    select coalesce(k.name ~* patterns.text_regex, false) or k.number ~* patterns.number_regex
    from public.sms_contacts k where k.id = c.contact_id)
  from sms_private.next_conversations(tenant, match_nearby.status, before_at, before_id, span) c;
end
$$;
comment on function sms_private.match_nearby is
  'The next conversations of a tenant behind a place in the list, and whether a search matches each.';

-- All that a search matches, by the trigram indexes and then row by row: the settings and `offset 0` leave no other
-- plan, because none is better for every tenant.
create function sms_private.match_anywhere(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int, patterns sms_private.search_patterns)
returns uuid[]
language plpgsql stable
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  return array(
    with people as materialized (
      select k.id from unnest(patterns.text_likes) as p (pattern) cross join lateral (
        select id from public.sms_contacts where uuid_send(user_id) = uuid_send(tenant)
          and name ilike p.pattern offset 0) k
      union
      select k.id from unnest(patterns.number_likes) as p (pattern) cross join lateral (
        select id from public.sms_contacts where uuid_send(user_id) = uuid_send(tenant)
          and number ilike p.pattern offset 0) k
    ), matches as materialized (
      select c.id from unnest(patterns.text_likes) as p (pattern) cross join lateral (
        select id from public.sms_conversations
        where uuid_send(user_id) = uuid_send(tenant) and last_message_preview ilike p.pattern offset 0) c
      union
      select c.id from people join public.sms_conversations c on c.contact_id = people.id and c.user_id = tenant
    )
    select c.id from matches join public.sms_conversations c on c.id = matches.id
    where (c.last_message_at, c.id) < (before_at, before_id)
      and (match_anywhere.status is null or c.status = match_anywhere.status)
    order by c.last_message_at desc, c.id desc
    limit page_size + 1);
end
$$;
comment on function sms_private.match_anywhere is
  'The newest conversations of a tenant that a search matches behind a place in the list; one more than the page holds, if there is one.';
