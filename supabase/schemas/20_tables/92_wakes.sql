-- Who woke the worker, and which keys it had.

create table sms_private.worker_wakes (
  woken_by text primary key check (woken_by in ('schedule', 'request')),
  woken_at timestamptz not null,
  key_ids text[] not null,
  started_at timestamptz not null
);
comment on table sms_private.worker_wakes is
  'The last wake by the schedule and the last one by a request of a function. Each row is written once a minute at most.';
comment on column sms_private.worker_wakes.woken_by is 'schedule: pg_cron or another scheduler. request: a webhook, a send, another worker.';
comment on column sms_private.worker_wakes.woken_at is 'When, to the minute.';
comment on column sms_private.worker_wakes.key_ids is
  'The keys of SMS_CREDENTIALS_KEY that the worker had, by the first 8 bytes of their hashes.';
comment on column sms_private.worker_wakes.started_at is 'When that worker''s isolate started: a newer one knows the newer keys.';
