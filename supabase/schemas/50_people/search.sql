-- The list of conversations, searched and filtered.

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
  digits text := case when search ~ '^[-+0-9(). /\s]+$' then regexp_replace(search, '[^0-9]', '', 'g') else '' end;
  -- w for what trigrams are made of in this database (letters and digits, as its locale knows them), - for the rest.
  shape text := (select string_agg(case when cardinality(extensions.show_trgm(c)) > 0 then 'w' else '-' end, '' order by i)
    from string_to_table(search, null) with ordinality as s (c, i));
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
comment on function sms_private.patterns_of is
  'How a search is put to indexes and rows. A search of digits and the punctuation of telephone numbers finds numbers by their digits alone.';

-- Along the list from a place in it, however long the list is. Both branches are one index range.
create function sms_private.next_conversations(tenant uuid, status text, before_at timestamptz, before_id uuid, span int)
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
language sql stable set search_path = ''
as $$
  select c.id, c.last_message_at, coalesce(c.last_message_preview ~* patterns.text_regex, false) or (
    select coalesce(k.name ~* patterns.text_regex, false) or k.number ~* patterns.number_regex
    from public.sms_contacts k where k.id = c.contact_id)
  from sms_private.next_conversations(tenant, status, before_at, before_id, span) c
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
        select id from public.sms_contacts where uuid_send(user_id) = uuid_send(tenant) and name ilike p.pattern offset 0) k
      union
      select k.id from unnest(patterns.number_likes) as p (pattern) cross join lateral (
        select id from public.sms_contacts where uuid_send(user_id) = uuid_send(tenant) and number ilike p.pattern offset 0) k
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

-- A page of matches: what is common is found nearby, what is rare is looked up. A search that no trigram can be made
-- of (an emoji, a dash) is looked for along the list, so many conversations a page, and goes on from there.
create function sms_private.find_conversations(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int, patterns sms_private.search_patterns,
  out ids uuid[], out passed_at timestamptz, out passed_id uuid)
language plpgsql stable set search_path = ''
as $$
declare
  span int := case when patterns.indexed then 100 else 2000 end;
  passed int;
  hits int;
begin
  loop
    select array_agg(m.conversation_id order by m.at desc, m.conversation_id desc) filter (where m.hit),
      count(*) filter (where m.hit), count(*),
      (array_agg(m.at order by m.at, m.conversation_id))[1],
      (array_agg(m.conversation_id order by m.at, m.conversation_id))[1]
    into ids, hits, passed, passed_at, passed_id
    from sms_private.match_nearby(tenant, status, before_at, before_id, span, patterns) m;
    if passed < span then
      passed_at := null;
      passed_id := null;
    end if;
    exit when passed < span or hits > page_size or not patterns.indexed;
    if hits * 12 <= page_size or span > 100 then
      ids := sms_private.match_anywhere(tenant, status, before_at, before_id, page_size, patterns);
      exit;
    end if;
    -- Common enough for a longer look to fill the page, and then too common to be looked up cheaply.
    span := span * 12;
  end loop;
  if patterns.indexed then
    passed_at := null;
    passed_id := null;
  end if;
end
$$;
comment on function sms_private.find_conversations is
  'The newest conversations behind a place in the list that a search matches, one more than the page holds if there is one; and, for a search that had to stop on its way, how far it came.';

create function sms_private.passes_filter(c public.sms_conversations, filter sms_private.conversation_filter)
returns boolean
language sql stable set search_path = ''
as $$
  select (filter.unread is null or filter.unread = (c.last_seq > c.read_seq))
    and (filter.intent is null or filter.intent = c.intent)
    and (filter.answered_by is null or filter.answered_by
      = case when c.ai_enabled and coalesce(c.ai_paused_until <= now(), true) then 'assistant' else 'person' end)
$$;
comment on function sms_private.passes_filter is
  'Whether a conversation is of the filtered kind. A person answers where the assistant is off or paused.';

-- Along the list, so many conversations a page, and then on from there: what a filter keeps may be anywhere, and an index
-- for each of them would cost every text something.
create function sms_private.filter_conversations(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int, filter sms_private.conversation_filter,
  out ids uuid[], out passed_at timestamptz, out passed_id uuid)
language plpgsql stable set search_path = ''
as $$
declare
  span constant int := 5000;
  passed int;
begin
  select array_agg(c.id order by c.last_message_at desc, c.id desc) filter (where sms_private.passes_filter(c, filter)),
    count(*),
    (array_agg(c.last_message_at order by c.last_message_at, c.id))[1],
    (array_agg(c.id order by c.last_message_at, c.id))[1]
  into ids, passed, passed_at, passed_id
  from sms_private.next_conversations(tenant, status, before_at, before_id, span) c;
  ids := ids[:page_size + 1];
  if passed < span then
    passed_at := null;
    passed_id := null;
  end if;
end
$$;
comment on function sms_private.filter_conversations is
  'The newest conversations behind a place in the list that a filter keeps, one more than the page holds if there is one; and, where it stopped on its way, how far it came.';

create function sms_private.search_my_conversations(
  search text, status text, page_size int, before_at timestamptz, before_id uuid, filter sms_private.conversation_filter)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select auth.uid());
  needle text := btrim(search, E' \t\r\n\u00a0');
  ids uuid[];
  next_at timestamptz;
  next_id uuid;
begin
  if page_size is null or page_size not between 1 and 100 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  elsif status not in ('active', 'ended') then
    return jsonb_build_object('outcome', 'INVALID_STATUS');
  elsif filter.answered_by not in ('assistant', 'person') then
    return jsonb_build_object('outcome', 'INVALID_ANSWERER');
  elsif (before_at is null) <> (before_id is null) then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  elsif char_length(needle) > 100 then
    return jsonb_build_object('outcome', 'SEARCH_TOO_LONG');
  end if;
  before_at := coalesce(before_at, 'infinity');
  before_id := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  if coalesce(needle, '') <> '' then
    select f.ids, f.passed_at, f.passed_id into ids, next_at, next_id
    from sms_private.find_conversations(tenant, status, before_at, before_id, page_size, sms_private.patterns_of(needle)) f;
  elsif filter is null then
    ids := array(select c.id from sms_private.next_conversations(tenant, status, before_at, before_id, page_size + 1) c);
  else
    select f.ids, f.passed_at, f.passed_id into ids, next_at, next_id
    from sms_private.filter_conversations(tenant, status, before_at, before_id, page_size, filter) f;
  end if;
  if cardinality(ids) > page_size then
    ids := ids[:page_size];
    select c.last_message_at, c.id into next_at, next_id from public.sms_conversations c where c.id = ids[page_size];
  end if;
  -- What a search found is filtered last: the page gets short, and goes on behind what was found.
  return jsonb_build_object(
    'outcome', 'found',
    'conversations', (
      select coalesce(jsonb_agg(e.entry order by e.last_message_at desc, e.id desc), '[]')
      from sms_private.conversation_entries e
      where e.id = any (ids) and (
        filter is null
        or (select sms_private.passes_filter(c, filter) from public.sms_conversations c where c.id = e.id))),
    'next', case when next_id is not null then jsonb_build_object('at', next_at, 'id', next_id) end);
end
$$;
comment on function sms_private.search_my_conversations is 'sms_search_conversations, as definer; the owner is auth.uid().';
grant execute on function sms_private.search_my_conversations to authenticated;

create function public.sms_search_conversations(
  search text default null, status text default null, page_size int default 50, before_at timestamptz default null,
  before_id uuid default null, unread boolean default null, intent text default null, answered_by text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select sms_private.search_my_conversations(
    search, status, page_size, before_at, before_id, row(unread, intent, answered_by)::sms_private.conversation_filter)
$$;
comment on function public.sms_search_conversations is
  'A page of the tenant''s conversations, newest first; of those that a search matches: number in any spelling, name or last text, case ignored, one or two characters at the beginning of words; and of those that are (or are not) unread, of an intent, answered by the assistant or a person. Returns { outcome: found, conversations, next: { at, id } | null }; next goes into before_at and before_id, also when a page is short. Refusals: INVALID_PAGE_SIZE, INVALID_STATUS, INVALID_ANSWERER, INVALID_CURSOR, SEARCH_TOO_LONG.';
grant execute on function public.sms_search_conversations to authenticated;
