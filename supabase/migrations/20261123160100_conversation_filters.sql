-- What the inbox narrows its list to: what is unread, one intent, who answers.

create type private.conversation_filter as (unread boolean, intent text, answered_by text);
comment on type private.conversation_filter is
  'What a list of conversations is narrowed to, beside status and search; null stands for any.';

create function private.passes_filter(c public.conversations, filter private.conversation_filter)
returns boolean
language sql stable set search_path = ''
as $$
  select (filter.unread is null or filter.unread = (c.last_seq > c.read_seq))
    and (filter.intent is null or filter.intent = c.intent)
    and (filter.answered_by is null or filter.answered_by
      = case when c.ai_enabled and coalesce(c.ai_paused_until <= now(), true) then 'assistant' else 'person' end)
$$;
comment on function private.passes_filter is
  'Whether a conversation is of the filtered kind. A person answers where the assistant is off or paused.';
revoke execute on function private.passes_filter from public, anon, authenticated, service_role;

-- Along the list, so many conversations a page, and then on from there: what a filter keeps may be anywhere, and an index
-- for each of them would cost every text something.
create function private.filter_conversations(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int, filter private.conversation_filter,
  out ids uuid[], out passed_at timestamptz, out passed_id uuid)
language plpgsql stable set search_path = ''
as $$
declare
  span constant int := 5000;
  passed int;
begin
  select array_agg(c.id order by c.last_message_at desc, c.id desc) filter (where private.passes_filter(c, filter)),
    count(*),
    (array_agg(c.last_message_at order by c.last_message_at, c.id))[1],
    (array_agg(c.id order by c.last_message_at, c.id))[1]
  into ids, passed, passed_at, passed_id
  from private.next_conversations(tenant, status, before_at, before_id, span) c;
  ids := ids[:page_size + 1];
  if passed < span then
    passed_at := null;
    passed_id := null;
  end if;
end
$$;
comment on function private.filter_conversations is
  'The newest conversations behind a place in the list that a filter keeps, one more than the page holds if there is one; and, where it stopped on its way, how far it came.';
revoke execute on function private.filter_conversations from public, anon, authenticated, service_role;

drop function public.search_conversations(text, text, int, timestamptz, uuid);
drop function private.search_my_conversations(text, text, int, timestamptz, uuid);

create function private.search_my_conversations(
  search text, status text, page_size int, before_at timestamptz, before_id uuid, filter private.conversation_filter)
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
    from private.find_conversations(tenant, status, before_at, before_id, page_size, private.patterns_of(needle)) f;
  elsif filter is null then
    ids := array(select c.id from private.next_conversations(tenant, status, before_at, before_id, page_size + 1) c);
  else
    select f.ids, f.passed_at, f.passed_id into ids, next_at, next_id
    from private.filter_conversations(tenant, status, before_at, before_id, page_size, filter) f;
  end if;
  if cardinality(ids) > page_size then
    ids := ids[:page_size];
    select c.last_message_at, c.id into next_at, next_id from public.conversations c where c.id = ids[page_size];
  end if;
  -- What a search found is filtered last: the page gets short, and goes on behind what was found.
  return jsonb_build_object(
    'outcome', 'found',
    'conversations', (
      select coalesce(jsonb_agg(e.entry order by e.last_message_at desc, e.id desc), '[]')
      from private.conversation_entries e
      where e.id = any (ids) and (
        filter is null
        or (select private.passes_filter(c, filter) from public.conversations c where c.id = e.id))),
    'next', case when next_id is not null then jsonb_build_object('at', next_at, 'id', next_id) end);
end
$$;
comment on function private.search_my_conversations is 'search_conversations, as definer; the owner is auth.uid().';
revoke execute on function private.search_my_conversations from public, anon;
grant execute on function private.search_my_conversations to authenticated;

create function public.search_conversations(
  search text default null, status text default null, page_size int default 50, before_at timestamptz default null,
  before_id uuid default null, unread boolean default null, intent text default null, answered_by text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select private.search_my_conversations(
    search, status, page_size, before_at, before_id, row(unread, intent, answered_by)::private.conversation_filter)
$$;
comment on function public.search_conversations is
  'A page of the tenant''s conversations, newest first; of those that a search matches: number in any spelling, name or last text, case ignored, one or two characters at the beginning of words; and of those that are (or are not) unread, of an intent, answered by the assistant or a person. Returns { outcome: found, conversations, next: { at, id } | null }; next goes into before_at and before_id, also when a page is short. Refusals: INVALID_PAGE_SIZE, INVALID_STATUS, INVALID_ANSWERER, INVALID_CURSOR, SEARCH_TOO_LONG.';
revoke execute on function public.search_conversations from public, anon, service_role;
grant execute on function public.search_conversations to authenticated;
