-- What is not kept for ever: texts that nobody owns, whom broadcasts refused, and what texts say where the operator wants it so.

create function sms_private.days_setting(setting_name text)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return make_interval(secs => (sms_private.setting(setting_name) #>> '{}')::float8 * 86400);
end
$$;
comment on function sms_private.days_setting is 'A setting in days, as an interval; null for a setting of null.';

create function sms_private.purge_ownerless(older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp() - older_than;
  purged int;
  in_archive int;
  refused int;
begin
  delete from public.sms_messages m where m.id in (
    select old.id from public.sms_messages old
    where old.user_id is null and old.conversation_id is null and old.created_at < moment
    limit batch_size for update skip locked);
  get diagnostics purged = row_count;
  delete from sms_private.archived_messages a where a.id in (
    select old.id from sms_private.archived_messages old where old.user_id is null and old.created_at < moment limit batch_size);
  get diagnostics in_archive = row_count;
  -- Also what could not be stored, where nobody has the number.
  delete from sms_private.texts_set_aside t where t.set_aside_at < moment and not exists (
    select from public.sms_numbers n
    where n.account_sid = t.account_sid and n.number = sms_private.telephone_of(t.to_number));
  get diagnostics refused = row_count;
  return greatest(purged, in_archive, refused);
end
$$;
comment on function sms_private.purge_ownerless is
  'Deletes texts to numbers that nobody has and that are older than that. Returns how many; batch_size means that there may be more.';

-- A text that has not left yet keeps its words. It is as old as it was written, and may be for next year.
create function sms_private.empty_texts(tenant uuid, older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  place sms_private.emptied_until := (select e from sms_private.emptied_until e where e.user_id = tenant);
  since timestamptz := coalesce(place.created_at, '-infinity');
  until timestamptz := clock_timestamp() - older_than;
  later uuid[] := coalesce(place.later, '{}');
  ready uuid[];
  ids uuid[];
  archived uuid[];
  conversations uuid[];
  broadcasts uuid[];
begin
  ready := array(
    select m.id from public.sms_messages m
    where m.id = any (later) and m.body <> '[deleted]' and m.status not in ('scheduled', 'pending', 'unconfirmed')
    limit batch_size for update skip locked);
  ids := array(
    select m.id from public.sms_messages m
    where m.user_id = tenant and m.created_at >= since and m.created_at < until and m.body <> '[deleted]'
      and m.status not in ('scheduled', 'pending', 'unconfirmed')
    order by m.created_at limit batch_size for update skip locked);
  update public.sms_messages m set body = '[deleted]', media = '[]' where m.id = any (ids || ready);
  archived := array(
    select a.id from sms_private.archived_messages a
    where a.user_id = tenant and a.created_at >= since and a.created_at < until and a.message ->> 'body' <> '[deleted]'
    order by a.created_at limit batch_size);
  update sms_private.archived_messages a set message = a.message || '{"body": "[deleted]", "media": []}'
  where a.id = any (archived);
  conversations := array(
    select c.id from public.sms_conversations c
    where c.user_id = tenant and c.last_message_at >= since and c.last_message_at < until
      and c.last_message_preview <> '[deleted]'
    order by c.last_message_at limit batch_size for update skip locked);
  update public.sms_conversations c set last_message_preview = '[deleted]' where c.id = any (conversations);
  broadcasts := array(
    select b.id from public.sms_broadcasts b
    where b.user_id = tenant and b.created_at < until and (b.created_at >= since or b.id = any (later)) and b.body <> '[deleted]'
      and not exists (select from public.sms_messages m
        where m.broadcast_id = b.id and m.status in ('scheduled', 'pending', 'unconfirmed'))
    order by b.created_at limit batch_size for update skip locked);
  update public.sms_broadcasts b set body = '[deleted]', media = '[]' where b.id = any (broadcasts);
  -- The next call begins where this one ended, so that nothing is looked at twice. What was locked, or has not left yet, is
  -- looked at again: by its id, because it may wait for a year.
  until := least(until,
    case when cardinality(ids) >= batch_size then (select max(m.created_at) from public.sms_messages m where m.id = any (ids)) end,
    case when cardinality(archived) >= batch_size
      then (select max(a.created_at) from sms_private.archived_messages a where a.id = any (archived)) end,
    case when cardinality(broadcasts) >= batch_size
      then greatest(since, (select max(b.created_at) from public.sms_broadcasts b where b.id = any (broadcasts))) end,
    case when cardinality(conversations) >= batch_size
      then (select max(c.last_message_at) from public.sms_conversations c where c.id = any (conversations)) end);
  until := least(until, (
    select min(c.last_message_at) from public.sms_conversations c
    where c.user_id = tenant and c.last_message_at >= since and c.last_message_at < until
      and c.last_message_preview <> '[deleted]'));
  later := array(
    select m.id from public.sms_messages m where m.id = any (later) and m.body <> '[deleted]'
    union
    select m.id from public.sms_messages m
    where m.user_id = tenant and m.created_at >= since and m.created_at < until and m.body <> '[deleted]'
    union
    select b.id from public.sms_broadcasts b
    where b.user_id = tenant and b.created_at < until and (b.created_at >= since or b.id = any (later)) and b.body <> '[deleted]');
  insert into sms_private.emptied_until as e (user_id, created_at, later) values (tenant, until, later)
  on conflict on constraint emptied_until_pkey do update set created_at = excluded.created_at, later = excluded.later;
  return greatest(cardinality(ids), cardinality(ready), cardinality(archived), cardinality(conversations), cardinality(broadcasts));
end
$$;
comment on function sms_private.empty_texts is
  'Takes the words and attachments of a tenant''s texts that are older than that: the next batch_size, and what hangs on them. Rows, numbers and figures stay. Returns how many of one kind; batch_size means that there may be more.';

-- Why somebody was refused is kept, and not who: nobody else of theirs is stored, so nobody could erase it.
create function sms_private.purge_refused(older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  purged int;
begin
  update public.sms_broadcasts b set rejected = (
    select jsonb_agg(one.entry || '{"to": "erased"}' order by one.place)
    from jsonb_array_elements(b.rejected) with ordinality one (entry, place))
  where b.id in (
    select old.id from public.sms_broadcasts old
    where old.rejected @? '$[*] ? (@.to != "erased")' and old.created_at < clock_timestamp() - older_than
    order by old.created_at limit batch_size for update skip locked);
  get diagnostics purged = row_count;
  return purged;
end
$$;
comment on function sms_private.purge_refused is
  'Forgets whom broadcasts refused that are older than that: rejected keeps the codes. Returns of how many; batch_size means that there may be more.';

create function sms_private.purge(batch_size int default 500)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '300ms'
as $$
declare
  ownerless int := 0;
  emptied int := 0;
  refused int := 0;
  forgotten int := 0;
  old_keys int;
  old_texts int;
  tenant uuid;
  more boolean;
begin
  if exists (select from sms_private.purges p where p.next_at > clock_timestamp())
    or not pg_try_advisory_xact_lock(hashtextextended('sms_purge', 0)) then
    return null;
  end if;
  begin
    if sms_private.days_setting('ownerless_texts_days') is not null then
      ownerless := sms_private.purge_ownerless(sms_private.days_setting('ownerless_texts_days'), batch_size);
    end if;
    if sms_private.days_setting('refused_recipients_days') is not null then
      refused := sms_private.purge_refused(sms_private.days_setting('refused_recipients_days'), batch_size);
    end if;
    if sms_private.days_setting('texts_days') is not null then
      -- Who has no number any more keeps nothing longer than others.
      for tenant in
        select n.user_id from public.sms_numbers n union select e.user_id from sms_private.emptied_until e order by 1
      loop
        emptied := emptied + sms_private.empty_texts(tenant, sms_private.days_setting('texts_days'), batch_size - emptied);
        exit when emptied >= batch_size;
      end loop;
    end if;
    if sms_private.days_setting('erased_consent_days') is not null then
      forgotten := sms_private.purge_erased_consents(sms_private.days_setting('erased_consent_days'), batch_size);
    end if;
    old_texts := sms_private.read_old_words(batch_size);
    delete from sms_private.unsent_calls u where u.at < clock_timestamp() - interval '1 day';
    delete from sms_private.erased_texts e where e.erased_at < clock_timestamp() - interval '30 days';
    delete from sms_private.idempotency_keys k where (k.user_id, k.key) in (
      select old.user_id, old.key from sms_private.idempotency_keys old
      where old.created_at <= clock_timestamp() - interval '24 hours'
      order by old.created_at limit batch_size for update skip locked);
    get diagnostics old_keys = row_count;
  exception when lock_not_available then
    return null;
  end;
  more := greatest(ownerless, emptied, refused, forgotten, old_keys, old_texts) >= batch_size;
  insert into sms_private.purges as p (next_at)
  values (clock_timestamp() + case when more then interval '0' else interval '1 hour' end)
  on conflict on constraint purges_pkey do update set next_at = excluded.next_at;
  return jsonb_build_object('ownerless', ownerless, 'emptied', emptied, 'refused', refused, 'forgotten', forgotten,
    'more', more);
end
$$;
comment on function sms_private.purge is
  'Deletes what need not be kept, at most batch_size of each kind: ownerless texts (ownerless_texts_days), words of old texts (texts_days), whom broadcasts refused (refused_recipients_days), opt-outs and consents of erased contacts after ten years (erased_consent_days), SIDs of erased texts, used keys. Also reads old texts for opt-outs (read_old_words()). Once an hour, sooner while there is more. Figures stay. Returns { ownerless, emptied, refused, forgotten, more }; null when it is not due, somebody else does it, or something it needs is locked.';
