-- How many texts may come in. A form is signed with a token that the tenant may have too (docs/decisions/0043).

-- Counted for one text in twenty, so that a text costs one step into an index. When the limit is used up, the tenant's row of
-- turns says until when, and every text reads that.
create function sms_private.refuse_texts(tenant uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
  again_at timestamptz;
  allowed int;
begin
  select t.next_at into again_at from sms_private.turns t
  where t.user_id = tenant and t.action = 'texts' and t.next_at > moment;
  if again_at is null and random() < 0.05 then
    allowed := (sms_private.limits_of(tenant)).texts_per_minute;
    if allowed is not null and (
      select count(*) from (
        select from public.sms_messages m
        where m.user_id = tenant and m.direction = 'inbound' and m.created_at > moment - interval '1 minute'
        order by m.created_at desc limit allowed) newest) >= allowed
    then
      again_at := moment + interval '1 minute';
      insert into sms_private.turns as t (user_id, action, next_at) values (tenant, 'texts', again_at)
      on conflict on constraint turns_pkey do update set next_at = excluded.next_at;
    end if;
  end if;
  if again_at is null then
    return null;
  end if;
  return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', sms_private.milliseconds_until(again_at));
end
$$;
comment on function sms_private.refuse_texts is
  'RATE_LIMITED with retry_after_ms where webhooks bring a tenant more texts a minute than its limit; else null.';

create function sms_private.has_many_ownerless(account_sid text)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  return 1000 <= (
    select count(*) from (
      select from public.sms_messages m
      where m.user_id is null and m.account_sid = has_many_ownerless.account_sid
        and m.created_at > clock_timestamp() - interval '1 day'
      order by m.created_at desc limit 1000) newest);
end
$$;
comment on function sms_private.has_many_ownerless is
  'Whether an account had a thousand texts to numbers that nobody has within a day: more are not kept.';

-- Twilio brings ten at most (https://www.twilio.com/docs/messaging/guides/webhook-request).
create function sms_private.bounded_media(media jsonb)
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('url', left(given.entry ->> 'url', 2048),
    'content_type', left(given.entry ->> 'content_type', 100)) order by given.place), '[]')
  from jsonb_array_elements(case when jsonb_typeof(media) = 'array' then media else '[]' end) with ordinality
    given (entry, place)
  where given.place <= 10
$$;
comment on function sms_private.bounded_media is 'Attachments of an inbound text, ten at most, with an address and a type of bounded length.';

-- A status that says nothing new is kept, but not without end.
create function sms_private.is_known_well(message public.sms_messages, sid text, status text, code text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  -- Most reports end here.
  if sms_private.says_more(message, left(status, 64), code) and coalesce(message.message_sid = sid, true) then
    return false;
  end if;
  return 40 <= (select count(*) from (
    select from public.sms_message_events e where e.message_id = message.id limit 40) known);
end
$$;
comment on function sms_private.is_known_well is
  'Whether a report says nothing new of a message of which forty events are kept: it is answered, and not stored.';
