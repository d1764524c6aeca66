-- Searching conversations, second half: pages, filters and the verb.

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
    -- Some of the newest 100 match. Reading 1,200 fills the page. Looking up such a common word in the index is slower.
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

create function sms_private.passes_filter(conversation public.sms_conversations, filter sms_private.conversation_filter)
returns boolean
language sql stable set search_path = ''
as $$
  select (filter.unread is null or filter.unread = (conversation.last_seq > conversation.read_seq))
    and (filter.intent is null or filter.intent = conversation.intent)
    and (filter.answered_by is null or filter.answered_by
      = case when conversation.ai_enabled and coalesce(conversation.ai_paused_until <= now(), true)
        then 'assistant' else 'person' end)
$$;
comment on function sms_private.passes_filter is
  'Whether a conversation is of the filtered kind. A person answers where the assistant is off or paused.';

-- Along the list, so many conversations a page, and then on from there: what a filter keeps may be anywhere, and an index
-- for each of them would cost every message something.
create function sms_private.filter_conversations(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int,
    filter sms_private.conversation_filter,
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
  search text, status text, page_size int, before_at timestamptz, before_id uuid,
    filter sms_private.conversation_filter)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
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
    from sms_private.find_conversations(tenant, status, before_at, before_id, page_size,
      sms_private.patterns_of(needle)) f;
  elsif filter is null then
    ids := array(select c.id from sms_private.next_conversations(tenant, status, before_at, before_id,
      page_size + 1) c);
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
comment on function sms_private.search_my_conversations is 'sms_search_conversations, as definer, for sms_private.tenant_id().';

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
  'A page of the tenant''s conversations, newest first; of those that a search matches: number in any spelling, name or last message, case ignored, one or two characters at the beginning of words; and of those that are (or are not) unread, of an intent, answered by the assistant or a person. Returns { outcome: found, conversations, next: { at, id } | null }; next goes into before_at and before_id, also when a page is short. Refusals: INVALID_PAGE_SIZE, INVALID_STATUS, INVALID_ANSWERER, INVALID_CURSOR, SEARCH_TOO_LONG.';
