-- Opt-outs that an earlier installation left behind when it was removed (supabase/remove.sql).

create function sms_private.take_in_kept_opt_outs()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  taken int;
begin
  if to_regclass('sms_kept.opt_outs') is null then
    return 0;
  end if;
  insert into sms_private.suppression_keys (id, secret, fingerprint)
  select k.id, k.secret, k.fingerprint from sms_kept.suppression_keys k
  on conflict do nothing;
  insert into sms_private.suppressions (key_id, contact_hash, sending_number, user_id, reason, source, opted_out_at)
  select o.key_id, o.contact_hash, o.sending_number, o.user_id, o.reason, o.source, o.opted_out_at from sms_kept.opt_outs o
  where o.contact_hash is not null
  on conflict do nothing;
  perform sms_private.keep_suppressions(array(
    select row(sms_private.canonical_number(o.contact_number), o.sending_number, o.user_id, o.reason, o.source,
      o.opted_out_at)::sms_private.opt_out_to_keep
    from sms_kept.opt_outs o where o.contact_number is not null));
  select count(*) into taken from sms_kept.opt_outs;
  drop table sms_kept.opt_outs, sms_kept.suppression_keys;
  begin
    drop schema sms_kept;
  exception when dependent_objects_still_exist then
    raise notice 'The schema sms_kept has something of yours and stays. Its opt-outs are taken in.';
  end;
  return taken;
end
$$;
comment on function sms_private.take_in_kept_opt_outs is
  'Takes in the opt-outs in sms_kept, before there are numbers or contacts, and drops that schema. Returns how many. The installation calls it.';
