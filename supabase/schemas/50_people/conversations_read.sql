-- Reading one conversation.

-- Which conversation a caller means: by id, or the newest with a contact (on one of the tenant's numbers, if named).
create function sms_private.find_conversation(tenant uuid, conversation_id uuid, contact_number text, from_number text)
returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  -- On its own: joined, the planner may go down the whole list in search of the contact.
  contact uuid := sms_private.contact_named(tenant, contact_number);
  numbers uuid[] := array(
    select n.id from public.sms_numbers n where n.user_id = tenant and n.number = from_number);
begin
  if conversation_id is not null then
    return (select c.id from public.sms_conversations c
      where c.id = find_conversation.conversation_id and c.user_id = tenant);
  end if;
  return (
    select c.id from public.sms_conversations c
    where c.contact_id = contact and c.user_id = tenant and (from_number is null or c.phone_number_id = any (numbers))
    order by c.last_message_at desc, c.id desc
    limit 1);
end
$$;
comment on function sms_private.find_conversation is
  'The id of a tenant''s conversation, by id or by number; null when there is none.';

create function sms_private.get_my_conversation(
  conversation_id uuid, contact_number text, from_number text, page_size int, before_seq bigint)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  found_id uuid := sms_private.find_conversation((select sms_private.tenant_id()), conversation_id, contact_number,
    from_number);
  newest_first public.sms_messages[];
begin
  if page_size is null or page_size not between 1 and 100 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  elsif found_id is null then
    return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
  end if;
  newest_first := array(
    select m from public.sms_messages m
    where m.conversation_id = found_id and m.seq < coalesce(before_seq, 9223372036854775807)
    order by m.seq desc limit page_size + 1);
  return jsonb_build_object(
    'outcome', 'found',
    'conversation', (select e.entry from sms_private.conversation_entries e where e.id = found_id),
    'messages', to_jsonb(newest_first[:page_size]),
    'next_seq', newest_first[page_size + 1].seq + 1);
end
$$;
comment on function sms_private.get_my_conversation is
  'sms_get_conversation, as definer, for sms_private.tenant_id().';

create function public.sms_get_conversation(
  conversation_id uuid default null, contact_number text default null, from_number text default null,
  page_size int default 50, before_seq bigint default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.get_my_conversation(conversation_id, contact_number, from_number, page_size, before_seq) $$;
comment on function public.sms_get_conversation is
  'A conversation (by id, or the newest with a contact, on one of your numbers if from_number names it) and a page of its messages, newest first. Returns { outcome: found, conversation, messages, next_seq }; next_seq goes into before_seq, null at the end. Refusals: CONVERSATION_NOT_FOUND, INVALID_PAGE_SIZE.';

-- The newest messages are in the newest conversations: so many of those, and so many messages of each, are enough.
create function sms_private.list_my_messages_with(contact_number text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  contact uuid := sms_private.contact_named(tenant, contact_number);
begin
  if page_size is null or page_size not between 1 and 100 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  end if;
  return jsonb_build_object('outcome', 'found', 'messages', (
    select coalesce(jsonb_agg(to_jsonb(newest) order by newest.created_at desc, newest.seq desc), '[]')
    from (
      select m.* from (
        select c.id from public.sms_conversations c
        where c.contact_id = contact and c.user_id = tenant
        order by c.last_message_at desc, c.id desc limit page_size) talks
      cross join lateral (
        select s.* from public.sms_messages s where s.conversation_id = talks.id
        order by s.seq desc limit page_size) m
      union all
      (select s.* from public.sms_messages s
       where s.user_id = tenant and s.from_number = any (sms_private.spellings_of(contact_number))
         and s.conversation_id is null
       order by s.created_at desc limit page_size)
      order by created_at desc, seq desc limit page_size) newest));
end
$$;
comment on function sms_private.list_my_messages_with is 'sms_list_messages_with, as definer, for sms_private.tenant_id().';

create function public.sms_list_messages_with(contact_number text, page_size int default 50)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.list_my_messages_with(contact_number, page_size) $$;
comment on function public.sms_list_messages_with is
  'The newest messages from and to a number, in all conversations and outside of them. Returns { outcome: found, messages }; a number nobody texted with has none. Refusal: INVALID_PAGE_SIZE.';

-- Under the caller's own rights: row level security says whose message it is.
create function public.sms_get_attachment(
  message_id uuid, attachment int, conversation_id uuid default null, contact_number text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce((
    select jsonb_build_object('outcome', 'found', 'account_sid', m.account_sid, 'direction', m.direction,
      'url', m.media -> attachment ->> 'url', 'content_type', m.media -> attachment ->> 'content_type')
    from public.sms_messages m
    where m.id = message_id and attachment >= 0 and m.media -> attachment ->> 'url' is not null
      and (sms_get_attachment.conversation_id is null or m.conversation_id = sms_get_attachment.conversation_id)
      and (contact_number is null or contact_number in (m.from_number, m.to_number) or exists (
        select from public.sms_conversations c
        where c.id = m.conversation_id and c.contact_id = sms_private.my_contact(contact_number)))),
    jsonb_build_object('outcome', 'MEDIA_NOT_FOUND'))
$$;
comment on function public.sms_get_attachment is
  'Where an attachment of one of the tenant''s messages is, the first being 0. Returns { outcome: found, account_sid, direction, url, content_type }, or MEDIA_NOT_FOUND.';
