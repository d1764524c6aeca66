-- Signed events for the adopter's own backend: where they go, which wait, what was tried.

-- Not in sms_private.jobs: every reply and delivery checks that table's rules and writes its indexes, and an event has neither a
-- number nor a contact to be fair by (docs/decisions/0036-events.md).
create table sms_private.event_endpoints (
  id uuid primary key default sms_private.new_id(),
  user_id uuid references auth.users (id) on delete cascade,
  url text not null,
  types text[],
  active boolean not null default true,
  secret text not null,
  previous_secret text,
  previous_until timestamptz,
  failures int not null default 0,
  failing_since timestamptz,
  paused_until timestamptz,
  disabled_reason text check (disabled_reason in ('gone', 'failing')),
  disabled_at timestamptz,
  last_success_at timestamptz,
  created_at timestamptz not null default now(),
  constraint overlap_is_whole check ((previous_secret is null) = (previous_until is null)),
  constraint disabled_is_off check (disabled_reason is null or not active)
);
comment on table sms_private.event_endpoints is
  'Addresses that are told what happens: a tenant''s own, or the operator''s, which get the events of all tenants.';
comment on column sms_private.event_endpoints.id is 'Time-ordered id.';
comment on column sms_private.event_endpoints.user_id is 'The tenant; null for the operator''s.';
comment on column sms_private.event_endpoints.url is 'Where events are posted. Where it leads is checked at each call, not here.';
comment on column sms_private.event_endpoints.types is 'The types it wants; null for all.';
comment on column sms_private.event_endpoints.active is 'Off: nothing is noted for it and nothing is posted.';
comment on column sms_private.event_endpoints.secret is 'Signs, as whsec_ and base64. Told once, when it is made.';
comment on column sms_private.event_endpoints.previous_secret is 'The secret before, which signs as well until previous_until.';
comment on column sms_private.event_endpoints.previous_until is 'When the overlap ends.';
comment on column sms_private.event_endpoints.failures is 'Failed calls since the last success.';
comment on column sms_private.event_endpoints.failing_since is 'The first failed call since the last success; null after a success.';
comment on column sms_private.event_endpoints.paused_until is 'No call before this, whatever waits: it failed several times in a row.';
comment on column sms_private.event_endpoints.disabled_reason is 'Why we switched it off: gone (it said 410) or failing (for days); null when a person did.';
comment on column sms_private.event_endpoints.disabled_at is 'When we switched it off.';
comment on column sms_private.event_endpoints.last_success_at is 'Its last answer with 2xx.';
comment on column sms_private.event_endpoints.created_at is 'When it was made.';
-- What each text asks: is there an address for this tenant, or the operator's?
create index event_endpoints_active_idx on sms_private.event_endpoints (user_id) where active;
create index event_endpoints_user_idx on sms_private.event_endpoints (user_id);

-- No words and no numbers of anybody: they are read when an event is posted. So what is erased is told to nobody. No references
-- either: one to a message would cost every text of everybody, and one to the address would let a text wait for its deletion.
create table sms_private.events (
  endpoint_id uuid not null,
  event_id uuid not null,
  user_id uuid,
  type text not null,
  subject_id uuid not null,
  detail jsonb not null default '{}',
  occurred_at timestamptz not null default clock_timestamp(),
  due_at timestamptz not null default clock_timestamp(),
  tries int not null default 0,
  lease_token uuid,
  ended_at timestamptz,
  delivered boolean not null default false,
  primary key (endpoint_id, event_id),
  constraint ended_has_no_lease check (ended_at is null or lease_token is null)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, fillfactor = 80);
comment on table sms_private.events is 'What an address is to be told, or was told in the last days. One row an event and address.';
comment on column sms_private.events.endpoint_id is 'The address. Its events go with it, by a trigger.';
comment on column sms_private.events.event_id is 'The webhook-id: the same for all addresses and at every try. Time-ordered.';
comment on column sms_private.events.user_id is 'Whose event it is; null for a test of the operator''s address.';
comment on column sms_private.events.type is 'What happened, for example message.received.';
comment on column sms_private.events.subject_id is 'The message, contact, conversation or (for a test) address.';
comment on column sms_private.events.detail is 'What the subject will not say later: the status then, its error code, the source.';
comment on column sms_private.events.occurred_at is 'When it happened.';
comment on column sms_private.events.due_at is 'When to post it. During a call: when its lease ends.';
comment on column sms_private.events.tries is 'Calls that failed since it was noted or replayed.';
comment on column sms_private.events.lease_token is 'Fencing token of the worker that posts it.';
comment on column sms_private.events.ended_at is 'When it was delivered or given up; null while it waits.';
comment on column sms_private.events.delivered is 'Whether the address took it.';
create index events_due_idx on sms_private.events (endpoint_id, due_at) where ended_at is null;
create index events_leased_idx on sms_private.events (endpoint_id) where lease_token is not null;
create index events_given_up_idx on sms_private.events (endpoint_id) where ended_at is not null and not delivered;
create index events_age_idx on sms_private.events (occurred_at);

create table sms_private.event_attempts (
  id uuid primary key default sms_private.new_id(),
  endpoint_id uuid not null references sms_private.event_endpoints (id) on delete cascade,
  event_id uuid not null,
  type text not null,
  at timestamptz not null default clock_timestamp(),
  status int,
  error text check (char_length(error) <= 40),
  duration_ms int not null
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200);
comment on table sms_private.event_attempts is
  'The log of calls. What an address answered is not kept: its words could be anybody''s.';
comment on column sms_private.event_attempts.id is 'Time-ordered id.';
comment on column sms_private.event_attempts.endpoint_id is 'The address.';
comment on column sms_private.event_attempts.event_id is 'The webhook-id.';
comment on column sms_private.event_attempts.type is 'What happened.';
comment on column sms_private.event_attempts.at is 'When its result was stored.';
comment on column sms_private.event_attempts.status is 'The HTTP status; null when there was none.';
comment on column sms_private.event_attempts.error is 'Why there was none: UNREACHABLE, TIMEOUT, NOT_HTTP, ADDRESS_NOT_ALLOWED.';
comment on column sms_private.event_attempts.duration_ms is 'How long the call took, in milliseconds.';
create index event_attempts_endpoint_idx on sms_private.event_attempts (endpoint_id, at desc);
create index event_attempts_age_idx on sms_private.event_attempts (at);

insert into sms_private.settings (name, value) values
  -- The example of the Standard Webhooks specification: 10 calls in three days
  -- (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
  ('event_gaps_seconds', '[5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]'),
  ('event_days_until_disabled', '5'),
  ('event_days_kept', '7');
