-- What a claim holds while its broadcast is resumed is released too.

-- A text that was claimed when its broadcast was paused, and came back unsent, meets the pause at its next claim.
-- The broadcast is locked, so that resume_broadcast waits for this claim and finds what it held: what it did not find
-- would be due in a hundred years, and lost. A claim waits for nobody: while somebody changes the broadcast, the text
-- stays as it is, for the next claim.
create or replace function private.hold_if_paused(m public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if not exists (
    select from public.broadcasts b
    where b.id = m.broadcast_id and b.paused_at is not null and b.canceled_at is null) then
    return false;
  end if;
  perform from public.broadcasts b
  where b.id = m.broadcast_id and b.paused_at is not null and b.canceled_at is null for share skip locked;
  if found then
    update private.jobs j set due_at = j.due_at + private.hold_span() where j.message_id = m.id and j.kind = 'deliver';
  end if;
  return true;
end
$$;
comment on function private.hold_if_paused is
  'True for a delivery that must not be claimed now: its broadcast is paused, and it is held, or is being changed. The caller holds the locks of text and job.';
