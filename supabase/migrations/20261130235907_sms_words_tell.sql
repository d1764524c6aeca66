-- sms_words_tell: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop function public.sms_summarize_messages(timestamp with time zone, timestamp
  with time zone, text, text, uuid, uuid, date, date);

drop function public.sms_take_preview_turn(uuid, boolean);

drop function sms_private.minutes_east(text);

drop function sms_private.stat_summary(uuid, uuid, uuid, timestamp with time zone[], timestamp
  with time zone, timestamp with time zone);

drop function sms_private.summarize_messages(timestamp with time zone, timestamp
  with time zone, text, text, uuid, uuid, date, date);

create or replace function public.sms_receive_message(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb, num_segments int,
  opt_out_type text, sent_at timestamptz default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  sender_number text := coalesce(nullif(left(sms_private.telephone_of(from_number), 64), ''), 'unknown');
  own_number text := sms_private.telephone_of(sms_receive_message.to_number);
  answer_by text;
  is_reaction boolean := false;
  text_body text := left(coalesce(body, ''), 16000);
  attachments jsonb := case when media = '[]' then media else sms_private.bounded_media(media) end;
  segments int := case when num_segments >= 0 then num_segments end;
  repeat jsonb;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  keyword text;
  due_in_ms int;
begin
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  select * into number from public.sms_numbers p
  where p.account_sid = sms_receive_message.account_sid and p.number = own_number;
  if not found and own_number like 'rcs:%' then
    select * into number from sms_private.number_of_agent(sms_receive_message.account_sid, own_number,
      sender_number);
  end if;
  if number.id is null then
    perform sms_private.keep_word_to_nobody(sms_receive_message.account_sid, own_number, sender_number,
      sms_private.keyword_of(text_body, opt_out_type, false), coalesce(sent_at, clock_timestamp()));
    -- Also another account's number: whose customer has it is nobody else's business.
    if sms_private.has_many_ownerless(sms_receive_message.account_sid) then
      return jsonb_build_object('outcome', 'unowned', 'message_id', null);
    end if;
    insert into public.sms_messages (message_sid, account_sid, direction, sender, to_number, from_number, body, media,
      status, num_segments, date_created)
    values (sms_receive_message.message_sid, sms_receive_message.account_sid, 'inbound', 'contact',
      left(sms_receive_message.to_number, 128),
      left(sms_receive_message.from_number, 128), text_body, attachments, 'received', segments,
      coalesce(sent_at, clock_timestamp()))
    on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
    returning * into message;
    return jsonb_build_object('outcome', case when message.id is null then 'duplicate' else 'unowned' end,
      'message_id', message.id);
  end if;

  if sent_at is null then
    repeat := sms_private.refuse_texts(number.user_id);
    if repeat is not null then
      return repeat;
    end if;
  end if;
  -- Before the conversation's lock: deleting an assistant locks it first, and then the conversations.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  answer_by := sms_private.via_of(from_number, to_number, number);
  loop
    contact := sms_private.contact_of(number.user_id, sender_number);
    -- Added lately: perhaps an erased one, of whom Twilio brings a text once more.
    if contact.created_at > now() - interval '1 hour' and exists (
      select from sms_private.erased_texts e
      where e.account_sid = sms_receive_message.account_sid and e.message_sid = sms_receive_message.message_sid) then
      delete from public.sms_contacts k where k.id = contact.id and k.created_at = now();
      return jsonb_build_object('outcome', 'duplicate', 'message_id', null, 'conversation_id', null,
        'reply_due_in_ms', null);
    end if;
    -- Twilio takes YES for START after an opt-out. That may be an opt-out that only Twilio knows.
    keyword := sms_private.keyword_of(text_body, opt_out_type,
      sms_private.opt_out_reason(number.id, contact) is not null);
    if keyword is null and attachments = '[]' and sms_private.is_reaction(text_body) then
      is_reaction := sms_private.reacts_to_us(number.id, contact.id, text_body);
    end if;
    conversation := sms_private.conversation_for_inbound(number, contact.id, keyword is not null or is_reaction);
    -- A keyword opens none. Without a contact there is none: it was merged or erased while this waited, and is looked for again.
    exit when conversation.id is not null or sms_private.keep_contact(contact.id);
  end loop;
  if contact.number <> sender_number then
    -- START opens this spelling again.
    perform sms_private.use_spelling(case when keyword is distinct from 'in' then number.id end, contact, sender_number,
      true);
  end if;

  -- Under the conversation's lock (or, for a keyword without one, the unique key) a repeat shows.
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, status, num_segments, date_created, created_at, phone_number_id, assistant_id, via)
  values (sms_receive_message.message_sid, sms_receive_message.account_sid, conversation.id, number.user_id,
    case when conversation.id is not null then sms_private.next_seq(conversation.id, text_body, attachments, 'contact') end,
    'inbound', case when is_reaction then 'reaction' when keyword is null then 'text' else 'keyword' end, 'contact',
    number.number, left(sms_private.telephone_of(sms_receive_message.from_number), 128), text_body, attachments, 'received', segments,
    coalesce(sent_at, clock_timestamp()), clock_timestamp(), number.id,
    coalesce(number.assistant_id, conversation.assistant_id), answer_by)
  on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
  returning * into message;
  if message.id is null then
    return sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  end if;

  if conversation.via is distinct from answer_by and conversation.id is not null then
    update public.sms_conversations v set via = answer_by where v.id = conversation.id;
    conversation.via := answer_by;
  end if;
  if is_reaction then
    -- Nobody answers a thumb.
    due_in_ms := null;
  elsif keyword is null then
    due_in_ms := sms_private.answer_or_say_why(conversation, number, message);
  elsif keyword = 'in' and sent_at is null and sms_private.is_signed_by_tenant(message.account_sid) then
    -- Counts when Twilio's list has it. Due now: who wakes the worker for a reply wakes it for this.
    perform sms_private.ask_for_proof(message);
    due_in_ms := 0;
  elsif keyword = 'in' then
    due_in_ms := sms_private.opt_in(conversation, number, contact.id, message, opt_out_type);
  else
    perform sms_private.apply_keyword(keyword, message, number.id, contact.id, opt_out_type);
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', message.id, 'conversation_id', conversation.id,
    'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;

create or replace function public.sms_summarize_messages(
  from_at timestamptz default null, to_at timestamptz default null, bucket text default 'day',
  time_zone text default 'UTC', phone_number_id uuid default null, assistant_id uuid default null,
  from_day date default null, to_day date default null, last_days int default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select sms_private.summarize_messages(from_at, to_at, bucket, time_zone, phone_number_id, assistant_id, from_day,
    to_day, last_days)
$$;

create or replace function public.sms_take_preview_turn(owner_id uuid, is_anonymous boolean default false,
  time_zone text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  -- A tenant may try its assistant as often a day as it may have automatic replies.
  per_day int := (sms_private.limits_of(owner_id)).tenant_replies_per_day;
  has_come boolean := exists (select from public.sms_accounts a where a.user_id = owner_id)
    or exists (select from public.sms_numbers n where n.user_id = owner_id);
  turn jsonb;
begin
  if not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif is_anonymous or not has_come and not sms_private.is_confirmed(owner_id) then
    return jsonb_build_object('outcome', 'CONFIRM_FIRST');
  elsif per_day = 0 then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', 86400000);
  end if;
  turn := sms_private.take_turn_within(owner_id, 'preview', 20, interval '1 minute');
  if turn ->> 'outcome' = 'taken' and not has_come then
    -- Ten in all: the first comes back in a hundred years.
    turn := sms_private.take_turn_within(owner_id, 'preview_trial', 10, interval '1000 years');
    if turn ->> 'outcome' = 'RATE_LIMITED' then
      return jsonb_build_object('outcome', 'TRIAL_USED_UP');
    end if;
    if turn ->> 'outcome' = 'taken' then
      turn := sms_private.take_project_turn('trial_previews_per_day');
    end if;
  elsif turn ->> 'outcome' = 'taken' and per_day is not null then
    turn := sms_private.take_turn_within(owner_id, 'preview_day', per_day, interval '1 day');
  end if;
  if turn ->> 'outcome' = 'taken' then
    turn := sms_private.take_project_turn('previews_per_day');
  end if;
  if turn ->> 'outcome' = 'taken' then
    turn := turn || jsonb_build_object('minutes_east', sms_private.minutes_east(time_zone));
  end if;
  return turn;
end
$$;

-- There is one candidate, and it may be either of two of our messages. date_updated is when the other one was given up on, or
-- set aside; nothing of it was created later.
create or replace function sms_private.has_rival(message public.sms_messages, since timestamptz, candidate jsonb)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.sms_messages other
    where other.direction = 'outbound' and other.message_sid is null
      and other.status in ('unconfirmed', 'failed')
      and other.account_sid = message.account_sid
      and other.to_number = any (sms_private.spellings_of(message.to_number))
      and other.from_number = message.from_number and other.id <> message.id and other.date_updated >= since
      -- What Twilio refused it may list all the same, as failed.
      and (other.error_code in ('OUTCOME_UNKNOWN', 'OUTCOME_AMBIGUOUS') or candidate ->> 'status' = 'failed')
      -- The words tell two texts apart, where Twilio lists them as they are.
      and (sms_private.says_the_same(message.body, candidate ->> 'body')
        and not sms_private.says_the_same(other.body, candidate ->> 'body')) is not true)
$$;

-- A tenant may be deleted while its contact's STOP is on the way: the webhook comes again, and nobody has the number any more.
-- Not from an account whose tenant could sign what it likes about numbers of others.
create or replace function sms_private.keep_word_to_nobody(account_sid text, own_number text, sender_number text, keyword text,
  said_at timestamptz)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
begin
  if keyword is null or keyword not in ('in', 'out') or sms_private.is_signed_by_tenant(account_sid)
    or own_number !~ '^\+[1-9][0-9]{6,14}$' or sender_number !~ '^\+[1-9][0-9]{6,14}$'
    or exists (select from public.sms_numbers n where n.number = own_number) then
    return;
  end if;
  if keyword = 'out' then
    perform sms_private.keep_suppressions(array[row(sms_private.canonical_number(sender_number), own_number, nobody,
      'opted_out', 'keyword', said_at)::sms_private.opt_out_to_keep]);
    return;
  end if;
  delete from sms_private.suppressions s
  using sms_private.suppressions_of(sms_private.canonical_number(sender_number)) known
  where s.key_id = known.key_id and s.contact_hash = known.contact_hash and s.sending_number = known.sending_number
    and s.user_id = known.user_id and s.sending_number = own_number and s.user_id = nobody and s.opted_out_at <= said_at;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  raise warning 'A keyword to a number that nobody has could not be kept: %', sqlerrm;
end
$$;

-- START. Only what is older than it: a START may be recovered late.
create or replace function sms_private.lift_suppressions(number_id uuid, contact_id uuid, said_at timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  lifted record;
  later boolean := false;
begin
  select * into contact from public.sms_contacts k where k.id = lift_suppressions.contact_id;
  if not exists (select from sms_private.suppressions s join public.sms_numbers n on n.number = s.sending_number
    where n.user_id = contact.user_id)
    and not exists (select from sms_private.suppressions s where s.user_id = contact.user_id) then
    return true;
  end if;
  for lifted in
    select n.id as number_id, s.* from sms_private.suppressions_of(contact.canonical_number) s
    left join public.sms_numbers n on n.number = s.sending_number and n.user_id = contact.user_id
    where n.id is not null and (s.reason = 'opted_out' or n.id = lift_suppressions.number_id)
      or n.id is null and s.reason = 'opted_out' and s.user_id = contact.user_id
    order by n.id
  loop
    if lifted.opted_out_at > said_at then
      later := later or lifted.number_id is not distinct from lift_suppressions.number_id;
      continue;
    end if;
    if lifted.number_id is null and lifted.sending_number <> '' then
      -- A number that the tenant had. It stays bound, and binds no number that the tenant adds.
      update sms_private.suppressions s set reason = 'sender_blocked'
      where s.key_id = lifted.key_id and s.contact_hash = lifted.contact_hash and s.user_id = lifted.user_id
        and s.sending_number = lifted.sending_number;
      continue;
    end if;
    delete from sms_private.suppressions s
    where s.key_id = lifted.key_id and s.contact_hash = lifted.contact_hash and s.user_id = lifted.user_id
      and s.sending_number = lifted.sending_number;
    if lifted.user_id <> contact.user_id and lifted.reason = 'opted_out' and sms_private.is_user(lifted.user_id) then
      -- Who had this number before is another business, which they did not opt in to. What it adds stays bound.
      insert into sms_private.suppressions as s (key_id, contact_hash, sending_number, user_id, reason, source, opted_out_at)
      values (lifted.key_id, lifted.contact_hash, '', lifted.user_id, lifted.reason, lifted.source, lifted.opted_out_at)
      on conflict on constraint suppressions_pkey do update
      set opted_out_at = greatest(s.opted_out_at, excluded.opted_out_at);
    end if;
    delete from sms_private.sender_blocks b
    where b.phone_number_id = lifted.number_id and b.contact_id = contact.id and b.at = lifted.opted_out_at;
  end loop;
  return not later;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- The contact's word is stored all the same, and unblocks this number.
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
end
$$;

-- One clock for all: that of Postgres. A function's runtime has a list of time zones of its own, which may be a year older
-- (findings/deno-and-postgres-differ-on-the-hour-in-vancouver.sh).
create or replace function sms_private.minutes_east(zone text, moment timestamptz default now())
returns int
language plpgsql stable strict set search_path = ''
as $$
begin
  return extract(epoch from (moment at time zone zone) - (moment at time zone 'UTC'))::int / 60;
exception when invalid_parameter_value then
  return null;
end
$$;

create or replace function sms_private.record_lookup(
  message public.sms_messages, job sms_private.jobs, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  since timestamptz := job.attempted_at - sms_private.span_setting('lookup_reach_seconds');
  age interval := clock_timestamp() - greatest(job.attempted_at, job.resent_at);
  why text := concat_ws(' ', 'LOOKUP_FAILED:', result ->> 'error_code', result ->> 'error_message');
  candidates jsonb[];
  same jsonb[];
  candidate jsonb;
begin
  case
  -- No list is not an empty list: it is asked for again, ever more slowly, for an hour. So poison never holds
  -- its pair up for ever.
  when result ->> 'outcome' in ('failed', 'unrecordable') then
    if age > sms_private.span_setting('lookup_give_up_seconds') then
      perform sms_private.set_lookup_aside(message, job, why,
        'Whether the carrier has this text could not be found out. It is not sent again; '
        'look into the carrier''s log.');
      return 'set_aside';
    end if;
    update sms_private.jobs delivery set last_error = left(why, 500) where delivery.id = job.id;
    perform sms_private.ask_again(question, question.tries,
      least(greatest(age / 4, interval '2 seconds'), interval '5 minutes'), why);
    return 'postponed';
  when result ->> 'outcome' = 'listed' then
    candidates := array(select sms_private.lookup_candidates(message, since, result -> 'texts'));
  end case;
  if cardinality(candidates) = 0 then
    return sms_private.record_empty_lookup(message, job, question);
  end if;
  if sms_private.is_restored(message, job) then
    -- Others were sent to this contact since the backup. Which of them is this text, only its words say.
    select given into candidate from unnest(candidates) given
    where sms_private.says_the_same(message.body, given ->> 'body')
    order by (given ->> 'date_created')::timestamptz limit 1;
    if not found then
      perform sms_private.set_lookup_aside(message, job,
        format('OUTCOME_AMBIGUOUS: %s texts since the backup may be this one', cardinality(candidates)),
        'A backup was restored. Since then the carrier sent other texts to this contact, and this one may be among them. '
        'It is not sent again; look into the carrier''s log.');
      return 'ambiguous';
    end if;
  else
    same := array(select given from unnest(candidates) given where sms_private.says_the_same(message.body, given ->> 'body'));
    -- Of several, the one with these words. Twice these words are two that may be it.
    candidates := case when cardinality(same) = 1 then same else candidates end;
    candidate := candidates[1];
  end if;
  if not sms_private.is_restored(message, job)
    and (cardinality(candidates) > 1 or sms_private.has_rival(message, since, candidate)) then
    perform sms_private.set_lookup_aside(message, job,
      format('OUTCOME_AMBIGUOUS: %s texts at the carrier may be this one', cardinality(candidates)),
      'Several texts between these numbers were under way at once, and which of them the carrier has is not '
      'certain. This one is not sent again; look into the carrier''s log.');
    return 'ambiguous';
  end if;
  perform sms_private.record_twilio_sid(message, candidate ->> 'message_sid', candidate ->> 'status',
    sms_private.twilio_code(candidate ->> 'error_code'), candidate ->> 'error_message', 'lookup',
    (candidate ->> 'num_segments')::int);
  return 'adopted';
end
$$;

create or replace function sms_private.stat_summary(tenant uuid, number uuid, assistant uuid, starts timestamptz[],
  from_at timestamptz,
  to_at timestamptz, time_zone text)
returns jsonb
language plpgsql stable set search_path = '' set max_parallel_workers_per_gather = 0 set jit = off
as $$
declare
  -- Nothing is stored in the future. So a range that ends after now is extended to the end of its day: whole sums, no
  -- quarter hours.
  whole_to timestamptz := case when to_at < now() then to_at
    else date_bin('1 day', to_at + interval '1 day' - interval '1 microsecond', '2000-01-01 00:00:00+00') end;
  unfolded sms_private.stat_deltas[] := sms_private.unfolded_figures(tenant, number, assistant, from_at, whole_to);
begin
  return (
    with series as materialized (
      select * from sms_private.stat_series(tenant, number, assistant, starts, from_at, whole_to, unfolded)
    ), facets as materialized (
      select * from sms_private.stat_facets(tenant, number, assistant, from_at, whole_to, unfolded)
    ), answers as (
      select b.bin, sum(b.answers) over (order by b.bin) as upto, sum(b.answers) over () as total
      from (select f.label::int as bin, f.messages as answers from facets f where f.facet = 'answer_bin') b
    ), places as (
      select s.place, sum(s.inbound) as inbound, sum(s.outbound) as outbound, sum(s.delivered) as delivered,
        sum(s.failed) as failed, sum(s.segments) as segments,
        coalesce(jsonb_agg(jsonb_build_object('currency', s.price_unit, 'amount', -s.price) order by s.price_unit)
          filter (where s.price_unit is not null), '[]') as cost
      from series s group by s.place
    ), totals as (
      select coalesce(sum(s.inbound), 0) as inbound, coalesce(sum(s.outbound), 0) as outbound,
        coalesce(sum(s.delivered), 0) as delivered, coalesce(sum(s.failed), 0) as failed,
        coalesce(sum(s.segments), 0) as segments, coalesce(sum(s.conversations), 0) as conversations
      from series s
    )
    select jsonb_build_object(
      'totals', jsonb_build_object(
        'inbound', t.inbound, 'outbound', t.outbound, 'delivered', t.delivered, 'failed', t.failed,
        'delivery_rate', round(t.delivered / nullif(t.delivered + t.failed, 0), 4),
        'segments', t.segments, 'conversations', t.conversations,
        'opt_outs', sms_private.count_consents(tenant, number, assistant, from_at, to_at, 'opt_out'),
        'opt_ins', sms_private.count_consents(tenant, number, assistant, from_at, to_at, 'opt_in'),
        'statuses', (
          select coalesce(jsonb_agg(jsonb_build_object('direction', f.facet, 'status', f.label, 'messages', f.messages)
            order by f.facet, f.messages desc, f.label), '[]')
          from facets f where f.facet in ('inbound', 'outbound')),
        'intents', (
          select coalesce(jsonb_agg(jsonb_build_object('intent', f.label, 'messages', f.messages)
            order by f.messages desc, f.label), '[]')
          from facets f where f.facet = 'intent'),
        'cost', (
          select coalesce(jsonb_agg(jsonb_build_object('currency', c.price_unit, 'amount', c.amount)
            order by c.price_unit), '[]')
          from (select s.price_unit, -sum(s.price) as amount from series s
            where s.price_unit is not null group by 1) c),
        'answer_time', (
          select jsonb_build_object('count', coalesce(max(a.total), 0),
            'median_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.5 * a.total) + 0.5), 2),
            'p95_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.95 * a.total) + 0.5), 2))
          from answers a)),
      'series', (
        select jsonb_agg(jsonb_build_object('start', b.at,
          'minutes_east', sms_private.minutes_east(time_zone, b.at), 'inbound', coalesce(p.inbound, 0),
          'outbound', coalesce(p.outbound, 0), 'delivered', coalesce(p.delivered, 0), 'failed', coalesce(p.failed, 0),
          'segments', coalesce(p.segments, 0), 'cost', coalesce(p.cost, '[]')) order by b.place)
        from unnest(starts) with ordinality b (at, place) left join places p on p.place = b.place))
    from totals t);
end
$$;

create or replace function sms_private.summarize_messages(
  from_at timestamptz, to_at timestamptz, bucket text, time_zone text, phone_number_id uuid, assistant_id uuid,
  from_day date, to_day date, last_days int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  range_from timestamptz := from_at;
  range_to timestamptz := to_at;
  starts timestamptz[];
begin
  if phone_number_id is not null and not exists (
    select from public.sms_numbers n where n.id = summarize_messages.phone_number_id and n.user_id = tenant) then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  elsif assistant_id is not null and not sms_private.has_assistant(tenant, assistant_id) then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  elsif coalesce(bucket, '') not in ('hour', 'day') then
    return jsonb_build_object('outcome', 'INVALID_BUCKET');
  elsif not sms_private.is_time_zone(time_zone) then
    return jsonb_build_object('outcome', 'INVALID_TIME_ZONE');
  -- No message is older or newer, and Postgres can still compute with these dates.
  elsif least(from_at, to_at, from_day, to_day) < '2000-01-01'
    or greatest(from_at, to_at, from_day, to_day) > '2100-01-01' then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  elsif last_days is not null and (last_days not between 1 and 1000 or num_nonnulls(from_at, to_at, from_day, to_day) > 0) then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  if last_days is not null then
    to_day := (now() at time zone time_zone)::date + 1;
    from_day := to_day - last_days;
  end if;
  if range_to is null then
    range_to := coalesce((select d from sms_private.day_starts(to_day, to_day, time_zone) d), now());
  end if;
  if range_from is null then
    from_day := coalesce(from_day, ((range_to - interval '1 microsecond') at time zone time_zone)::date - 29);
    range_from := (select d from sms_private.day_starts(from_day, from_day, time_zone) d);
  end if;
  if range_from >= range_to then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  -- Widened to quarters of an hour, so that what was asked for is in it.
  range_from := date_bin('15 minutes', range_from, '2000-01-01 00:00:00+00');
  range_to := date_bin('15 minutes', range_to + interval '15 minutes' - interval '1 microsecond',
    '2000-01-01 00:00:00+00');
  -- Before there are too many of them, and then for those there are.
  if range_to - range_from <= 1001 * ('1 ' || bucket)::interval then
    starts := array(select sms_private.bucket_starts(bucket, range_from, range_to, time_zone));
  end if;
  if starts is null or cardinality(starts) > 1000 then
    return jsonb_build_object('outcome', 'RANGE_TOO_LARGE');
  end if;
  return jsonb_build_object('outcome', 'summarized', 'from', range_from, 'to', range_to, 'bucket', bucket,
      'time_zone', time_zone)
    || sms_private.stat_summary(tenant, phone_number_id, assistant_id, starts, range_from, range_to, time_zone);
end
$$;

comment on function public.sms_summarize_messages(timestamp with time zone, timestamp
  with time zone, text, text, uuid, uuid, date, date, integer) is 'Figures of the signed-in tenant''s messages, in all and by hour or day of a time zone, up to this moment. The range, widened to quarters of an hour, is from_at or the start of from_day until before to_at or the start of to_day; by default the last 30 days, today included. last_days: so many days instead, today included to its end, by the database''s clock. Returns { outcome: summarized, from, to, bucket, time_zone, totals, series }, or INVALID_TIME_ZONE, INVALID_BUCKET, INVALID_RANGE, RANGE_TOO_LARGE (over 1,000 buckets), NUMBER_NOT_FOUND, ASSISTANT_NOT_FOUND.';

comment on function public.sms_take_preview_turn(uuid, boolean, text) is 'Takes a turn at trying an assistant: 20 a minute, and as many a day as the tenant may have automatic replies; ten in all for a user without an account or number; none for an anonymous one. Outcomes: taken (minutes_east: by how much the clocks of time_zone are before UTC now, null where there is no such zone), RATE_LIMITED (retry_after_ms), PROJECT_LIMIT (retry_after_ms: all users together), TRIAL_USED_UP, CONFIRM_FIRST, USER_NOT_FOUND.';

comment on function sms_private.has_rival(public.sms_messages, timestamp
  with time zone, jsonb) is 'Whether another of our messages between the same numbers, attempted within reach, may be what Twilio lists. One with other words is not, where these are the message''s.';

comment on function sms_private.keep_word_to_nobody(text, text, text, text, timestamp
  with time zone) is 'STOP to a number that nobody has binds who has it next, START frees them. Only on an account that the operator signs for.';

comment on function sms_private.lift_suppressions(uuid, uuid, timestamp
  with time zone) is 'The contact opted in: deletes what is kept of their opt-out for this number, and for all numbers of the tenant where they had opted out of all. A tenant who had such a number before stays bound by it in all that it adds. False when they opted out of this number later than that.';

comment on function sms_private.minutes_east(text, timestamp with time zone) is 'By how many minutes the clocks of this time zone are before UTC at a moment; null where the zone does not exist.';

comment on function sms_private.stat_summary(uuid, uuid, uuid, timestamp with time zone[], timestamp
  with time zone, timestamp with time zone, text) is 'What sms_summarize_messages() answers, for a range and its buckets that are known to be right.';

comment on function sms_private.summarize_messages(timestamp with time zone, timestamp
  with time zone, text, text, uuid, uuid, date, date, integer) is 'sms_summarize_messages, as definer, for sms_private.tenant_id().';

-- Who may do what.
revoke all on function public.sms_summarize_messages(timestamp with time zone,timestamp with time zone,text,text,uuid,uuid,date,date,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_take_preview_turn(uuid,boolean,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_word_to_nobody(text,text,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.minutes_east(text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.stat_summary(uuid,uuid,uuid,timestamp with time zone[],timestamp with time zone,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.summarize_messages(timestamp with time zone,timestamp with time zone,text,text,uuid,uuid,date,date,integer) from public, anon, authenticated, service_role;
grant execute on function public.sms_summarize_messages(timestamp with time zone,timestamp with time zone,text,text,uuid,uuid,date,date,integer) to authenticated;
grant execute on function public.sms_take_preview_turn(uuid,boolean,text) to service_role;
grant execute on function sms_private.keep_word_to_nobody(text,text,text,text,timestamp with time zone) to service_role;
grant execute on function sms_private.minutes_east(text,timestamp with time zone) to service_role;
grant execute on function sms_private.stat_summary(uuid,uuid,uuid,timestamp with time zone[],timestamp with time zone,timestamp with time zone,text) to service_role;
grant execute on function sms_private.summarize_messages(timestamp with time zone,timestamp with time zone,text,text,uuid,uuid,date,date,integer) to authenticated;
grant execute on function sms_private.summarize_messages(timestamp with time zone,timestamp with time zone,text,text,uuid,uuid,date,date,integer) to service_role;

reset check_function_bodies;
