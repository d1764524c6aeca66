-- The list of conversations, and the search through it.

-- Enough for words that are common. A subquery and not a join: a look-up for each row, never all contacts at once.
create function private.match_nearby(
  tenant uuid, status text, before_at timestamptz, before_id uuid, span int, patterns private.search_patterns)
returns table (conversation_id uuid, at timestamptz, hit boolean)
language sql stable set search_path = ''
as $$
  select c.id, c.last_message_at, coalesce(c.last_message_preview ~* patterns.text_regex, false) or (
    select coalesce(k.name ~* patterns.text_regex, false) or k.number ~* patterns.number_regex
    from public.contacts k where k.id = c.contact_id)
  from private.next_conversations(tenant, status, before_at, before_id, span) c
$$;
comment on function private.match_nearby is
  'The next conversations of a tenant behind a place in the list, and whether a search matches each.';
revoke execute on function private.match_nearby from public, anon, authenticated, service_role;

-- All that a search matches, by the trigram indexes and then row by row: the settings and `offset 0` leave no other
-- plan, because none is better for every tenant.
create function private.match_anywhere(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int, patterns private.search_patterns)
returns uuid[]
language plpgsql stable
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  return array(
    with people as materialized (
      select k.id from unnest(patterns.text_likes) as p (pattern) cross join lateral (
        select id from public.contacts where uuid_send(user_id) = uuid_send(tenant) and name ilike p.pattern offset 0) k
      union
      select k.id from unnest(patterns.number_likes) as p (pattern) cross join lateral (
        select id from public.contacts where uuid_send(user_id) = uuid_send(tenant) and number ilike p.pattern offset 0) k
    ), matches as materialized (
      select c.id from unnest(patterns.text_likes) as p (pattern) cross join lateral (
        select id from public.conversations
        where uuid_send(user_id) = uuid_send(tenant) and last_message_preview ilike p.pattern offset 0) c
      union
      select c.id from people join public.conversations c on c.contact_id = people.id and c.user_id = tenant
    )
    select c.id from matches join public.conversations c on c.id = matches.id
    where (c.last_message_at, c.id) < (before_at, before_id)
      and (match_anywhere.status is null or c.status = match_anywhere.status)
    order by c.last_message_at desc, c.id desc
    limit page_size + 1);
end
$$;
comment on function private.match_anywhere is
  'The newest conversations of a tenant that a search matches behind a place in the list; one more than the page holds, if there is one.';
revoke execute on function private.match_anywhere from public, anon, authenticated, service_role;

-- A page of matches: what is common is found nearby, what is rare is looked up. A search that no trigram can be made
-- of (an emoji, a dash) is looked for along the list, so many conversations a page, and goes on from there.
create function private.find_conversations(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int, patterns private.search_patterns,
  out ids uuid[], out passed_at timestamptz, out passed_id uuid)
language plpgsql stable set search_path = ''
as $$
declare
  span int := case when patterns.indexed then 200 else 2000 end;
  passed int;
  hits int;
begin
  loop
    select array_agg(m.conversation_id order by m.at desc, m.conversation_id desc) filter (where m.hit),
      count(*) filter (where m.hit), count(*),
      (array_agg(m.at order by m.at, m.conversation_id))[1],
      (array_agg(m.conversation_id order by m.at, m.conversation_id))[1]
    into ids, hits, passed, passed_at, passed_id
    from private.match_nearby(tenant, status, before_at, before_id, span, patterns) m;
    if passed < span then
      passed_at := null;
      passed_id := null;
    end if;
    exit when passed < span or hits > page_size or not patterns.indexed;
    if hits * 6 <= page_size or span > 200 then
      ids := private.match_anywhere(tenant, status, before_at, before_id, page_size, patterns);
      exit;
    end if;
    -- Common enough for a longer look to fill the page, and then too common to be looked up cheaply.
    span := span * 6;
  end loop;
  if patterns.indexed then
    passed_at := null;
    passed_id := null;
  end if;
end
$$;
comment on function private.find_conversations is
  'The newest conversations behind a place in the list that a search matches, one more than the page holds if there is one; and, for a search that had to stop on its way, how far it came.';
revoke execute on function private.find_conversations from public, anon, authenticated, service_role;

create function private.search_my_conversations(
  search text, status text, page_size int, before_at timestamptz, before_id uuid)
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
  elsif (before_at is null) <> (before_id is null) then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  elsif char_length(needle) > 100 then
    return jsonb_build_object('outcome', 'SEARCH_TOO_LONG');
  end if;
  before_at := coalesce(before_at, 'infinity');
  before_id := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  if coalesce(needle, '') = '' then
    ids := array(select c.id from private.next_conversations(tenant, status, before_at, before_id, page_size + 1) c);
  else
    select f.ids, f.passed_at, f.passed_id into ids, next_at, next_id
    from private.find_conversations(tenant, status, before_at, before_id, page_size, private.patterns_of(needle)) f;
  end if;
  if cardinality(ids) > page_size then
    ids := ids[:page_size];
    select c.last_message_at, c.id into next_at, next_id from public.conversations c where c.id = ids[page_size];
  end if;
  return jsonb_build_object(
    'outcome', 'found',
    'conversations', (
      select coalesce(jsonb_agg(e.entry order by e.last_message_at desc, e.id desc), '[]')
      from private.conversation_entries e where e.id = any (ids)),
    'next', case when next_id is not null then jsonb_build_object('at', next_at, 'id', next_id) end);
end
$$;
comment on function private.search_my_conversations is 'search_conversations, as definer; the owner is auth.uid().';
revoke execute on function private.search_my_conversations from public, anon;
grant execute on function private.search_my_conversations to authenticated;

create function public.search_conversations(
  search text default null, status text default null, page_size int default 50, before_at timestamptz default null,
  before_id uuid default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.search_my_conversations(search, status, page_size, before_at, before_id) $$;
comment on function public.search_conversations is
  'A page of the tenant''s conversations, newest first; of those that a search matches: number in any spelling, name or last text, case ignored, one or two characters at the beginning of words. Returns { outcome: found, conversations, next: { at, id } | null }; next goes into before_at and before_id, also when a page is short. Refusals: INVALID_PAGE_SIZE, INVALID_STATUS, INVALID_CURSOR, SEARCH_TOO_LONG.';
revoke execute on function public.search_conversations from public, anon, service_role;
grant execute on function public.search_conversations to authenticated;
