-- What stays of consents when a contact is erased, and for how long.

-- Virginia asks that an opt-out is honored for at least ten years (Code of Virginia, section 59.1-514; SB 1339 of 2025).
create function sms_private.purge_erased_consents(older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp() - greatest(older_than, interval '10 years');
  opt_outs int;
  consents int;
begin
  delete from sms_private.suppressions s where (s.key_id, s.contact_hash, s.sending_number, s.user_id) in (
    select old.key_id, old.contact_hash, old.sending_number, old.user_id from sms_private.suppressions old
    where old.opted_out_at < moment limit batch_size for update skip locked);
  get diagnostics opt_outs = row_count;
  delete from sms_private.kept_consents c where c.id in (
    select old.id from sms_private.kept_consents old where old.kept_at < moment
    order by old.kept_at limit batch_size for update skip locked);
  get diagnostics consents = row_count;
  return greatest(opt_outs, consents);
end
$$;
comment on function sms_private.purge_erased_consents is
  'Deletes opt-outs and consents of contacts that were erased longer ago than that, and never before ten years are over. Returns how many of one kind; batch_size means that there may be more.';

-- What was written is erased; when and on what form it was agreed is the tenant's defence, and names nobody. A key that cannot be
-- read stops no erasure: an opt-out must not be lost, proof may be.
create function sms_private.keep_consents(contact public.sms_contacts)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  key int;
begin
  if contact.wrote_at is null and not exists (
    select from public.sms_consent_events e where e.contact_id = contact.id and e.change <> 'help') then
    return;
  end if;
  key := sms_private.newest_suppression_key();
  insert into sms_private.kept_consents (key_id, contact_hash, user_id, change, basis, said_at, source, page, form_text)
  select key, hashed.hash, contact.user_id, h.change, h.basis, h.said_at, h.source, split_part(split_part(h.page, '?', 1), '#', 1),
    h.form_text
  from (select sms_private.hmac_sha256(sms_private.suppression_secret(key), convert_to(contact.canonical_number, 'UTF8')) as hash
    offset 0) hashed
  cross join sms_private.consent_history(contact) h
  order by h.said_at;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  raise warning 'Consents of an erased contact could not be kept: %', sqlerrm;
end
$$;
comment on function sms_private.keep_consents is
  'Keeps of a contact that is being erased when it consented and took that back, by a keyed hash of its number.';

create function sms_private.kept_consents_of(tenant uuid, number text)
returns setof sms_private.kept_consents
language sql stable set search_path = ''
as $$
  select c.* from sms_private.suppression_keys k
  cross join unnest(sms_private.spellings_of(kept_consents_of.number)) spelling
  join sms_private.kept_consents c on c.user_id = tenant and c.key_id = k.id
    and c.contact_hash = sms_private.hmac_sha256(sms_private.suppression_secret(k.id), convert_to(spelling, 'UTF8'))
  order by c.said_at, c.id
$$;
comment on function sms_private.kept_consents_of is
  'What is kept of somebody who was erased, for who gives their number: when they consented to this tenant, on what form, and when they took it back. For the database''s owner.';
