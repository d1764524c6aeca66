-- Sending, between the halves: a worker that could not send at once asks again.

create function public.sms_check_deliveries(jobs jsonb)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return jsonb_build_object('may_leave', (
    select coalesce(jsonb_agg(job.id), '[]')
    from jsonb_to_recordset(sms_check_deliveries.jobs) asked (job_id uuid, lease_token uuid)
    join sms_private.jobs job on job.id = asked.job_id and job.lease_token = asked.lease_token
    join public.sms_messages message on message.id = job.message_id
    cross join lateral sms_private.refuse_delivery(message, job) refusal
    where job.kind = 'deliver' and job.in_flight and refusal.code is null));
end
$$;
comment on function public.sms_check_deliveries is
  'Which of these claimed deliveries ({ job_id, lease_token }) may still leave: what a claim asks, asked once more by who was kept from sending at once (a token had to be read first). Changes nothing: who gives the others back has their next claim cancel them. Returns { may_leave: [job_id] }.';
