-- For the texts that were there before, and for an operator who doubts the figures. Texts wait while it runs.
create function private.recount_stats()
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  lock table public.sms_messages in share row exclusive mode;
  perform pg_advisory_xact_lock(hashtextextended('fold_stats', 0));
  delete from private.stat_deltas;
  delete from public.message_stats;
  delete from private.stat_hours;
  delete from private.stat_days;
  insert into private.stat_deltas (user_id, bucket, phone_number_id, assistant_id, direction, sender, status, intent,
    price_unit, answer_bin, messages, conversations, segments, price)
  select c.user_id, c.bucket, c.phone_number_id, c.assistant_id, c.direction, c.sender, c.status, c.intent,
    c.price_unit, c.answer_bin, sum(c.messages), sum(c.conversations), sum(c.segments), sum(c.price)
  from public.sms_messages m cross join lateral private.contribution_of(m) c
  where c.user_id is not null
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
  perform private.fold_deltas(2147483647);
end
$$;
comment on function private.recount_stats is
  'Counts everything anew from sms_messages. Not needed in normal life; run by the database''s owner.';
revoke execute on function private.recount_stats from public, anon, authenticated, service_role;
select private.recount_stats();
