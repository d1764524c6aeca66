-- A number that lost its assistant: the conversation says so. If it cannot be written, the claim of all others goes on.
create function private.end_unassigned_reply(job private.jobs)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.conversations c set ai_paused_reason = 'no_assistant' where c.id = job.conversation_id;
  delete from private.jobs j where j.id = job.id;
exception when others then
  perform private.raise_if_transient(sqlstate, sqlerrm);
  perform private.set_job_aside(job.id, 'NOT_STORABLE: ' || sqlerrm);
end
$$;
comment on function private.end_unassigned_reply is
  'Ends a reply that nobody is there to give any more, and says so on the conversation. The caller holds both.';
revoke execute on function private.end_unassigned_reply from public, anon, authenticated;
grant execute on function private.end_unassigned_reply to service_role;

create or replace function public.claim_replies(
  batch_size int, lease_seconds int, max_attempts int default 5, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 200);
  candidate uuid;
  job private.jobs;
  context jsonb;
  claimed jsonb := '[]';
  next_due timestamptz;
  -- A parameter can bound an index scan; clock_timestamp() itself is asked again for every row.
  moment timestamptz := clock_timestamp();
begin
  for candidate in
    with tenants as materialized (
      select t.id, coalesce((in_hand ->> t.id::text)::int, 0) as held
      from private.tenants_to_answer() t (id)
      cross join lateral (
        select from private.jobs j
        where j.kind = 'reply' and j.set_aside_at is null and j.user_id = t.id and j.due_at <= moment
          and (j.lease_expires_at is null or j.lease_expires_at <= moment)
        order by j.due_at limit 1) due
    ), due as (
      -- Tenants take turns: who has least in hand, and among equals the oldest.
      select d.id, d.due_at, t.held + d.place as turn
      from tenants t
      cross join lateral (
        select j.id, j.due_at, row_number() over (order by j.due_at) as place
        from private.jobs j
        where j.kind = 'reply' and j.set_aside_at is null and j.user_id = t.id and j.due_at <= moment
          and (j.lease_expires_at is null or j.lease_expires_at <= moment)
        -- Where there are more tenants than room, the first of each are enough.
        order by j.due_at limit case when (select count(*) from tenants) > room then 1 else room end
      ) d
    ), ranked as (
      select d.id, d.turn, row_number() over (order by d.turn, d.due_at, d.id) as place from due d
    )
    select r.id from ranked r
    where r.place <= room
      -- Before this one the tenant has turn - 1 in hand, and room - (place - 1) slots are free.
      and (in_hand is null or r.turn - 1 < room - (r.place - 1))
    order by r.place
  loop
    -- By its id each, and in this order; what somebody else has locked is skipped.
    update private.jobs j
    set lease_token = gen_random_uuid(), lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds),
      attempts = j.attempts + 1
    where j.id = (
      select q.id from private.jobs q
      where q.id = candidate and q.set_aside_at is null and q.due_at <= moment
        and (q.lease_expires_at is null or q.lease_expires_at <= moment)
      for update skip locked)
    returning * into job;
    continue when not found;
    context := private.reply_context(job);
    if job.attempts <= max_attempts and context is not null then
      claimed := claimed || context;
      continue;
    end if;
    -- Whoever had it never came back, or the number lost its assistant. A conversation's lock after a job's is
    -- the wrong order, so this must not wait; the lease brings the job back.
    perform from public.conversations c where c.id = job.conversation_id for no key update skip locked;
    if found and context is not null then
      perform private.set_reply_aside(job, coalesce(job.last_error, 'WORKER_LOST'));
    elsif found then
      perform private.end_unassigned_reply(job);
    end if;
  end loop;
  if jsonb_array_length(claimed) >= room then
    next_due := clock_timestamp();
  else
    next_due := private.next_reply_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', private.milliseconds_until(next_due));
end
$$;
